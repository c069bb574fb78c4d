import { parseInstants } from './date';
import { compareAddresses, isInNetwork, isMappedV4, parseAddress, parseNetwork } from './ip';
import type { FieldInfo, Value } from './types';
import { compareVersions } from './version';
import { foldAscii } from './wildcard';

/** A value or null inside one leaf, where logic has three values. */
export type Scalar = Value | null;
export type ValueTest = (value: Value) => boolean;
export type OrderOperator = '==' | '<' | '<=' | '>' | '>=';

const NEVER: ValueTest = () => false;

/** Whether an order of -1, 0 or 1 satisfies the operator. */
function holds(operator: OrderOperator, order: number): boolean {
  switch (operator) {
    case '==':
      return order === 0;
    case '<':
      return order < 0;
    case '<=':
      return order <= 0;
    case '>':
      return order > 0;
    case '>=':
      return order >= 0;
  }
}

/** Order of strings by code points, as Lucene orders terms (UTF-8 bytes). */
export function compareText(a: string, b: string): number {
  if (a === b) return 0;
  const length = Math.min(a.length, b.length);
  for (let index = 0; index < length; index += 1) {
    const left = a.charCodeAt(index);
    const right = b.charCodeAt(index);
    if (left === right) continue;
    const bothPlain = left < 0xd800 || right < 0xd800;
    return (bothPlain ? left - right : orderOf(left) - orderOf(right)) < 0 ? -1 : 1;
  }
  return a.length < b.length ? -1 : 1;
}

/** Surrogates, which stand for higher code points, after U+E000..U+FFFF. */
function orderOf(unit: number): number {
  return unit >= 0xe000 ? unit - 0x800 : unit >= 0xd800 ? unit + 0x2000 : unit;
}

/** A float calculation such as 0.0 / 0 is no number, and equals nothing. */
function isNaN(value: number | bigint): boolean {
  return Number.isNaN(value);
}

function compareNumbers(a: number | bigint, b: number | bigint): number {
  return a < b ? -1 : a > b ? 1 : 0;
}

export function isNumber(value: Scalar): value is number | bigint {
  return typeof value === 'number' || typeof value === 'bigint';
}

/** The number that a string writes, exact where it is whole; `undefined` where it writes none. */
export function toNumber(text: string): number | bigint | undefined {
  if (/^[+-]?\d+$/.test(text)) return exactInteger(BigInt(text));
  return /^[+-]?(?:\d+\.?\d*|\.\d+)(?:[eE][+-]?\d+)?$/.test(text) ? Number(text) : undefined;
}

/** A whole number as `number` where that is exact. */
export function exactInteger(value: bigint): number | bigint {
  return value >= BigInt(Number.MIN_SAFE_INTEGER) && value <= BigInt(Number.MAX_SAFE_INTEGER)
    ? Number(value)
    : value;
}

/**
 * Order of two values of one leaf, or `null` where they have none (different kinds, not a number). Numbers compare as numbers
 * whatever their type.
 */
function compareScalars(a: Value, b: Value): number | null {
  if (isNumber(a) && isNumber(b)) return isNaN(a) || isNaN(b) ? null : compareNumbers(a, b);
  if (typeof a === 'string' && typeof b === 'string') return a < b ? -1 : a > b ? 1 : 0;
  if (typeof a === 'boolean' && typeof b === 'boolean') return Number(a) - Number(b);
  return null;
}

/** `left operator right` inside a leaf: null with a null, `==` of different kinds is false. */
export function compareInLeaf(
  operator: OrderOperator,
  left: Scalar,
  right: Scalar,
): boolean | null {
  if (left === null || right === null) return operator === '==' && left === right ? true : null;
  const order = compareScalars(left, right);
  if (order === null) return operator === '==' ? false : null;
  return holds(operator, order);
}

/** Test of one indexed value against a constant, by the rules of the field's type. */
export function fieldTest(operator: OrderOperator, info: FieldInfo, constant: Value): ValueTest {
  if (info.dynamic) return dynamicTest(operator, constant);
  switch (info.type) {
    case 'byte':
    case 'short':
    case 'integer':
    case 'long':
    case 'unsigned_long':
    case 'double':
    case 'scaled_float':
      return numberTest(operator, constant);
    case 'float':
      return numberTest(operator, constant, Math.fround);
    case 'half_float':
      return numberTest(operator, constant, Math.fround);
    case 'boolean':
      return booleanTest(operator, constant);
    case 'date':
      return dateTest(operator, constant, 1_000_000n);
    case 'date_nanos':
      return dateTest(operator, constant, 1n);
    case 'ip':
      return addressTest(operator, String(constant));
    case 'version':
      return textTest(operator, String(constant), compareVersions);
    case 'keyword':
    case 'constant_keyword':
    case 'wildcard':
    case 'text':
    case 'match_only_text':
    case 'flattened':
    case 'object':
    case 'nested':
    case 'geo_point':
    case 'binary':
    case 'unsupported': {
      const text = String(constant);
      return textTest(
        operator,
        info.normalizer === 'lowercase' ? foldAscii(text) : text,
        compareText,
      );
    }
  }
}

function textTest(
  operator: OrderOperator,
  constant: string,
  compare: (a: string, b: string) => number,
): ValueTest {
  if (operator === '==' && compare === compareText) return (value) => value === constant;
  return (value) => typeof value === 'string' && holds(operator, compare(value, constant));
}

function numberTest(
  operator: OrderOperator,
  constant: Value,
  round?: (value: number) => number,
): ValueTest {
  const parsed = typeof constant === 'string' ? toNumber(constant) : constant;
  if (parsed === undefined || typeof parsed === 'boolean') return NEVER;
  const wanted = round && typeof parsed === 'number' ? round(parsed) : parsed;
  switch (operator) {
    case '==':
      if (typeof wanted === 'number') return (value) => value === wanted;
      return (value) => isNumber(value) && compareNumbers(value, wanted) === 0;
    case '<':
      return (value) => isNumber(value) && value < wanted;
    case '<=':
      return (value) => isNumber(value) && value <= wanted;
    case '>':
      return (value) => isNumber(value) && value > wanted;
    case '>=':
      return (value) => isNumber(value) && value >= wanted;
  }
}

function booleanTest(operator: OrderOperator, constant: Value): ValueTest {
  const wanted = constant === 'true' ? true : constant === 'false' ? false : constant;
  if (typeof wanted !== 'boolean') return NEVER;
  return (value) => typeof value === 'boolean' && holds(operator, Number(value) - Number(wanted));
}

/** A literal date may name a whole day or millisecond: `==` is inside it, `>` after its end, `<` before its start. */
function dateTest(operator: OrderOperator, constant: Value, nanosPerUnit: bigint): ValueTest {
  const instants = typeof constant === 'boolean' ? undefined : parseInstants(constant);
  if (!instants) return NEVER;
  const first = floorDivide(instants.first, nanosPerUnit);
  const last = floorDivide(instants.last, nanosPerUnit);
  switch (operator) {
    case '==':
      return (value) => isNumber(value) && value >= first && value <= last;
    case '<':
      return (value) => isNumber(value) && value < first;
    case '<=':
      return (value) => isNumber(value) && value <= last;
    case '>':
      return (value) => isNumber(value) && value > last;
    case '>=':
      return (value) => isNumber(value) && value >= first;
  }
}

/** Before 1970 instants are negative, and BigInt's division rounds towards zero. */
function floorDivide(value: bigint, by: bigint): bigint {
  const quotient = value / by;
  return value % by < 0n ? quotient - 1n : quotient;
}

/** `==` with a network (`10.0.0.0/8`) holds for its members, as a term query on an `ip` field does. */
function addressTest(operator: OrderOperator, constant: string): ValueTest {
  const network = parseNetwork(constant);
  if (!network) return NEVER;
  if (operator === '==') {
    // IPv4 has one canonical text; for IPv6, most values of a field are IPv4 and cannot be it
    if (!constant.includes(':') && network.bits === 128) return (value) => value === constant;
    const inNetwork = networkTest([constant]);
    if (network.bits < 96 || isMappedV4(network.address)) return inNetwork;
    return (value) => typeof value === 'string' && value.includes(':') && inNetwork(value);
  }
  return (value) => {
    const address = typeof value === 'string' ? parseAddress(value) : undefined;
    return address !== undefined && holds(operator, compareAddresses(address, network.address));
  };
}

const MEMO_LIMIT = 10_000;

/** Whether an address is in one of the networks. Text that is no address is in none. */
export function networkTest(networks: readonly string[]): ValueTest {
  const parsed = networks.flatMap((text) => parseNetwork(text) ?? []);
  const known = new Map<string, boolean>();
  return (value) => {
    if (typeof value !== 'string') return false;
    const before = known.get(value);
    if (before !== undefined) return before;
    const address = parseAddress(value);
    const inside = address !== undefined && parsed.some((network) => isInNetwork(address, network));
    if (known.size >= MEMO_LIMIT) known.clear();
    known.set(value, inside);
    return inside;
  };
}

/** Nobody declared the field's type: number and numeric text meet as numbers, everything else as text. */
function dynamicTest(operator: OrderOperator, constant: Value): ValueTest {
  const text = String(constant);
  const number =
    typeof constant === 'string'
      ? toNumber(constant)
      : typeof constant === 'boolean'
        ? undefined
        : constant;
  return (value) => {
    if (isNumber(value) && number !== undefined)
      return holds(operator, compareNumbers(value, number));
    if (typeof value === 'string' && isNumber(constant) && number !== undefined) {
      const parsed = toNumber(value);
      if (parsed !== undefined) return holds(operator, compareNumbers(parsed, number));
    }
    if (typeof value === 'string')
      return value === text
        ? operator !== '<' && operator !== '>'
        : holds(operator, compareText(value, text));
    return operator === '==' && String(value) === text;
  };
}

/** A float as Java writes it: `1.0`, `1.0E10`. */
export function formatFloat(value: number): string {
  if (!Number.isFinite(value))
    return Number.isNaN(value) ? 'NaN' : value > 0 ? 'Infinity' : '-Infinity';
  const size = Math.abs(value);
  if (size !== 0 && (size < 1e-3 || size >= 1e7)) {
    const [mantissa = '0', exponent = '0'] = value.toExponential().split('e');
    return `${mantissa.includes('.') ? mantissa : `${mantissa}.0`}E${Number(exponent)}`;
  }
  const text = String(value);
  return text.includes('.') ? text : `${Object.is(value, -0) ? '-0' : text}.0`;
}

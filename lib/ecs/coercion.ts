import type { FieldType, Value } from '../eql/types';
import { parseDate, parseDateNanos } from './dates';
import type { FieldMapping } from './field-mapping';
import { canonicalIp } from './ip';
import type { JsonScalar } from './json';

/** Turns one JSON value into the value its index holds; `undefined` where it is null or malformed, so does not exist. */
export type Coercion = (value: JsonScalar) => Value | undefined;

/** How Elasticsearch indexes values of a field mapped so: `null_value` for null, and for "" where a number is due. */
export function coercionFor(field: FieldMapping): Coercion {
  const coerce = presentValueCoercion(field);
  const forNull = isPresent(field.nullValue) ? coerce(field.nullValue) : undefined;
  if (!NUMBER_TYPES.has(field.type)) return (value) => (value === null ? forNull : coerce(value));
  return (value) => (value === null || value === '' ? forNull : coerce(value));
}

type PresentValue = NonNullable<JsonScalar>;
type PresentValueCoercion = (value: PresentValue) => Value | undefined;

function isPresent(value: JsonScalar | undefined): value is PresentValue {
  return value !== null && value !== undefined;
}

const NUMBER_TYPES: ReadonlySet<FieldType> = new Set([
  'byte',
  'short',
  'integer',
  'long',
  'unsigned_long',
  'half_float',
  'float',
  'scaled_float',
  'double',
]);

function presentValueCoercion(field: FieldMapping): PresentValueCoercion {
  if (field.isRaw) return (value) => value;
  const { type, coerce = true } = field;
  switch (type) {
    case 'keyword':
    case 'constant_keyword':
    case 'wildcard':
    case 'flattened':
    case 'text':
    case 'match_only_text':
    case 'version':
      return textCoercion(field);
    case 'boolean':
      return toBoolean;
    case 'byte':
    case 'short':
    case 'integer':
    case 'long':
    case 'unsigned_long':
      return wholeNumberCoercion(WHOLE_RANGES[type], coerce);
    case 'double':
      return (value) => toFinite(value, coerce);
    case 'float':
      return (value) => rounded(toFinite(value, coerce), Math.fround);
    case 'half_float':
      return (value) => rounded(toFinite(value, coerce), toHalfFloat);
    case 'scaled_float': {
      const factor = field.scalingFactor ?? 1;
      return (value) =>
        rounded(toFinite(value, coerce), (number) => Math.round(number * factor) / factor);
    }
    case 'date':
      return (value) => (typeof value === 'boolean' ? undefined : parseDate(value, field.format));
    case 'date_nanos':
      return (value) =>
        typeof value === 'boolean' ? undefined : parseDateNanos(value, field.format);
    case 'ip':
      return (value) => (typeof value === 'string' ? canonicalIp(value) : undefined);
    case 'object':
    case 'nested':
    case 'geo_point':
    case 'binary':
    case 'unsupported':
      return () => undefined;
  }
}

type WholeType = Extract<FieldType, 'byte' | 'short' | 'integer' | 'long' | 'unsigned_long'>;

const WHOLE_RANGES: Readonly<Record<WholeType, readonly [lowest: bigint, highest: bigint]>> = {
  byte: [-(2n ** 7n), 2n ** 7n - 1n],
  short: [-(2n ** 15n), 2n ** 15n - 1n],
  integer: [-(2n ** 31n), 2n ** 31n - 1n],
  long: [-(2n ** 63n), 2n ** 63n - 1n],
  unsigned_long: [0n, 2n ** 64n - 1n],
};

/** The text of the value in JSON: `5` in a keyword is "5". (`1.0` and `1e3` are "1" and "1000" here: their spelling is lost.) */
function textCoercion({ ignoreAbove = Infinity, normalizer }: FieldMapping): PresentValueCoercion {
  return (value) => {
    const text = typeof value === 'string' ? value : String(value);
    if (text.length > ignoreAbove) return undefined;
    return normalizer === undefined ? text : lowerCase(text);
  };
}

/** Character by character as Lucene's lower case filter, which knows no context and no change of length. */
function lowerCase(text: string): string {
  const lowered = text.toLowerCase();
  if (ASCII.test(text)) return lowered;
  const fold = (character: string) => {
    const folded = character.toLowerCase();
    return folded.length === character.length ? folded : folded.slice(0, 1);
  };
  return Array.from(text, fold).join('');
}

const ASCII = /^[\x00-\x7f]*$/;

function toBoolean(value: PresentValue): boolean | undefined {
  if (typeof value === 'boolean') return value;
  if (value === 'true') return true;
  return value === 'false' || value === '' ? false : undefined;
}

/** Cuts off fractions, unless told not to; `bigint` only where a `number` would not be exact. */
function wholeNumberCoercion(
  [lowest, highest]: readonly [bigint, bigint],
  coerce: boolean,
): PresentValueCoercion {
  const [low, high] = [Number(lowest), Number(highest)];
  const exact = (value: bigint) => {
    if (value < lowest || value > highest) return undefined;
    const number = Number(value);
    return Number.isSafeInteger(number) ? number : value;
  };
  return (value) => {
    if (typeof value === 'bigint') return exact(value);
    if (typeof value === 'string' && coerce && WHOLE_NUMBER.test(value))
      return exact(BigInt(value));
    const number = toFinite(value, coerce);
    if (number === undefined || (!coerce && !Number.isInteger(number))) return undefined;
    const whole = Math.trunc(number) + 0; // + 0: there is no minus zero among whole numbers
    if (!Number.isSafeInteger(whole)) return exact(BigInt(whole));
    return whole >= low && whole <= high ? whole : undefined;
  };
}

const WHOLE_NUMBER = /^-?\d{1,20}$/;
const DECIMAL_NUMBER = /^\s*[+-]?(?:\d+\.?\d*|\.\d+)(?:[eE][+-]?\d+)?\s*$/;

function toFinite(value: PresentValue, coerce: boolean): number | undefined {
  if (typeof value === 'boolean') return undefined;
  if (typeof value === 'string' && !(coerce && DECIMAL_NUMBER.test(value))) return undefined;
  const number = Number(value);
  return Number.isFinite(number) ? number : undefined;
}

/** `undefined` where rounding leaves the type's range. */
function rounded(value: number | undefined, round: (value: number) => number): number | undefined {
  if (value === undefined) return undefined;
  const result = round(value);
  return Number.isFinite(result) ? result : undefined;
}

/** The nearest number with 11 significant bits; beyond 65,504 there is none. */
function toHalfFloat(value: number): number {
  const exponent = Math.max(Math.floor(Math.log2(Math.abs(value))), -14);
  const unit = 2 ** (exponent - 10);
  const units = value / unit;
  const floor = Math.floor(units);
  const isUp = units - floor > 0.5 || (units - floor === 0.5 && floor % 2 !== 0);
  const result = (isUp ? floor + 1 : floor) * unit;
  return Math.abs(result) < 65_520 ? result : Infinity;
}

import type { FieldInfo, Value } from '@/lib/eql';
import { parseInstants } from '@/lib/eql/date';
import { parseNetwork } from '@/lib/eql/ip';
import { formatDate } from '@/lib/eql/scalar';
import { isNumber, toNumber, type OrderOperator } from '@/lib/eql/values';
import { foldAscii } from '@/lib/eql/wildcard';
import { canonicalIp } from '@/lib/ecs/ip';
import type { FieldCapabilities } from './field-capabilities';
import {
  anyOf,
  MATCH_NONE,
  range,
  terms,
  type ElasticsearchFilter,
  type RangeBounds,
} from './query-dsl';

/** `field operator constant` as the index decides it; `undefined` where the index decides otherwise than lib/eql. */
export function comparisonFilter(
  operator: OrderOperator,
  field: string,
  info: FieldInfo,
  capabilities: FieldCapabilities,
  constant: Value,
): ElasticsearchFilter | undefined {
  const { type } = capabilities;
  switch (type) {
    case 'byte':
    case 'short':
    case 'integer':
    case 'long':
    case 'unsigned_long':
      return wholeNumberFilter(operator, field, constant, info);
    case 'half_float':
    case 'float':
    case 'scaled_float':
    case 'double':
      return floatFilter(operator, field, type, constant, info);
    case 'boolean':
      return booleanFilter(operator, field, constant, info);
    case 'date':
    case 'date_nanos':
      return info.dynamic ? undefined : dateFilter(operator, field, type, constant);
    case 'ip':
      return info.dynamic ? undefined : addressFilter(operator, field, String(constant));
    case 'keyword':
    case 'constant_keyword':
    case 'wildcard':
    case 'flattened':
      if (info.dynamic && isNumber(constant)) return undefined;
      return textFilter(operator, field, String(constant), capabilities);
    case 'version':
    case 'text':
    case 'match_only_text':
    case 'object':
    case 'nested':
    case 'geo_point':
    case 'binary':
    case 'unsupported':
      return undefined;
  }
}

const BOUNDS = { '<': 'lt', '<=': 'lte', '>': 'gt', '>=': 'gte' } as const;

/** Texts that the index has in the very form of the constant. */
export function indexedText(text: string, { normalizer }: FieldCapabilities): string | undefined {
  if (!text.isWellFormed()) return undefined;
  if (normalizer === undefined) return text;
  // the index folds Unicode, lib/eql A-Z: of other texts they may disagree
  return /^[\0-\x7f]*$/.test(text) ? foldAscii(text) : undefined;
}

function textFilter(
  operator: OrderOperator,
  field: string,
  constant: string,
  capabilities: FieldCapabilities,
): ElasticsearchFilter | undefined {
  const text = indexedText(constant, capabilities);
  if (text === undefined) return undefined;
  if (operator === '==') return terms(field, [text]);
  return capabilities.ranges ? range(field, { [BOUNDS[operator]]: text }) : undefined;
}

function numberOf(constant: Value): number | bigint | undefined {
  const number = typeof constant === 'string' ? toNumber(constant) : constant;
  return typeof number === 'boolean' ? undefined : number;
}

/** JSON numbers lose digits beyond 2^53; both engines read numbers from strings too. */
export function numberTerm(value: bigint): number | string {
  const number = Number(value);
  return Number.isSafeInteger(number) ? number : String(value);
}

const LONGEST = {
  long: [-(2n ** 63n), 2n ** 63n - 1n],
  unsigned_long: [0n, 2n ** 64n - 1n],
} as const;

function wholeNumberFilter(
  operator: OrderOperator,
  field: string,
  constant: Value,
  info: FieldInfo,
): ElasticsearchFilter | undefined {
  const number = numberOf(constant);
  if (number === undefined || Number.isNaN(number)) return MATCH_NONE;
  const [lowest, highest] = LONGEST[info.type === 'unsigned_long' ? 'unsigned_long' : 'long'];
  const isWhole = typeof number === 'bigint' || Number.isInteger(number);
  if (operator === '==') {
    return isWhole && number >= lowest && number <= highest
      ? terms(field, [numberTerm(BigInt(number))])
      : MATCH_NONE;
  }
  if (number > highest || number < lowest) {
    const isAll = operator.startsWith('<') === number > highest;
    return isAll ? range(field, { gte: numberTerm(lowest) }) : MATCH_NONE;
  }
  if (isWhole) return range(field, { [BOUNDS[operator]]: numberTerm(BigInt(number)) });
  const floor = numberTerm(BigInt(Math.floor(number)));
  return range(field, operator.startsWith('<') ? { lte: floor } : { gt: floor });
}

/** Where the index rounds a constant, it may do so otherwise: only constants that need no rounding. */
function floatFilter(
  operator: OrderOperator,
  field: string,
  type: 'half_float' | 'float' | 'scaled_float' | 'double',
  constant: Value,
  info: FieldInfo,
): ElasticsearchFilter | undefined {
  const number = numberOf(constant);
  if (number === undefined) return MATCH_NONE;
  if (info.dynamic && typeof number === 'bigint') return undefined;
  const value = Number(number);
  if (!Number.isFinite(value) || (typeof number === 'bigint' && BigInt(value) !== number))
    return undefined;
  const isKept =
    type === 'double' ||
    (type === 'float' && Math.fround(value) === value) ||
    (Number.isInteger(value) && Math.abs(value) <= 2048);
  if (!isKept) return undefined;
  return operator === '==' ? terms(field, [value]) : range(field, { [BOUNDS[operator]]: value });
}

function booleanFilter(
  operator: OrderOperator,
  field: string,
  constant: Value,
  info: FieldInfo,
): ElasticsearchFilter {
  const wanted = constant === 'true' ? true : constant === 'false' ? false : constant;
  if (typeof wanted !== 'boolean' || (info.dynamic && operator !== '==')) return MATCH_NONE;
  const holds: Readonly<Record<OrderOperator, (value: boolean) => boolean>> = {
    '==': (value) => value === wanted,
    '<': (value) => value < wanted,
    '<=': (value) => value <= wanted,
    '>': (value) => value > wanted,
    '>=': (value) => value >= wanted,
  };
  return terms(field, [true, false].filter(holds[operator]));
}

const NANOS_PER_MS = 1_000_000n;

/** Half-open, so that no bound is rounded: `==` a day is from its first millisecond to before the next day's. */
function dateFilter(
  operator: OrderOperator,
  field: string,
  type: 'date' | 'date_nanos',
  constant: Value,
): ElasticsearchFilter | undefined {
  const instants = typeof constant === 'boolean' ? undefined : parseInstants(constant);
  if (!instants) return MATCH_NONE;
  const unit = type === 'date' ? NANOS_PER_MS : 1n;
  const first = floorDivide(instants.first, unit) * unit;
  const after = (floorDivide(instants.last, unit) + 1n) * unit;
  if (type === 'date_nanos' && (first < 0n || after > MAX_NANOS)) return undefined;
  if (first < -MAX_MS * NANOS_PER_MS || after > MAX_MS * NANOS_PER_MS) return undefined;
  const areWhole = first % NANOS_PER_MS === 0n && after % NANOS_PER_MS === 0n;
  const show = (nanos: bigint): string | number =>
    areWhole ? Number(nanos / NANOS_PER_MS) : formatDate(nanos, 'date_nanos');
  const format = areWhole ? 'epoch_millis' : 'strict_date_optional_time_nanos';
  const bounds: Readonly<Record<OrderOperator, RangeBounds>> = {
    '==': { gte: show(first), lt: show(after) },
    '<': { lt: show(first) },
    '<=': { lt: show(after) },
    '>': { gte: show(after) },
    '>=': { gte: show(first) },
  };
  return range(field, { ...bounds[operator], format });
}

/** What a `date_nanos` can hold, and dates of four digit years. */
const MAX_NANOS = 2n ** 63n - 1n;
const MAX_MS = 253_402_300_800_000n;

function floorDivide(value: bigint, divisor: bigint): bigint {
  const quotient = value / divisor;
  return value % divisor < 0n ? quotient - 1n : quotient;
}

function addressFilter(
  operator: OrderOperator,
  field: string,
  constant: string,
): ElasticsearchFilter | undefined {
  const address = canonicalIp(constant);
  if (operator !== '==')
    return address === undefined ? undefined : range(field, { [BOUNDS[operator]]: address });
  if (address !== undefined) return terms(field, [address]);
  return parseNetwork(constant) ? networksFilter(field, [constant]) : MATCH_NONE;
}

/** `undefined` where one of them is no network, or one that the index reads otherwise. */
export function networksFilter(
  field: string,
  networks: readonly string[],
): ElasticsearchFilter | undefined {
  const filters = networks.map((network): ElasticsearchFilter | undefined => {
    const [address = '', bits] = network.split('/');
    const canonical = canonicalIp(address);
    if (canonical === undefined || !parseNetwork(network)) return undefined;
    if (bits === undefined) return terms(field, [canonical]);
    // an IPv4-mapped address with a length of up to 128 bits is IPv4 for the index, with one of up to 32
    if (
      canonical.includes('.') !== address.includes('.') ||
      (address.includes(':') && address.includes('.'))
    )
      return undefined;
    return terms(field, [`${canonical}/${Number(bits)}`]);
  });
  const known = filters.filter((filter) => filter !== undefined);
  return known.length === filters.length ? anyOf(known) : undefined;
}

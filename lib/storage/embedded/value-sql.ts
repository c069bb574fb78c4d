import type { FieldInfo, Value } from '@/lib/eql';
import { parseInstants } from '@/lib/eql/date';
import { isNumber, toNumber, type OrderOperator } from '@/lib/eql/values';
import { foldAscii } from '@/lib/eql/wildcard';
import { canonicalIp } from '@/lib/ecs/ip';
import { columnKindFor, type ColumnKind } from './catalogue';
import { inNetworks } from './network-sql';
import { decided, quoteDouble, quoteInteger, quoteText, type Sql } from './sql-text';

/** A test of one value, written for the SQL that gives it; null for NULL. */
export type ValueSql = (value: Sql) => Sql;

const SQL_OPERATORS: Readonly<Record<OrderOperator, string>> = {
  '==': '=',
  '<': '<',
  '<=': '<=',
  '>': '>',
  '>=': '>=',
};

const never: ValueSql = (value) => decided(value, false);

/** `fieldTest` of lib/eql in SQL. `undefined` where the column cannot tell. */
export function fieldTestSql(
  operator: OrderOperator,
  info: FieldInfo,
  kind: ColumnKind,
  constant: Value,
): ValueSql | undefined {
  if (info.dynamic) return dynamicTest(operator, kind, constant);
  if (kind !== columnKindFor(info.type)) return undefined;
  switch (info.type) {
    case 'byte':
    case 'short':
    case 'integer':
    case 'long':
    case 'unsigned_long':
    case 'double':
    case 'scaled_float':
      return numberTest(operator, kind, constant);
    case 'float':
    case 'half_float':
      return numberTest(operator, kind, constant, Math.fround);
    case 'boolean':
      return booleanTest(operator, constant);
    case 'date':
      return dateTest(operator, constant, 1_000_000n);
    case 'date_nanos':
      return dateTest(operator, constant, 1n);
    case 'ip':
      return addressTest(operator, String(constant));
    case 'keyword':
    case 'constant_keyword':
    case 'wildcard':
    case 'text':
    case 'match_only_text':
    case 'flattened': {
      const text = String(constant);
      return compareTextSql(operator, info.normalizer === 'lowercase' ? foldAscii(text) : text);
    }
    case 'version':
    case 'object':
    case 'nested':
    case 'geo_point':
    case 'binary':
    case 'unsupported':
      return undefined;
  }
}

/** Order of UTF-8 bytes, which is that of code points. */
export function compareTextSql(operator: OrderOperator, text: string): ValueSql | undefined {
  if (!text.isWellFormed()) return undefined;
  return (value) => `${value} ${SQL_OPERATORS[operator]} ${quoteText(text)}`;
}

/** `isWhole`: the values are whole numbers, not floating point ones. */
export function compareNumberSql(
  operator: OrderOperator,
  isWhole: boolean,
  constant: number | bigint,
): ValueSql | undefined {
  if (!isWhole) {
    const isExact = typeof constant === 'number' ? !Number.isNaN(constant) : false;
    return isExact
      ? (value) => `${value} ${SQL_OPERATORS[operator]} ${quoteDouble(Number(constant))}`
      : undefined;
  }
  if (Number.isNaN(constant)) return undefined;
  if (constant > MAX_WHOLE || constant < -MAX_WHOLE) {
    const isBelow = constant > 0;
    return (value) =>
      decided(
        value,
        operator.startsWith('<') ? isBelow : operator.startsWith('>') ? !isBelow : false,
      );
  }
  if (typeof constant === 'bigint' || Number.isInteger(constant)) {
    return (value) => `${value} ${SQL_OPERATORS[operator]} ${quoteInteger(BigInt(constant))}`;
  }
  if (operator === '==') return never;
  const floor = quoteInteger(BigInt(Math.floor(constant)));
  return (value) => `${value} ${operator.startsWith('<') ? '<=' : '>'} ${floor}`;
}

/** What fits any column of whole numbers with room to spare, and HUGEINT. */
const MAX_WHOLE = 2 ** 100;

function numberTest(
  operator: OrderOperator,
  kind: ColumnKind,
  constant: Value,
  round?: (value: number) => number,
): ValueSql | undefined {
  const parsed = typeof constant === 'string' ? toNumber(constant) : constant;
  if (parsed === undefined || typeof parsed === 'boolean') return never;
  const wanted = round && typeof parsed === 'number' ? round(parsed) : parsed;
  return compareNumberSql(operator, kind !== 'double', wanted);
}

function booleanTest(operator: OrderOperator, constant: Value): ValueSql {
  const wanted = constant === 'true' ? true : constant === 'false' ? false : constant;
  if (typeof wanted !== 'boolean') return never;
  return (value) => `${value} ${SQL_OPERATORS[operator]} ${wanted}`;
}

function dateTest(operator: OrderOperator, constant: Value, nanosPerUnit: bigint): ValueSql {
  const instants = typeof constant === 'boolean' ? undefined : parseInstants(constant);
  if (!instants) return never;
  const first = quoteInteger(floorDivide(instants.first, nanosPerUnit));
  const last = quoteInteger(floorDivide(instants.last, nanosPerUnit));
  switch (operator) {
    case '==':
      return (value) => `${value} BETWEEN ${first} AND ${last}`;
    case '<':
    case '>=':
      return (value) => `${value} ${operator} ${first}`;
    case '<=':
    case '>':
      return (value) => `${value} ${operator} ${last}`;
  }
}

function floorDivide(value: bigint, divisor: bigint): bigint {
  const quotient = value / divisor;
  return value % divisor < 0n ? quotient - 1n : quotient;
}

function addressTest(operator: OrderOperator, constant: string): ValueSql | undefined {
  if (operator !== '==') return undefined;
  const canonical = canonicalIp(constant);
  if (canonical !== undefined) return (value) => `${value} = ${quoteText(canonical)}`;
  return inNetworks([constant], '') === undefined
    ? never
    : (value) => inNetworks([constant], value) ?? 'false';
}

/** A field that nobody declared; its VARCHAR column has the text of numbers and booleans. */
function dynamicTest(
  operator: OrderOperator,
  kind: ColumnKind,
  constant: Value,
): ValueSql | undefined {
  const text = String(constant);
  const number =
    typeof constant === 'boolean'
      ? undefined
      : typeof constant === 'string'
        ? toNumber(constant)
        : constant;
  switch (kind) {
    case 'bigint':
    case 'hugeint':
    case 'timestamp_ms':
    case 'timestamp_ns':
      return number === undefined ? never : compareNumberSql(operator, true, number);
    case 'double':
      return number === undefined ? never : compareNumberSql(operator, false, number);
    case 'boolean':
      return operator === '=='
        ? (value) => `CAST(${value} AS VARCHAR) = ${quoteText(text)}`
        : never;
    case 'varchar':
      return isNumber(constant)
        ? numberAgainstText(operator, constant)
        : operator === '==' && (number === undefined || String(number) === text)
          ? compareTextSql('==', text)
          : undefined;
  }
}

/** Numeric text compares as a number. A text beyond 2^53 loses digits as a DOUBLE, but never crosses a safe constant. */
function numberAgainstText(
  operator: OrderOperator,
  constant: number | bigint,
): ValueSql | undefined {
  if (
    operator !== '==' ||
    !Number.isFinite(Number(constant)) ||
    Math.abs(Number(constant)) > Number.MAX_SAFE_INTEGER
  )
    return undefined;
  const wanted = quoteDouble(Number(constant));
  return (value) =>
    `CASE WHEN ${value} IS NOT NULL THEN coalesce(${numberOfText(value)} = ${wanted}, false) END`;
}

/** The number that a text writes, as `toNumber` reads it; NULL where it writes none. */
function numberOfText(value: Sql): Sql {
  return `CASE WHEN regexp_full_match(${value}, '[+-]?(?:[0-9]+\\.?[0-9]*|\\.[0-9]+)(?:[eE][+-]?[0-9]+)?') THEN TRY_CAST(${value} AS DOUBLE) END`;
}

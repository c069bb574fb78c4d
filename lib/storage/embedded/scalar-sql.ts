import type {
  Arithmetic,
  Comparison,
  Expression,
  Field,
  FunctionCall,
  Literal,
  LiteralValue,
  Match,
  Membership,
  Schema,
} from '@/lib/eql';
import { findFunction } from '@/lib/eql/functions';
import { staticType } from '@/lib/eql/static-type';
import type { OrderOperator } from '@/lib/eql/values';
import type { ColumnKind } from './catalogue';
import { inNetworks } from './network-sql';
import { allOf, anyOf, foldSql, quoteDouble, quoteInteger, quoteText, type Sql } from './sql-text';
import { onOneText, textTest } from './text-test';
import { compareNumberSql, compareTextSql, fieldTestSql } from './value-sql';

type SqlType = 'text' | 'integer' | 'float' | 'boolean' | 'null';

/** A part of a leaf for one value of its field, with SQL's three-valued logic, which is that of a leaf. */
export interface ScalarSql {
  readonly sql: Sql;
  readonly type: SqlType;
  /** What must be true for `sql` to be right. */
  readonly guards: readonly Sql[];
}

export interface ScalarSqlContext {
  readonly schema: Schema;
  /** Kind of the column of the leaf's one field, and the SQL of the value in hand. */
  readonly kind: ColumnKind;
  readonly value: Sql;
}

type Result = ScalarSql | undefined;

/** The same as `compileScalar` of lib/eql. `undefined` for what SQL says otherwise or not at all. */
export function toScalarSql(node: Expression, context: ScalarSqlContext): Result {
  const scalar = translate(node, context);
  return scalar && scalar.sql.length <= MAX_LENGTH ? scalar : undefined;
}

/** Operands are repeated in places: nested calls would grow without bound. */
const MAX_LENGTH = 10_000;

function translate(node: Expression, context: ScalarSqlContext): Result {
  switch (node.kind) {
    case 'literal':
      return literal(node);
    case 'field':
      return field(node, context);
    case 'not':
      return map(toScalarSql(node.operand, context), 'boolean', (operand) =>
        operand.type === 'boolean' ? `(NOT ${operand.sql})` : undefined,
      );
    case 'and':
    case 'or': {
      const operands = all(node.operands, context);
      if (!operands?.every(({ type }) => type === 'boolean')) return undefined;
      return combine(
        operands,
        'boolean',
        (node.kind === 'and' ? allOf : anyOf)(operands.map(({ sql }) => sql)),
      );
    }
    case 'comparison':
      return comparison(node, context);
    case 'membership':
      return membership(node, context);
    case 'match':
      return match(node, context);
    case 'negation': {
      const zero: Literal = { kind: 'literal', type: 'integer', value: 0, span: node.span };
      return calculation({ operator: '-', left: zero, right: node.operand }, node, context);
    }
    case 'arithmetic':
      return calculation(node, node, context);
    case 'call':
      return call(node, context);
  }
}

function literal({ type, value }: Literal): Result {
  const of = (sql: Sql, sqlType: SqlType): ScalarSql => ({ sql, type: sqlType, guards: [] });
  if (value === null) return of('NULL', 'null');
  if (typeof value === 'boolean') return of(String(value), 'boolean');
  if (typeof value === 'string')
    return value.isWellFormed() ? of(quoteText(value), 'text') : undefined;
  if (type === 'float')
    return typeof value === 'number' && Number.isFinite(value)
      ? of(quoteDouble(value), 'float')
      : undefined;
  if (typeof value === 'number' && !Number.isSafeInteger(value)) return undefined;
  return value >= MIN_LONG && value <= MAX_LONG
    ? of(quoteInteger(BigInt(value)), 'integer')
    : undefined;
}

const MIN_LONG = -(2n ** 63n);
const MAX_LONG = 2n ** 63n - 1n;

const FIELD_TYPES: Readonly<Partial<Record<ColumnKind, SqlType>>> = {
  varchar: 'text',
  bigint: 'integer',
  double: 'float',
  boolean: 'boolean',
};

function field(node: Field, { kind, value }: ScalarSqlContext): Result {
  const type = FIELD_TYPES[kind];
  return type && { sql: value, type, guards: [] };
}

function comparison(node: Comparison, context: ScalarSqlContext): Result {
  const { left, right } = node;
  if (node.operator === ':') {
    return mapTwo(left, right, context, 'boolean', (a, b) => {
      const [first, second] = [textOf(a), textOf(b)];
      return first && second && `${foldSql(first)} = ${foldSql(second)}`;
    });
  }
  const operator: OrderOperator = node.operator === '!=' ? '==' : node.operator;
  const compared = order(operator, left, right, context);
  return node.operator === '!=' ? map(compared, 'boolean', ({ sql }) => `(NOT ${sql})`) : compared;
}

function order(
  operator: OrderOperator,
  left: Expression,
  right: Expression,
  context: ScalarSqlContext,
): Result {
  const info = left.kind === 'field' ? context.schema.field(left.name) : undefined;
  if (info && right.kind === 'literal' && right.value !== null) {
    const test = fieldTestSql(operator, info, context.kind, right.value);
    return test && { sql: `(${test(context.value)})`, type: 'boolean', guards: [] };
  }
  if (operator === '==' && isNull(right))
    return map(toScalarSql(left, context), 'boolean', ({ sql }) => `(${sql} IS NULL)`);
  if (operator === '==' && isNull(left))
    return map(toScalarSql(right, context), 'boolean', ({ sql }) => `(${sql} IS NULL)`);
  return mapTwo(left, right, context, 'boolean', (a, b) => {
    const sql = compare(operator, a, b, right.kind === 'literal' ? right.value : undefined);
    return sql && `(${sql})`;
  });
}

function isNull(node: Expression): boolean {
  return node.kind === 'literal' && node.value === null;
}

/** `compareInLeaf`, with a constant on the right where kinds or order ask for one. */
function compare(
  operator: OrderOperator,
  a: ScalarSql,
  b: ScalarSql,
  constant: LiteralValue | undefined,
): Sql | undefined {
  if (a.type === 'null' || b.type === 'null') return 'NULL::BOOLEAN';
  if (isNumeric(a) && isNumeric(b)) {
    if (typeof constant === 'number' || typeof constant === 'bigint')
      return compareNumberSql(operator, a.type === 'integer', constant)?.(a.sql);
    return a.type === b.type
      ? `${a.sql} ${operator === '==' ? '=' : operator} ${b.sql}`
      : undefined;
  }
  if (a.type !== b.type)
    return operator === '=='
      ? `CASE WHEN ${a.sql} IS NOT NULL AND ${b.sql} IS NOT NULL THEN false END`
      : 'NULL::BOOLEAN';
  if (operator === '==') return `${a.sql} = ${b.sql}`;
  if (a.type === 'boolean') return `${a.sql} ${operator} ${b.sql}`;
  // results of functions compare by UTF-16 units: the same order where no surrogate meets U+E000..U+FFFF
  const isPlain = typeof constant === 'string' && !/[\ud800-\uffff]/.test(constant);
  return isPlain ? compareTextSql(operator, constant)?.(a.sql) : undefined;
}

function isNumeric({ type }: ScalarSql): boolean {
  return type === 'integer' || type === 'float';
}

function membership(node: Membership, context: ScalarSqlContext): Result {
  const operand = toScalarSql(node.operand, context);
  if (!operand) return undefined;
  const tests = node.items.map((item): Result => {
    if (node.insensitive && item.kind === 'literal' && typeof item.value === 'string') {
      const test = textTest([item.value], { insensitive: true, wildcards: false });
      const text = textOf(operand);
      return test && text ? { sql: onOneText(test, text), type: 'boolean', guards: [] } : undefined;
    }
    return isNull(item)
      ? { sql: 'NULL::BOOLEAN', type: 'boolean', guards: [] }
      : order('==', node.operand, item, context);
  });
  const known = tests.filter((test) => test !== undefined);
  if (known.length < tests.length) return undefined;
  const isIn = anyOf(known.map(({ sql }) => `(${sql})`));
  return combine([operand, ...known], 'boolean', node.negated ? `(NOT ${isIn})` : isIn);
}

function match(node: Match, context: ScalarSqlContext): Result {
  if (node.operator === 'regex' || node.operator === 'regex~') return undefined;
  const test = textTest(
    node.patterns.map(({ value }) => String(value)),
    { insensitive: node.operator !== 'like', wildcards: true },
  );
  return (
    test &&
    map(toScalarSql(node.operand, context), 'boolean', (operand) => {
      const text = textOf(operand);
      return text && onOneText(test, text);
    })
  );
}

/** A value as text; floating point numbers are written differently. */
function textOf({ sql, type }: ScalarSql): Sql | undefined {
  if (type === 'text') return sql;
  return type === 'integer' || type === 'boolean' ? `CAST(${sql} AS VARCHAR)` : undefined;
}

/** `calculate` of lib/eql: whole numbers in 128 bits, null beyond a long; floating point numbers while finite. */
function calculation(
  { operator, left, right }: Pick<Arithmetic, 'operator' | 'left' | 'right'>,
  node: Expression,
  context: ScalarSqlContext,
): Result {
  const operands = all([left, right], context);
  const [a, b] = operands ?? [];
  if (!operands || !a || !b) return undefined;
  if (a.type === 'null' || b.type === 'null') return combine(operands, 'integer', 'NULL::BIGINT');
  if (!isNumeric(a) || !isNumeric(b)) return undefined;
  if (staticType(node, context.schema) === 'float') {
    const sql = `(CAST(${a.sql} AS DOUBLE) ${operator} CAST(${b.sql} AS DOUBLE))`;
    return {
      ...combine(operands, 'float', sql),
      guards: [...a.guards, ...b.guards, `coalesce(isfinite(${sql}), true)`],
    };
  }
  if (a.type === 'float' || b.type === 'float') return undefined;
  const sqlOperator = operator === '/' ? '//' : operator;
  const result = `(CAST(${a.sql} AS HUGEINT) ${sqlOperator} CAST(${b.sql} AS HUGEINT))`;
  // not TRY_CAST(.. AS BIGINT): DuckDB compares beneath that cast, and what is out of range would not be null
  const isLong = `${result} BETWEEN ${quoteInteger(MIN_LONG)} AND ${quoteInteger(MAX_LONG)}`;
  return combine(operands, 'integer', `(CASE WHEN ${isLong} THEN ${result} END)`);
}

const CALCULATIONS: Readonly<Record<string, Arithmetic['operator']>> = {
  add: '+',
  divide: '/',
  modulo: '%',
  multiply: '*',
  subtract: '-',
};

function call(node: FunctionCall, context: ScalarSqlContext): Result {
  const name = findFunction(node.name)?.name ?? '';
  const [first, second, third, fourth] = node.arguments;
  const operator = CALCULATIONS[name];
  if (operator && first && second)
    return calculation({ operator, left: first, right: second }, node, context);
  switch (name) {
    case 'startsWith':
      return onTwoTexts(node, context, (value, part) => `starts_with(${value}, ${part})`);
    case 'endsWith':
      return onTwoTexts(node, context, (value, part) => `ends_with(${value}, ${part})`);
    case 'stringContains':
      return onTwoTexts(node, context, (value, part) => {
        // an empty text contains nothing, and nothing contains it
        const found = `${value} <> '' AND ${part} <> '' AND contains(${value}, ${part})`;
        return `CASE WHEN ${value} IS NOT NULL AND ${part} IS NOT NULL THEN ${found} END`;
      });
    case 'length':
      return mapText(first, context, 'integer', lengthInUnits);
    case 'string':
      return map(first && toScalarSql(first, context), 'text', textOf);
    case 'concat': {
      const parts = all(node.arguments, context);
      const texts = parts?.map((part) => (part.type === 'null' ? 'NULL' : textOf(part)));
      if (!parts || !texts?.every((text) => text !== undefined)) return undefined;
      return combine(parts, 'text', `(${texts.join(' || ')} || '')`);
    }
    case 'cidrMatch':
      return cidrMatch(node, context);
    case 'indexOf':
      return third === undefined ? indexOf(node, context) : undefined;
    case 'between':
      return fourth === undefined || isFalse(fourth) ? betweenTexts(node, context) : undefined;
    case 'substring':
      return substring(node, context);
    default:
      return undefined;
  }
}

function isFalse(node: Expression): boolean {
  return node.kind === 'literal' && node.value === false;
}

function onTwoTexts(
  node: FunctionCall,
  context: ScalarSqlContext,
  test: (value: Sql, part: Sql) => Sql,
): Result {
  const [first, second] = node.arguments;
  if (!first || !second) return undefined;
  const fold = node.insensitive ? foldSql : (value: Sql) => value;
  return mapTwo(first, second, context, 'boolean', (a, b) => {
    if (a.type === 'null' || b.type === 'null') return 'NULL::BOOLEAN';
    return a.type === 'text' && b.type === 'text' ? test(fold(a.sql), fold(b.sql)) : undefined;
  });
}

/** Strings count in UTF-16 units: two for each character beyond U+FFFF. */
function lengthInUnits(value: Sql): Sql {
  return `(length(${value}) + length(${beyondPlane(value)}))`;
}

function beyondPlane(value: Sql): Sql {
  return `regexp_replace(${value}, '[^\\x{10000}-\\x{10FFFF}]+', '', 'g')`;
}

function indexOf(node: FunctionCall, context: ScalarSqlContext): Result {
  const part = constantText(node.arguments[1]);
  if (!part) return undefined;
  const fold = node.insensitive ? foldSql : (value: Sql) => value;
  return mapText(node.arguments[0], context, 'integer', (value) => {
    const at = `instr(${fold(value)}, ${fold(quoteText(part))})`;
    return `CASE WHEN ${at} > 0 THEN ${lengthInUnits(`substring(${value}, 1, ${at} - 1)`)} END`;
  });
}

function betweenTexts(node: FunctionCall, context: ScalarSqlContext): Result {
  const [left, right] = [constantText(node.arguments[1]), constantText(node.arguments[2])];
  if (!left || !right) return undefined;
  const fold = node.insensitive ? foldSql : (value: Sql) => value;
  return mapText(node.arguments[0], context, 'text', (value) => {
    const at = `instr(${fold(value)}, ${fold(quoteText(left))})`;
    const rest = `substring(${value}, ${at} + ${Array.from(left).length})`;
    const end = `instr(${fold(rest)}, ${fold(quoteText(right))})`;
    return `CASE WHEN ${at} > 0 AND ${end} > 0 THEN substring(${rest}, 1, ${end} - 1) END`;
  });
}

/** The text of a constant that is not empty. */
function constantText(node: Expression | undefined): string | undefined {
  if (node?.kind !== 'literal' || typeof node.value !== 'string' || !node.value.isWellFormed())
    return undefined;
  return node.value === '' ? undefined : node.value;
}

/** JavaScript's `slice`; right where no character takes two units. */
function substring(node: FunctionCall, context: ScalarSqlContext): Result {
  const [first, start, end] = node.arguments;
  const isIndex = (each: Expression | undefined): boolean =>
    each === undefined ||
    (each.kind === 'literal' && (each.value === null || typeof each.value === 'number'));
  if (!isIndex(start) || !isIndex(end) || !first) return undefined;
  const index = (each: Expression | undefined, size: Sql): Sql | undefined => {
    const value =
      each?.kind === 'literal' && typeof each.value === 'number'
        ? Math.trunc(each.value)
        : undefined;
    return value === undefined
      ? undefined
      : value < 0
        ? `greatest(${size} + (${value}), 0)`
        : String(value);
  };
  const operand = toScalarSql(first, context);
  if (operand?.type !== 'text') return undefined;
  const size = `length(${operand.sql})`;
  const from = index(start, size) ?? '0';
  const to = index(end, size) ?? size;
  const sql = `substring(${operand.sql}, ${from} + 1, greatest((${to}) - (${from}), 0))`;
  return {
    sql,
    type: 'text',
    guards: [...operand.guards, `coalesce(${beyondPlane(operand.sql)} = '', true)`],
  };
}

/** Only where the values are addresses by their type, so in canonical text. */
function cidrMatch(node: FunctionCall, context: ScalarSqlContext): Result {
  const [address, ...networks] = node.arguments;
  const texts = networks.flatMap((network) =>
    network.kind === 'literal' && typeof network.value === 'string' ? [network.value] : [],
  );
  if (address?.kind !== 'field' || texts.length < networks.length) return undefined;
  const info = context.schema.field(address.name);
  if (info?.type !== 'ip' || info.dynamic) return undefined;
  const sql = inNetworks(texts, context.value);
  return sql === undefined ? undefined : { sql, type: 'boolean', guards: [] };
}

function all(
  nodes: readonly Expression[],
  context: ScalarSqlContext,
): readonly ScalarSql[] | undefined {
  const scalars = nodes
    .map((node) => toScalarSql(node, context))
    .filter((scalar) => scalar !== undefined);
  return scalars.length === nodes.length ? scalars : undefined;
}

function combine(operands: readonly ScalarSql[], type: SqlType, sql: Sql): ScalarSql {
  return { sql, type, guards: operands.flatMap(({ guards }) => guards) };
}

function map(
  operand: Result,
  type: SqlType,
  write: (operand: ScalarSql) => Sql | undefined,
): Result {
  const sql = operand && write(operand);
  return operand && sql !== undefined ? combine([operand], type, sql) : undefined;
}

function mapText(
  node: Expression | undefined,
  context: ScalarSqlContext,
  type: SqlType,
  write: (value: Sql) => Sql,
): Result {
  return map(node && toScalarSql(node, context), type, (operand) =>
    operand.type === 'text' ? write(operand.sql) : undefined,
  );
}

function mapTwo(
  left: Expression,
  right: Expression,
  context: ScalarSqlContext,
  type: SqlType,
  write: (a: ScalarSql, b: ScalarSql) => Sql | undefined,
): Result {
  const operands = all([left, right], context);
  const [a, b] = operands ?? [];
  const sql = a && b && write(a, b);
  return operands && sql !== undefined ? combine(operands, type, sql) : undefined;
}

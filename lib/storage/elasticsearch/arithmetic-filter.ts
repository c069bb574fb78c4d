import type { Expression, Literal, Schema } from '@/lib/eql';
import { findFunction } from '@/lib/eql/functions';
import { staticType } from '@/lib/eql/static-type';
import type { OrderOperator } from '@/lib/eql/values';
import { MATCH_NONE, range, type ElasticsearchFilter } from './query-dsl';
import { numberTerm } from './value-filter';

/** Whole numbers from and to, both included. */
type Interval = readonly [least: bigint, most: bigint];

const MIN_LONG = -(2n ** 63n);
const MAX_LONG = 2n ** 63n - 1n;

/**
 * `field + 1 > 5` as a range of the field: whole number calculations with constants, solved for the field. What leaves a
 * long has no value and satisfies no comparison, so each step is cut to one. `undefined` for anything else.
 */
export function calculationFilter(
  operator: OrderOperator,
  calculation: Expression,
  constant: number | bigint,
  field: string,
  schema: Schema,
): ElasticsearchFilter | undefined {
  const wanted = intervalOf(operator, constant);
  const solved = wanted && solve(calculation, wanted, schema);
  if (!solved) return undefined;
  const [least, most] = solved;
  return least > most
    ? MATCH_NONE
    : range(field, { gte: numberTerm(least), lte: numberTerm(most) });
}

function intervalOf(operator: OrderOperator, constant: number | bigint): Interval | undefined {
  if (typeof constant === 'number' && !Number.isFinite(constant)) return undefined;
  const floor = BigInt(typeof constant === 'number' ? Math.floor(constant) : constant);
  const ceiling = BigInt(typeof constant === 'number' ? Math.ceil(constant) : constant);
  switch (operator) {
    case '==':
      return [ceiling, floor];
    case '<':
      return [MIN_LONG, ceiling - 1n];
    case '<=':
      return [MIN_LONG, floor];
    case '>':
      return [floor + 1n, MAX_LONG];
    case '>=':
      return [ceiling, MAX_LONG];
  }
}

const OPERATORS: Readonly<Record<string, '+' | '-' | '*' | '/'>> = {
  add: '+',
  subtract: '-',
  multiply: '*',
  divide: '/',
};

/** The values of the field for which the calculation comes to one of `wanted`. */
function solve(node: Expression, wanted: Interval, schema: Schema): Interval | undefined {
  const [least, most] = cut(wanted);
  if (node.kind === 'field') {
    const type = schema.field(node.name)?.type;
    return type !== undefined && WHOLE_TYPES.has(type) ? [least, most] : undefined;
  }
  if (staticType(node, schema) === 'float') return undefined;
  if (node.kind === 'negation') return solve(node.operand, [-most, -least], schema);
  const call = node.kind === 'call' && node.arguments.length === 2 ? node : undefined;
  const operator = call
    ? OPERATORS[findFunction(call.name)?.name ?? '']
    : node.kind === 'arithmetic'
      ? node.operator
      : undefined;
  const [left, right] = call
    ? call.arguments
    : node.kind === 'arithmetic'
      ? [node.left, node.right]
      : [];
  if (!left || !right) return undefined;
  const [first, second] = [wholeConstant(left), wholeConstant(right)];
  switch (operator) {
    case '+':
      if (second !== undefined) return solve(left, [least - second, most - second], schema);
      return first === undefined ? undefined : solve(right, [least - first, most - first], schema);
    case '-':
      if (second !== undefined) return solve(left, [least + second, most + second], schema);
      return first === undefined ? undefined : solve(right, [first - most, first - least], schema);
    case '*': {
      const factor = second ?? first;
      return factor
        ? solve(second === undefined ? right : left, product(factor, [least, most]), schema)
        : undefined;
    }
    case '/':
      return second ? solve(left, quotient(second, [least, most]), schema) : undefined;
    case '%':
    case undefined:
      return undefined;
  }
}

const WHOLE_TYPES: ReadonlySet<string> = new Set(['byte', 'short', 'integer', 'long']);

function cut([least, most]: Interval): Interval {
  return [least < MIN_LONG ? MIN_LONG : least, most > MAX_LONG ? MAX_LONG : most];
}

function wholeConstant(node: Expression): bigint | undefined {
  return node.kind === 'literal' && isWhole(node)
    ? BigInt(node.value as number | bigint)
    : undefined;
}

function isWhole({ type, value }: Literal): boolean {
  return type === 'integer' && (typeof value === 'bigint' || Number.isSafeInteger(value));
}

/** The numbers whose product with `factor` is wanted. */
function product(factor: bigint, [least, most]: Interval): Interval {
  return factor > 0n
    ? [divideUp(least, factor), divideDown(most, factor)]
    : [divideUp(-most, -factor), divideDown(-least, -factor)];
}

/** The numbers that `divisor` divides, cut off towards zero, into one that is wanted. */
function quotient(divisor: bigint, [least, most]: Interval): Interval {
  if (divisor < 0n) return quotient(-divisor, [-most, -least]);
  return [
    least > 0n ? least * divisor : least * divisor - (divisor - 1n),
    most >= 0n ? most * divisor + (divisor - 1n) : most * divisor,
  ];
}

function divideDown(value: bigint, divisor: bigint): bigint {
  const result = value / divisor;
  return value % divisor < 0n ? result - 1n : result;
}

function divideUp(value: bigint, divisor: bigint): bigint {
  return -divideDown(-value, divisor);
}

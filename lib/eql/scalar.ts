import { calculate } from './arithmetic';
import type {
  Comparison,
  Expression,
  Field,
  FunctionCall,
  Literal,
  Match,
  Membership,
} from './ast';
import { findFunction } from './functions';
import { compileJavaRegex } from './regex/java';
import { compileLuceneRegex } from './regex/lucene';
import { staticType } from './static-type';
import type { FieldInfo, Schema } from './types';
import {
  compareInLeaf,
  fieldTest,
  isNumber,
  type OrderOperator,
  type Scalar,
  type ValueTest,
} from './values';
import { compilePatterns, foldAscii } from './wildcard';

/** Evaluates a part of one leaf, with three-valued logic, for one choice of a value per field. */
export type ScalarFunction = (bindings: readonly Scalar[]) => Scalar;

/** Where the value of each field of a leaf stands in its bindings. */
export type Slots = ReadonlyMap<string, number>;

export interface ScalarContext {
  readonly schema: Schema;
  readonly slots: Slots;
}

export function compileScalar(expression: Expression, context: ScalarContext): ScalarFunction {
  switch (expression.kind) {
    case 'literal': {
      const { value } = expression;
      return () => value;
    }
    case 'field': {
      const slot = context.slots.get(expression.name);
      return slot === undefined ? () => null : (bindings) => bindings[slot] ?? null;
    }
    case 'not': {
      const operand = compileScalar(expression.operand, context);
      return (bindings) => negate(operand(bindings));
    }
    case 'and':
    case 'or': {
      const operands = expression.operands.map((operand) => compileScalar(operand, context));
      const decisive = expression.kind === 'or';
      return (bindings) => junction(operands, bindings, decisive);
    }
    case 'comparison':
      return compileComparison(expression, context);
    case 'membership':
      return compileMembership(expression, context);
    case 'match':
      return compileMatch(expression, context);
    case 'negation': {
      const operand = compileScalar(expression.operand, context);
      const isFloat = staticType(expression, context.schema) === 'float';
      return (bindings) => calculate('-', 0, operand(bindings), isFloat);
    }
    case 'arithmetic': {
      const left = compileScalar(expression.left, context);
      const right = compileScalar(expression.right, context);
      const isFloat = staticType(expression, context.schema) === 'float';
      return (bindings) => calculate(expression.operator, left(bindings), right(bindings), isFloat);
    }
    case 'call':
      return compileCall(expression, context);
  }
}

function negate(value: Scalar): Scalar {
  return typeof value === 'boolean' ? !value : null;
}

/** `or` with `decisive` true, `and` with false: one decisive operand decides, else null if one is null. */
function junction(
  operands: readonly ScalarFunction[],
  bindings: readonly Scalar[],
  decisive: boolean,
): Scalar {
  let unknown = false;
  for (const operand of operands) {
    const value = operand(bindings);
    if (value === decisive) return decisive;
    if (value === null) unknown = true;
  }
  return unknown ? null : !decisive;
}

function compileComparison(node: Comparison, context: ScalarContext): ScalarFunction {
  if (node.operator === ':') return compileInsensitiveEquals(node, context);
  const operator: OrderOperator = node.operator === '!=' ? '==' : node.operator;
  const compare = compileOrder(operator, node.left, node.right, context);
  return node.operator === '!=' ? (bindings) => negate(compare(bindings)) : compare;
}

function compileOrder(
  operator: OrderOperator,
  left: Expression,
  right: Expression,
  context: ScalarContext,
): ScalarFunction {
  const info = left.kind === 'field' ? context.schema.field(left.name) : undefined;
  if (info && right.kind === 'literal' && right.value !== null) {
    return onValue(compileScalar(left, context), fieldTest(operator, info, right.value));
  }
  const first = compileScalar(left, context);
  const second = compileScalar(right, context);
  if (operator === '==' && isNullLiteral(right)) return (bindings) => first(bindings) === null;
  if (operator === '==' && isNullLiteral(left)) return (bindings) => second(bindings) === null;
  return (bindings) => compareInLeaf(operator, first(bindings), second(bindings));
}

/** A comparison with a written null asks "has no value" and is never null itself. */
function isNullLiteral(expression: Expression): boolean {
  return expression.kind === 'literal' && expression.value === null;
}

function onValue(operand: ScalarFunction, test: ValueTest): ScalarFunction {
  return (bindings) => {
    const value = operand(bindings);
    return value === null ? null : test(value);
  };
}

function compileInsensitiveEquals(node: Comparison, context: ScalarContext): ScalarFunction {
  const left = compileScalar(node.left, context);
  const right = compileScalar(node.right, context);
  return (bindings) => {
    const a = left(bindings);
    const b = right(bindings);
    return a === null || b === null ? null : foldAscii(String(a)) === foldAscii(String(b));
  };
}

function compileMembership(node: Membership, context: ScalarContext): ScalarFunction {
  const operand = compileScalar(node.operand, context);
  const tests = node.items.map(
    (item): ((value: Exclude<Scalar, null>, bindings: readonly Scalar[]) => Scalar) => {
      const info =
        node.operand.kind === 'field' ? context.schema.field(node.operand.name) : undefined;
      if (item.kind === 'literal' && item.value !== null) {
        const test = itemTest(item.value, info, node.insensitive);
        return (value) => test(value);
      }
      const scalar = compileScalar(item, context);
      return (value, bindings) => {
        const other = scalar(bindings);
        return other === null ? null : itemTest(other, undefined, node.insensitive)(value);
      };
    },
  );
  const isIn: ScalarFunction = (bindings) => {
    const value = operand(bindings);
    if (value === null) return null;
    let unknown = false;
    for (const test of tests) {
      const result = test(value, bindings);
      if (result === true) return true;
      if (result === null) unknown = true;
    }
    return unknown ? null : false;
  };
  return node.negated ? (bindings) => negate(isIn(bindings)) : isIn;
}

function itemTest(
  item: Exclude<Scalar, null>,
  info: FieldInfo | undefined,
  insensitive: boolean,
): ValueTest {
  if (insensitive && typeof item === 'string') {
    const wanted = foldAscii(item);
    return (value) => foldAscii(String(value)) === wanted;
  }
  return info ? fieldTest('==', info, item) : (value) => compareInLeaf('==', value, item) === true;
}

function compileMatch(node: Match, context: ScalarContext): ScalarFunction {
  if (isNullLiteral(node.operand)) return () => null;
  return onValue(compileScalar(node.operand, context), matchTest(node, undefined));
}

/** Test of one value against the patterns; `info` is the field's where the operand is one, and decides regex dialect and normalizer. */
export function matchTest(node: Match, info: FieldInfo | undefined): ValueTest {
  const texts = node.patterns.map(patternText);
  const isField = node.operand.kind === 'field';
  const fold = info?.normalizer === 'lowercase';
  switch (node.operator) {
    case ':':
    case 'like~':
      return onText(compilePatterns(texts, { insensitive: true }));
    case 'like':
      return onText(compilePatterns(fold ? texts.map(foldAscii) : texts, { insensitive: false }));
    case 'regex':
    case 'regex~': {
      const compileRegex = isField ? compileLuceneRegex : compileJavaRegex;
      const matchers = texts.map((text) =>
        compileRegex(text, { caseInsensitive: node.operator === 'regex~' }),
      );
      return onText((value) => matchers.some((matcher) => matcher(value)));
    }
  }
}

function patternText(pattern: Literal): string {
  return String(pattern.value);
}

function onText(test: (text: string) => boolean): ValueTest {
  return (value) => test(typeof value === 'string' ? value : String(value));
}

function compileCall(node: FunctionCall, context: ScalarContext): ScalarFunction {
  const definition = findFunction(node.name);
  if (!definition) return () => null;
  const args = node.arguments.map((argument) => compileScalar(argument, context));
  const floats = node.arguments.map((argument) => staticType(argument, context.schema) === 'float');
  const dates = node.arguments.map((argument) => dateKind(argument, context.schema));
  const { insensitive } = node;
  return (bindings) => {
    const values = args.map((argument, index) => showDate(argument(bindings), dates[index]));
    return definition.evaluate(values, insensitive, floats);
  };
}

function dateKind(argument: Expression, schema: Schema): 'date' | 'date_nanos' | undefined {
  if (argument.kind !== 'field') return undefined;
  const info = schema.field(argument.name);
  return info?.type === 'date' || info?.type === 'date_nanos' ? info.type : undefined;
}

/** Functions see a date as ISO text. */
function showDate(value: Scalar, kind: 'date' | 'date_nanos' | undefined): Scalar {
  if (kind === undefined || !isNumber(value)) return value;
  return formatDate(value, kind);
}

/** ISO 8601 in UTC: milliseconds for `date`, nanoseconds for `date_nanos`. */
export function formatDate(value: number | bigint, kind: 'date' | 'date_nanos'): string {
  if (kind === 'date' || typeof value === 'number') return new Date(Number(value)).toISOString();
  const nanos = ((value % 1_000_000_000n) + 1_000_000_000n) % 1_000_000_000n;
  const seconds = (value - nanos) / 1_000_000_000n;
  return `${new Date(Number(seconds) * 1000).toISOString().slice(0, 19)}.${String(nanos).padStart(9, '0')}Z`;
}

/** Reads of the field in this leaf: bound to its values, whatever their number. */
export function slotsFor(fields: readonly Field[]): Slots {
  return new Map(fields.map((field, index) => [field.name, index]));
}

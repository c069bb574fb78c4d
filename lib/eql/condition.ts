import {
  fieldsOf,
  type Comparison,
  type Expression,
  type Field,
  type Match,
  type Membership,
} from './ast';
import { compileScalar, matchTest, slotsFor } from './scalar';
import { simplifyCondition } from './simplify';
import type { FieldInfo, FieldSource, FieldValues, Schema, Value } from './types';
import { fieldTest, type Scalar, type ValueTest } from './values';
import { foldAscii } from './wildcard';

/** Whether an event satisfies a condition. Never throws: types were checked before. */
export type Condition<Event> = (event: Event) => boolean;

export interface ConditionContext<Event> {
  readonly schema: Schema;
  readonly source: FieldSource<Event>;
}

/**
 * Compiles a checked condition. Leaves are two-valued: a missing field makes a leaf false and its `not` true; of many
 * values one must make the leaf true; a leaf of two fields holds for some pair.
 */
export function compileCondition<Event>(
  expression: Expression,
  context: ConditionContext<Event>,
): Condition<Event> {
  return compileSimplified(simplifyCondition(expression, context.schema), context);
}

/** The same for a tree that `simplifyCondition` has left. */
export function compileSimplified<Event>(
  expression: Expression,
  context: ConditionContext<Event>,
): Condition<Event> {
  switch (expression.kind) {
    case 'literal': {
      const isTrue = expression.value === true;
      return () => isTrue;
    }
    case 'not': {
      const operand = compileSimplified(expression.operand, context);
      return (event) => !operand(event);
    }
    case 'and':
      return allOf(expression.operands.map((operand) => compileSimplified(operand, context)));
    case 'or':
      return someOf(expression.operands.map((operand) => compileSimplified(operand, context)));
    case 'comparison':
      return compileComparison(expression, context);
    case 'membership':
      return compileMembership(expression, context);
    case 'match':
      return compileMatch(expression, context);
    case 'field':
    case 'negation':
    case 'arithmetic':
    case 'call':
      return compileLeaf(expression, context, (value) => value === true);
  }
}

function allOf<Event>(operands: readonly Condition<Event>[]): Condition<Event> {
  const [first, second, ...rest] = operands;
  if (!first) return () => true;
  if (!second) return first;
  if (rest.length === 0) return (event) => first(event) && second(event);
  if (operands.length <= 16) {
    const others = allOf(rest);
    return (event) => first(event) && second(event) && others(event);
  }
  return (event) => {
    for (const operand of operands) if (!operand(event)) return false;
    return true;
  };
}

function someOf<Event>(operands: readonly Condition<Event>[]): Condition<Event> {
  return (event) => {
    for (const operand of operands) if (operand(event)) return true;
    return false;
  };
}

function compileComparison<Event>(
  node: Comparison,
  context: ConditionContext<Event>,
): Condition<Event> {
  const { left, right } = node;
  if (right.kind === 'literal' && right.value === null && node.operator === '==')
    return compileIsNull(left, context);
  const isPlain = left.kind === 'field' && right.kind === 'literal' && right.value !== null;
  if (isPlain && node.operator !== ':' && node.operator !== '!=' && right.value !== null) {
    const info = context.schema.field(left.name);
    if (info) return onField(left, context, fieldTest(node.operator, info, right.value));
  }
  return compileLeaf(node, context, (value) => value === true);
}

/** `x == null` is "has no value"; of a calculation, "some choice of values gives none". */
function compileIsNull<Event>(
  operand: Expression,
  context: ConditionContext<Event>,
): Condition<Event> {
  if (operand.kind !== 'field') return compileLeaf(operand, context, (value) => value === null);
  const read = readerOf(operand, context);
  return (event) => read(event) === undefined;
}

function compileMembership<Event>(
  node: Membership,
  context: ConditionContext<Event>,
): Condition<Event> {
  const { operand, items } = node;
  const info = operand.kind === 'field' ? context.schema.field(operand.name) : undefined;
  const values = items.flatMap((item) =>
    item.kind === 'literal' && item.value !== null ? [item.value] : [],
  );
  if (operand.kind !== 'field' || !info || values.length < items.length || node.negated) {
    return compileLeaf(node, context, (value) => value === true);
  }
  return onField(operand, context, membershipTest(values, info, node.insensitive));
}

function membershipTest(
  values: readonly Value[],
  info: FieldInfo,
  insensitive: boolean,
): ValueTest {
  if (insensitive) {
    const folded = new Set(values.map((value) => foldAscii(String(value))));
    return (value) => folded.has(foldAscii(String(value)));
  }
  const isText =
    info.type === 'keyword' || info.type === 'constant_keyword' || info.type === 'wildcard';
  if (isText && !info.dynamic && !info.normalizer) {
    const wanted = new Set<Value>(values.map(String));
    return (value) => wanted.has(value);
  }
  const tests = values.map((value) => fieldTest('==', info, value));
  return (value) => tests.some((test) => test(value));
}

function compileMatch<Event>(node: Match, context: ConditionContext<Event>): Condition<Event> {
  if (node.operand.kind !== 'field') return compileLeaf(node, context, (value) => value === true);
  return onField(node.operand, context, matchTest(node, context.schema.field(node.operand.name)));
}

function readerOf<Event>(
  field: Field,
  context: ConditionContext<Event>,
): (event: Event) => FieldValues {
  const info = context.schema.field(field.name);
  return context.source.reader(info?.exact ?? field.name);
}

function onField<Event>(
  field: Field,
  context: ConditionContext<Event>,
  test: ValueTest,
): Condition<Event> {
  const read = readerOf(field, context);
  return (event) => {
    const values = read(event);
    if (values === undefined) return false;
    if (typeof values !== 'object') return test(values);
    for (const value of values) if (test(value)) return true;
    return false;
  };
}

/** Any other leaf: evaluated for each choice of one value per field, with null for a missing field. */
function compileLeaf<Event>(
  node: Expression,
  context: ConditionContext<Event>,
  accepts: (value: Scalar) => boolean,
): Condition<Event> {
  const fields = fieldsOf(node);
  const evaluate = compileScalar(node, { schema: context.schema, slots: slotsFor(fields) });
  const readers = fields.map((field) => readerOf(field, context));
  const bindings: Scalar[] = fields.map(() => null);
  const choose = (event: Event, index: number): boolean => {
    const read = readers[index];
    if (!read) return accepts(evaluate(bindings));
    const values = read(event);
    if (values === undefined || typeof values !== 'object') {
      bindings[index] = values ?? null;
      return choose(event, index + 1);
    }
    for (const value of values) {
      bindings[index] = value;
      if (choose(event, index + 1)) return true;
    }
    return false;
  };
  return (event) => choose(event, 0);
}

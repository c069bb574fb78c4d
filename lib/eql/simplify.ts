import {
  childrenOf,
  type Comparison,
  type ComparisonOperator,
  type Expression,
  type Literal,
  type LiteralValue,
} from './ast';
import { RegexSyntaxError } from './regex/syntax';
import { compileScalar } from './scalar';
import type { Span } from './source';
import { staticType } from './static-type';
import type { Schema } from './types';

const NO_SLOTS: ReadonlyMap<string, number> = new Map();

/**
 * The tree as Elasticsearch's analyzer and optimizer leave it, in the parts that change its meaning:
 * an optional field that nothing maps is null; what has no field left is folded with three-valued logic; `!=` and
 * `not in` are `not`; two `not` cancel; constants stand on the right; `x == true` of a condition is `x`, `x == false` is
 * `not x`; a boolean field alone is `field == true`.
 */
export function simplifyCondition(expression: Expression, schema: Schema): Expression {
  return asCondition(simplify(expression, schema), schema);
}

/** A value made of constants only, or `undefined` where it names a field. */
export function foldConstant(expression: Expression, schema: Schema): LiteralValue | undefined {
  const simplified = simplify(expression, schema);
  return simplified.kind === 'literal' ? simplified.value : undefined;
}

function asCondition(expression: Expression, schema: Schema): Expression {
  switch (expression.kind) {
    case 'field':
      return comparison('==', expression, booleanLiteral(true, expression.span), expression.span);
    case 'not':
      return { ...expression, operand: asCondition(expression.operand, schema) };
    case 'and':
    case 'or':
      return {
        ...expression,
        operands: expression.operands.map((operand) => asCondition(operand, schema)),
      };
    case 'literal':
    case 'comparison':
    case 'membership':
    case 'match':
    case 'negation':
    case 'arithmetic':
    case 'call':
      return expression;
  }
}

function simplify(expression: Expression, schema: Schema): Expression {
  if (expression.kind === 'literal') return expression;
  if (expression.kind === 'field') {
    const isNull = expression.optional && schema.field(expression.name) === undefined;
    return isNull
      ? { kind: 'literal', type: 'null', value: null, span: expression.span }
      : expression;
  }
  const node = withChildren(expression, (child) => simplify(child, schema));
  if (childrenOf(node).every((child) => child.kind === 'literal'))
    return evaluateConstant(node, schema);
  return rewrite(node);
}

function withChildren(node: Expression, change: (child: Expression) => Expression): Expression {
  switch (node.kind) {
    case 'literal':
    case 'field':
      return node;
    case 'comparison':
    case 'arithmetic':
      return { ...node, left: change(node.left), right: change(node.right) };
    case 'membership':
      return { ...node, operand: change(node.operand), items: node.items.map(change) };
    case 'match':
      return { ...node, operand: change(node.operand) };
    case 'not':
    case 'negation':
      return { ...node, operand: change(node.operand) };
    case 'and':
    case 'or':
      return { ...node, operands: node.operands.map(change) };
    case 'call':
      return { ...node, arguments: node.arguments.map(change) };
  }
}

function evaluateConstant(node: Expression, schema: Schema): Literal {
  return toLiteral(constantValue(node, schema), staticType(node, schema) === 'float', node.span);
}

/** A pattern that is no regular expression gives no value here; `checkExpression` reports it. */
function constantValue(node: Expression, schema: Schema): LiteralValue {
  try {
    return compileScalar(node, { schema, slots: NO_SLOTS })([]);
  } catch (error) {
    if (error instanceof RegexSyntaxError) return null;
    throw error;
  }
}

function toLiteral(value: LiteralValue, isFloat: boolean, span: Span): Literal {
  if (value === null) return { kind: 'literal', type: 'null', value, span };
  if (typeof value === 'boolean') return booleanLiteral(value, span);
  if (typeof value === 'string') return { kind: 'literal', type: 'string', value, span };
  const isWhole = typeof value === 'bigint' || (Number.isInteger(value) && !isFloat);
  return { kind: 'literal', type: isWhole ? 'integer' : 'float', value, span };
}

function booleanLiteral(value: boolean, span: Span): Literal {
  return { kind: 'literal', type: 'boolean', value, span };
}

function comparison(
  operator: ComparisonOperator,
  left: Expression,
  right: Expression,
  span: Span,
): Comparison {
  return { kind: 'comparison', operator, left, right, span };
}

function not(operand: Expression, span: Span): Expression {
  return operand.kind === 'not' ? operand.operand : { kind: 'not', operand, span };
}

const MIRRORED: Readonly<Record<ComparisonOperator, ComparisonOperator>> = {
  '==': '==',
  '!=': '!=',
  '<': '>',
  '<=': '>=',
  '>': '<',
  '>=': '<=',
  ':': ':',
};

function rewrite(node: Expression): Expression {
  switch (node.kind) {
    case 'not':
      return not(node.operand, node.span);
    case 'membership':
      return node.negated ? not({ ...node, negated: false }, node.span) : node;
    case 'comparison':
      return rewriteComparison(node);
    case 'and':
    case 'or':
      return rewriteJunction(node.kind, node.operands, node.span);
    case 'literal':
    case 'field':
    case 'match':
    case 'negation':
    case 'arithmetic':
    case 'call':
      return node;
  }
}

function rewriteComparison(node: Comparison): Expression {
  const isSwapped = node.left.kind === 'literal' && node.right.kind !== 'literal';
  const left = isSwapped ? node.right : node.left;
  const right = isSwapped ? node.left : node.right;
  const operator = isSwapped ? MIRRORED[node.operator] : node.operator;
  if (operator === '!=') return not(equals(left, right, node.span), node.span);
  return operator === '=='
    ? equals(left, right, node.span)
    : comparison(operator, left, right, node.span);
}

function equals(left: Expression, right: Expression, span: Span): Expression {
  const isComputed = left.kind !== 'field' && left.kind !== 'literal';
  if (isComputed && right.kind === 'literal' && typeof right.value === 'boolean')
    return right.value ? left : not(left, span);
  return comparison('==', left, right, span);
}

/** Constant operands go: `true and x` is x, `false and x` is false, `null or x` is x. */
function rewriteJunction(
  kind: 'and' | 'or',
  operands: readonly Expression[],
  span: Span,
): Expression {
  const decisive = kind === 'or';
  const kept: Expression[] = [];
  for (const operand of operands) {
    if (operand.kind === 'literal') {
      if (operand.value === decisive) return operand;
      if (operand.value === !decisive || (operand.value === null && decisive)) continue;
    }
    if (operand.kind !== kind) kept.push(operand);
    else for (const inner of operand.operands) kept.push(inner);
  }
  const [only] = kept;
  if (only && kept.length === 1) return only;
  return only ? { kind, operands: kept, span } : booleanLiteral(!decisive, span);
}

import type { EventFilter, Expression, Literal } from './ast';
import type { FieldInfo, Schema } from './types';

/**
 * Texts of which, ignoring the case of A-Z, at least one stands in some value of every event that satisfies the filter, so
 * that a cheap search over raw bytes can rule events out. Only characters that JSON writes as themselves (or as \u escapes).
 * `undefined` where the filter promises nothing of the kind.
 */
export function requiredLiterals(
  filter: EventFilter,
  schema: Schema,
  categoryField = 'event.category',
): readonly string[] | undefined {
  const fromCondition = required(filter.condition, schema);
  const info = schema.field(categoryField);
  const fromCategory =
    filter.category === null || !info ? undefined : textFragment(filter.category, info);
  return better(fromCondition, fromCategory === undefined ? undefined : [fromCategory]);
}

const MAX_ALTERNATIVES = 40;
const MIN_LENGTH = 3;
/** Without quotes, slashes, backslashes and wildcards. */
const PLAIN_RUN = /[ !#$%&()+,\-.0-9:;<=>@A-Z[\]^_a-z{|}~]+/g;

function required(expression: Expression, schema: Schema): readonly string[] | undefined {
  switch (expression.kind) {
    case 'and':
      return expression.operands
        .map((operand) => required(operand, schema))
        .reduce(better, undefined);
    case 'or':
      return union(expression.operands.map((operand) => required(operand, schema)));
    case 'comparison':
      if (expression.operator !== '==') return undefined;
      return union([
        fragmentOf(expression.left, expression.right, schema) ??
          fragmentOf(expression.right, expression.left, schema),
      ]);
    case 'membership':
      if (expression.negated) return undefined;
      return union(expression.items.map((item) => fragmentOf(expression.operand, item, schema)));
    case 'match':
      if (expression.operator === 'regex' || expression.operator === 'regex~') return undefined;
      return union(
        expression.patterns.map((pattern) => fragmentOf(expression.operand, pattern, schema)),
      );
    case 'literal':
    case 'field':
    case 'not':
    case 'negation':
    case 'arithmetic':
    case 'call':
      return undefined;
  }
}

/** All alternatives together; nothing is promised if one of them promises nothing. */
function union(parts: readonly (readonly string[] | undefined)[]): readonly string[] | undefined {
  const all = new Set<string>();
  for (const part of parts) {
    if (!part) return undefined;
    for (const text of part) all.add(text);
  }
  return all.size > 0 && all.size <= MAX_ALTERNATIVES ? [...all] : undefined;
}

function fragmentOf(
  field: Expression,
  constant: Expression,
  schema: Schema,
): readonly string[] | undefined {
  if (field.kind !== 'field' || constant.kind !== 'literal') return undefined;
  const info = schema.field(field.name);
  const fragment = info && textFragment(constant, info);
  return fragment === undefined ? undefined : [fragment];
}

/** The longest run of plain characters that a value must hold. Numbers and the like can be written in several ways. */
function textFragment(constant: Literal | string, info: FieldInfo): string | undefined {
  const value = typeof constant === 'string' ? constant : constant.value;
  const isText =
    info.type === 'keyword' || info.type === 'constant_keyword' || info.type === 'wildcard';
  if (typeof value !== 'string' || (!isText && info.exact === undefined)) return undefined;
  const [longest] = (value.match(PLAIN_RUN) ?? []).sort((a, b) => b.length - a.length);
  return longest !== undefined && longest.length >= MIN_LENGTH && /[a-df-zA-DF-Z]/.test(longest)
    ? longest.toLowerCase()
    : undefined;
}

/** The rarer of two promises: judged by their shortest alternative. */
function better(
  a: readonly string[] | undefined,
  b: readonly string[] | undefined,
): readonly string[] | undefined {
  if (!a || !b) return a ?? b;
  const weight = (texts: readonly string[]): number =>
    Math.min(...texts.map(({ length }) => length)) - Math.log2(texts.length);
  return weight(a) >= weight(b) ? a : b;
}

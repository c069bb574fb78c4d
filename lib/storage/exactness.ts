import {
  printExpression,
  type EventFilter,
  type Expression,
  type Query,
  type Schema,
} from '@/lib/eql';
import type { Translation } from './filter-pair';

/** How much of some conditions a backend decides by itself. */
export interface Exactness {
  readonly leaves: number;
  readonly exact: number;
  /** The text of each leaf that is left to the evaluator, once. */
  readonly inexact: readonly string[];
}

export interface ConditionWithSchema {
  readonly condition: Expression;
  readonly schema: Schema;
}

/** Counts leaves as often as they stand in the conditions. */
export function measureExactness<F>(
  conditions: Iterable<ConditionWithSchema>,
  translate: (condition: Expression, schema: Schema) => Translation<F>,
): Exactness {
  let leaves = 0;
  let exact = 0;
  const inexact = new Set<string>();
  for (const { condition, schema } of conditions) {
    for (const translated of translate(condition, schema).leaves) {
      leaves += 1;
      if (translated.exact) exact += 1;
      else inexact.add(printExpression(translated.leaf));
    }
  }
  return { leaves, exact, inexact: [...inexact] };
}

/** The filters of a query's stages, `until` last: each is what a store is asked for. */
export function filtersOf(query: Query): readonly EventFilter[] {
  switch (query.kind) {
    case 'event':
      return [query.filter];
    case 'sample':
      return query.stages.map(({ filter }) => filter);
    case 'sequence':
    case 'join':
      return [...query.stages, ...(query.until ? [query.until] : [])].map(({ filter }) => filter);
  }
}

/** What an event must satisfy to pass a filter: its category and its condition. */
export function conditionOf(
  { category, categorySpan: span, condition }: EventFilter,
  categoryField = 'event.category',
): Expression {
  if (category === null) return condition;
  const isCategory: Expression = {
    kind: 'comparison',
    operator: '==',
    left: { kind: 'field', name: categoryField, optional: false, span },
    right: { kind: 'literal', type: 'string', value: category, span },
    span,
  };
  return { kind: 'and', operands: [isCategory, condition], span: condition.span };
}

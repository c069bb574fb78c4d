import { fieldsOf, type Expression } from './ast';
import { compileCondition, type ConditionContext } from './condition';
import type { Span } from './source';
import type { FieldValues } from './types';

/** Why a condition held or did not, for one event: a tree of the clauses as the query writes them. */
export interface ClauseReason {
  readonly kind: 'and' | 'or' | 'not' | 'clause';
  readonly span: Span;
  readonly holds: boolean;
  /** What the event has in the fields of a clause; `undefined` is a missing field. Empty for and, or, not. */
  readonly values: readonly { readonly field: string; readonly found: FieldValues }[];
  readonly parts: readonly ClauseReason[];
}

/** Evaluates with reasons. Each `holds` is what the compiled condition says of that part alone. */
export function explainCondition<Event>(
  expression: Expression,
  context: ConditionContext<Event>,
): (event: Event) => ClauseReason {
  const holds = compileCondition(expression, context);
  const { span } = expression;
  if (expression.kind === 'and' || expression.kind === 'or' || expression.kind === 'not') {
    const { kind } = expression;
    const operands = expression.kind === 'not' ? [expression.operand] : expression.operands;
    const parts = operands.map((operand) => explainCondition(operand, context));
    return (event) => ({
      kind,
      span,
      holds: holds(event),
      values: [],
      parts: parts.map((part) => part(event)),
    });
  }
  const readers = fieldsOf(expression).map(({ name }) => {
    const info = context.schema.field(name);
    return { field: name, read: context.source.reader(info?.exact ?? name) };
  });
  return (event) => ({
    kind: 'clause',
    span,
    holds: holds(event),
    values: readers.map(({ field, read }) => ({ field, found: read(event) })),
    parts: [],
  });
}

import {
  compileCondition,
  UNTIL,
  type Condition,
  type ConditionContext,
  type Expression,
  type StageHit,
} from '@/lib/eql';
import type { ExceptionItem } from './exception-item';
import { toExpression } from './to-expression';

/** Exception items ready to judge the hits of one query. */
export interface CompiledExceptions<Event> {
  /** Items that constrain combinations; their number in this list is their bit in `StageHit.excepted`. */
  readonly items: readonly ExceptionItem[];
  /** The hits that are left, each marked with the items whose entries on its stage the event satisfies. */
  judge(event: Event, hits: readonly StageHit[]): readonly StageHit[];
}

/**
 * Compiles the items in force. `missing` are the query's stages (`![ ]` and `until` are never excepted). An item with an
 * entry on a stage that the query does not have constrains nothing.
 */
export function compileExceptions<Event>(
  all: readonly ExceptionItem[],
  missing: readonly boolean[],
  context: ConditionContext<Event>,
  now: number,
): CompiledExceptions<Event> {
  const inForce = all.filter(({ expire_time: end }) => end === undefined || Date.parse(end) > now);
  const anyEvent = inForce.filter(({ watchfloor }) => watchfloor.scope === 'any_event');
  const items = inForce.filter(
    ({ watchfloor, entries }) =>
      watchfloor.scope === 'sequence' &&
      entries.every(({ stage = 0 }) => missing[stage - 1] === false),
  );
  const excludes = anyEvent.map(({ entries }) => conjunction(entries.map(toExpression), context));
  const perStage = missing.map((_, stage) =>
    items.map((item) => onStage(item, stage + 1, context)),
  );
  return {
    items,
    judge(event, hits) {
      const isExcluded = excludes.some((excluded) => excluded(event));
      const left = hits.filter(
        ({ stage }) => !isExcluded || stage === UNTIL || missing[stage] === true,
      );
      if (items.length === 0) return left;
      return left.map((hit) => ({ ...hit, excepted: bits(perStage[hit.stage] ?? [], event) }));
    },
  };
}

function onStage<Event>(
  item: ExceptionItem,
  stage: number,
  context: ConditionContext<Event>,
): Condition<Event> {
  return conjunction(
    item.entries.filter((entry) => entry.stage === stage).map(toExpression),
    context,
  );
}

function conjunction<Event>(
  operands: readonly Expression[],
  context: ConditionContext<Event>,
): Condition<Event> {
  const conditions = operands.map((operand) => compileCondition(operand, context));
  return (event) => conditions.every((condition) => condition(event));
}

function bits<Event>(conditions: readonly Condition<Event>[], event: Event): bigint {
  return conditions.reduce(
    (mask, condition, index) => (condition(event) ? mask | (1n << BigInt(index)) : mask),
    0n,
  );
}

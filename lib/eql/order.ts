import type { Value } from './types';
import { compareText, isNumber } from './values';

/** What decides an event's place: timestamp, tiebreaker, then index and id, so that the order is total. */
export interface EventOrder {
  readonly timestamp: number | bigint;
  readonly tiebreaker: Value | undefined;
  readonly index: string;
  readonly id: string;
}

/** Ascending order; an event without tiebreaker comes before those with one. */
export function compareOrder(a: EventOrder, b: EventOrder): number {
  return compareTime(a, b) || compareText(a.index, b.index) || compareText(a.id, b.id);
}

/** Whether timestamp and tiebreaker leave the order open; Elasticsearch does not define it there. */
export function isTie(a: EventOrder, b: EventOrder): boolean {
  return compareTime(a, b) === 0;
}

function compareTime(a: EventOrder, b: EventOrder): number {
  if (a.timestamp !== b.timestamp) return a.timestamp < b.timestamp ? -1 : 1;
  return compareTiebreakers(a.tiebreaker, b.tiebreaker);
}

function compareTiebreakers(a: Value | undefined, b: Value | undefined): number {
  if (a === b) return 0;
  if (a === undefined || b === undefined) return a === undefined ? -1 : 1;
  if (isNumber(a) && isNumber(b)) return a < b ? -1 : a > b ? 1 : 0;
  return compareText(String(a), String(b));
}

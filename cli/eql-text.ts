import { formatGap } from '@/lib/alerts/story';
import type { JsonObject } from '@/lib/ecs/json';
import type { PlacedEvent, Query, QueryMatch, QueryResult } from '@/lib/eql';
import { describeEvent } from './describe-event';
import { counted, printable } from './output';

type Placed = PlacedEvent<JsonObject>;

/** The result as people read it: a line per event, sequences as groups with their keys and the time between events. */
export function* resultAsText(
  result: QueryResult<JsonObject>,
  kind: Query['kind'],
): Generator<string, void> {
  if (result.kind === 'events') {
    for (const placed of result.events) yield `${eventLine(placed)}\n`;
    yield `${amount(result.events.length, result.total, 'event')}\n`;
    return;
  }
  for (const [at, match] of result.sequences.entries()) {
    yield `${matchLines(match, at + 1, kind === 'sequence').join('\n')}\n\n`;
  }
  yield `${amount(result.sequences.length, result.total, kind === 'sample' ? 'sample' : 'sequence')}\n`;
}

function amount(shown: number, total: number, noun: string): string {
  return shown === total ? counted(total, noun) : `${shown} of ${counted(total, noun)}`;
}

function eventLine({ timestamp, event }: Placed): string {
  return `${timeText(timestamp)}  ${describeEvent(event)}`;
}

function matchLines(
  { joinKeys, events }: QueryMatch<JsonObject>,
  number: number,
  isTimed: boolean,
): string[] {
  const keys = joinKeys.map((key) => (key === null ? 'null' : printable(key))).join(', ');
  const times = events.flatMap((placed) => (placed ? [placed.timestamp] : []));
  const span =
    isTimed && times.length > 1 ? `, ${duration(times[0]!, times.at(-1)!)} from first to last` : '';
  const present = counted(times.length, 'event');
  const title = `#${number}${keys === '' ? '' : `  by ${keys}`}  (${present}${span})`;
  let previous: number | bigint | undefined;
  const lines = events.map((placed, at) => {
    const stage = `  ${String(at + 1).padStart(2)}  `;
    if (placed === null) return `${stage}(no such event)`;
    const gap =
      isTimed && previous !== undefined ? `+${duration(previous, placed.timestamp)}  ` : '';
    previous = placed.timestamp;
    return `${stage}${gap}${eventLine(placed)}`;
  });
  return [title, ...lines];
}

/** ISO 8601 in UTC; nanoseconds (a `bigint`) with all their digits. A sample's event may have no time (NaN). */
function timeText(timestamp: number | bigint): string {
  if (typeof timestamp === 'number') {
    if (Number.isNaN(timestamp)) return '(no time)';
    return isDate(timestamp) ? new Date(timestamp).toISOString() : String(timestamp);
  }
  const seconds = new Date(Number(timestamp / 1_000_000n)).toISOString().slice(0, 19);
  return `${seconds}.${String(timestamp % 1_000_000_000n).padStart(9, '0')}Z`;
}

/** Whether JavaScript can print it: Elasticsearch's dates reach further. */
function isDate(milliseconds: number): boolean {
  return !Number.isNaN(new Date(milliseconds).getTime());
}

function duration(from: number | bigint, to: number | bigint): string {
  const isNanos = typeof from === 'bigint' || typeof to === 'bigint';
  return formatGap(isNanos ? Number(BigInt(to) - BigInt(from)) / 1e6 : to - from);
}

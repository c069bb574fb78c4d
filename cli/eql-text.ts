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
  return `${timeText(timestamp, event)}  ${describeEvent(event)}`;
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

/** ISO 8601 in UTC; nanoseconds (a `bigint`) with all their digits. A sample's event may have no time. */
function timeText(timestamp: number | bigint, event: JsonObject): string {
  if (typeof timestamp === 'number') {
    const isGiven = timestamp !== 0 || event['@timestamp'] !== undefined;
    return isGiven ? new Date(timestamp).toISOString() : '(no time)';
  }
  const seconds = new Date(Number(timestamp / 1_000_000n)).toISOString().slice(0, 19);
  return `${seconds}.${String(timestamp % 1_000_000_000n).padStart(9, '0')}Z`;
}

function duration(from: number | bigint, to: number | bigint): string {
  const isNanos = typeof from === 'bigint' || typeof to === 'bigint';
  const milliseconds = isNanos ? Number(BigInt(to) - BigInt(from)) / 1e6 : to - from;
  if (milliseconds < 1000) return `${milliseconds} ms`;
  const seconds = milliseconds / 1000;
  if (seconds < 60) return `${seconds} s`;
  const whole = Math.floor(seconds);
  const parts: [count: number, unit: string][] = [
    [Math.floor(whole / 86_400), 'd'],
    [Math.floor(whole / 3600) % 24, 'h'],
    [Math.floor(whole / 60) % 60, 'min'],
    [whole % 60, 's'],
  ];
  const from1 = parts.findIndex(([count]) => count > 0);
  return parts
    .slice(from1, from1 + 2)
    .filter(([count]) => count > 0)
    .map(([count, unit]) => `${count} ${unit}`)
    .join(' ');
}

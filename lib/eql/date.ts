/** The dates a query may write for a date field: ISO 8601 with optional parts (`2020`, `2020-09-20T16:16`), or epoch milliseconds. */

/** First and last instant that a literal names, in nanoseconds since 1970: `2020-09-20` is a whole day. */
export interface Instants {
  readonly first: bigint;
  readonly last: bigint;
}

const ISO =
  /^([+-]?\d{4,9})(?:-(\d{2})(?:-(\d{2})(?:T(?:(\d{2})(?::(\d{2})(?::(\d{2})(?:[.,](\d{1,9}))?)?)?)?(Z|[+-]\d{2}(?::?\d{2})?)?)?)?)?$/;
const NANOS_PER_MS = 1_000_000n;

/** `undefined` where the value is no date. */
export function parseInstants(value: string | number | bigint): Instants | undefined {
  if (typeof value !== 'string') return fromMilliseconds(value);
  const match = ISO.exec(value);
  if (match) return fromIso(match);
  return /^-?\d+$/.test(value) ? fromMilliseconds(BigInt(value)) : undefined;
}

function fromMilliseconds(value: number | bigint): Instants | undefined {
  if (typeof value === 'number' && !Number.isFinite(value)) return undefined;
  const first =
    typeof value === 'bigint' ? value * NANOS_PER_MS : BigInt(Math.floor(value)) * NANOS_PER_MS;
  return { first, last: first + NANOS_PER_MS - 1n };
}

function fromIso(match: RegExpExecArray): Instants | undefined {
  const [, year = '', month, day, hour, minute, second, fraction, zone] = match;
  const offset = zoneMinutes(zone);
  const first = instant(
    [year, month ?? '1', day ?? '1', hour ?? '0', minute ?? '0', second ?? '0'],
    (fraction ?? '').padEnd(9, '0'),
    offset,
  );
  const lastDay = day ?? String(daysIn(Number(year), Number(month ?? 12)));
  const last = instant(
    [year, month ?? '12', lastDay, hour ?? '23', minute ?? '59', second ?? '59'],
    fraction === undefined ? '999999999' : fraction.padEnd(9, '0'),
    offset,
  );
  return first === undefined || last === undefined ? undefined : { first, last };
}

function daysIn(year: number, month: number): number {
  return new Date(Date.UTC(year, month, 0)).getUTCDate();
}

function zoneMinutes(zone: string | undefined): number {
  if (zone === undefined || zone === 'Z') return 0;
  const digits = zone.replace(/[^\d]/g, '').padEnd(4, '0');
  const minutes = Number(digits.slice(0, 2)) * 60 + Number(digits.slice(2));
  return zone.startsWith('-') ? -minutes : minutes;
}

function instant(
  parts: readonly string[],
  nanos: string,
  offsetMinutes: number,
): bigint | undefined {
  const [year = 0, month = 1, day = 1, hour = 0, minute = 0, second = 0] = parts.map(Number);
  if (
    month < 1 ||
    month > 12 ||
    day < 1 ||
    day > daysIn(year, month) ||
    hour > 23 ||
    minute > 59 ||
    second > 59
  )
    return undefined;
  const date = new Date(0);
  date.setUTCFullYear(year, month - 1, day);
  date.setUTCHours(hour, minute - offsetMinutes, second);
  const ms = date.getTime();
  return Number.isNaN(ms) ? undefined : BigInt(ms) * NANOS_PER_MS + BigInt(nanos);
}

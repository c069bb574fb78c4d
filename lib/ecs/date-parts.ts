/** A moment as a date format reads it: milliseconds since 1970, rounded down, and the nanoseconds beyond them. */
export interface Moment {
  readonly milliseconds: number;
  /** 0 to 999,999 */
  readonly nanoseconds: number;
}

/** The calendar parts of a text; what is missing is the start of 1970, in UTC, as in Elasticsearch. */
export interface DateParts {
  year?: number;
  month?: number;
  day?: number;
  hour?: number;
  minute?: number;
  second?: number;
  nanosecond?: number;
  offsetSeconds?: number;
}

/** `undefined` for a day, hour or minute that does not exist: the 30th of February is malformed. */
export function toMoment(parts: DateParts): Moment | undefined {
  const { year = 1970, month = 1, day = 1, hour = 0, minute = 0, second = 0 } = parts;
  if (month < 1 || month > 12 || day < 1 || day > daysInMonth(year, month)) return undefined;
  if (hour > 23 || minute > 59 || second > 59) return undefined;
  // Date.UTC takes the years 0 to 99 for 1900 to 1999; the calendar repeats itself every 400 years.
  const utc =
    Date.UTC(year + 400, month - 1, day, hour, minute, second) - MILLISECONDS_IN_400_YEARS;
  const nanosecond = parts.nanosecond ?? 0;
  return {
    milliseconds: utc - (parts.offsetSeconds ?? 0) * 1000 + Math.floor(nanosecond / 1_000_000),
    nanoseconds: nanosecond % 1_000_000,
  };
}

/** Seconds east of Greenwich for `Z`, `+02`, `+0200`, `+02:00` and `+02:00:30`. */
export function offsetSeconds(text: string): number {
  if (!/\d/.test(text)) return 0;
  const digits = text.replace(/\D/g, '').padEnd(6, '0');
  const [hours, minutes, seconds] = [0, 2, 4].map((at) => Number(digits.slice(at, at + 2)));
  return (text.startsWith('-') ? -1 : 1) * (hours! * 3600 + minutes! * 60 + seconds!);
}

/** `.5` is half a second, so digits count from the left. */
export function nanosecondsOf(fraction: string): number {
  return Number(fraction.padEnd(9, '0').slice(0, 9));
}

const MILLISECONDS_IN_400_YEARS = 146_097 * 86_400_000;

function daysInMonth(year: number, month: number): number {
  if (month !== 2) return month === 4 || month === 6 || month === 9 || month === 11 ? 30 : 31;
  return year % 4 === 0 && (year % 100 !== 0 || year % 400 === 0) ? 29 : 28;
}

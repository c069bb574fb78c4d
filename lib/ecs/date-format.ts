import { nanosecondsOf, offsetSeconds, toMoment, type Moment } from './date-parts';
import { compileDatePattern } from './date-pattern';

/** Reads one text, or answers `undefined` where the format does not fit. */
export type DateParser = (text: string) => Moment | undefined;

/**
 * Compiles an Elasticsearch date format: names (`epoch_millis`) and Java patterns (`dd-MM-yyyy`), alternatives joined
 * with `||` and tried in order. Throws RangeError, naming the part that is not known.
 */
export function compileDateFormat(format: string): DateParser {
  const parsers = format.split('||').map((part) => compileOne(part.trim()));
  return (text) => {
    for (const parse of parsers) {
      const moment = parse(text);
      if (moment !== undefined) return moment;
    }
    return undefined;
  };
}

function compileOne(name: string): DateParser {
  switch (name) {
    case 'epoch_millis':
      return (text) => parseEpoch(text, 1);
    case 'epoch_second':
      return (text) => parseEpoch(text, 1000);
    case 'strict_date_optional_time':
    case 'strict_date_optional_time_nanos':
    case 'iso8601':
      return (text) => parseIso(STRICT_ISO, text);
    case 'date_optional_time':
      return (text) => parseIso(LENIENT_ISO, text);
    default: {
      const parse = compileDatePattern(NAMED_PATTERNS.get(name.replace(/^strict_/, '')) ?? name);
      return (text) => {
        const parts = parse(text);
        return parts && toMoment(parts);
      };
    }
  }
}

function isoPattern(number: string): RegExp {
  const time = `(${number})(?::(${number})(?::(${number})(?:[.,](\\d{1,9}))?)?)?`;
  const zone = '(Z|UTC|GMT|[+-]\\d\\d(?::?\\d\\d(?::?\\d\\d)?)?)?';
  return new RegExp(`^(\\d{4})(?:-(${number})(?:-(${number})(?:T(?:${time}${zone})?)?)?)?$`);
}

const STRICT_ISO = isoPattern('\\d\\d');
const LENIENT_ISO = isoPattern('\\d\\d?');

/** Date with an optional time. An hour may stand alone; a zone needs an hour before it. */
function parseIso(pattern: RegExp, text: string): Moment | undefined {
  const match = pattern.exec(text);
  if (match === null) return undefined;
  const [, year, month, day, hour, minute, second, fraction, zone] = match;
  return toMoment({
    year: Number(year),
    month: Number(month ?? 1),
    day: Number(day ?? 1),
    hour: Number(hour ?? 0),
    minute: Number(minute ?? 0),
    second: Number(second ?? 0),
    nanosecond: fraction === undefined ? 0 : nanosecondsOf(fraction),
    offsetSeconds: zone === undefined || zone === 'Z' ? 0 : offsetSeconds(zone),
  });
}

const EPOCH = /^(-?)(\d{1,19})(?:\.(\d{0,9}))?$/;

/** Whole units since 1970 with an optional fraction; `unit` in milliseconds. */
function parseEpoch(text: string, unit: 1 | 1000): Moment | undefined {
  const match = EPOCH.exec(text);
  if (match === null) return undefined;
  const [, sign, whole, fraction = ''] = match;
  const nanoseconds = Math.floor(nanosecondsOf(fraction) / (unit === 1 ? 1000 : 1));
  const milliseconds = Number(whole) * unit + Math.floor(nanoseconds / 1_000_000);
  const beyond = nanoseconds % 1_000_000;
  if (sign === '') return { milliseconds, nanoseconds: beyond };
  if (beyond === 0) return { milliseconds: 0 - milliseconds, nanoseconds: 0 };
  return { milliseconds: -milliseconds - 1, nanoseconds: 1_000_000 - beyond };
}

/** Elasticsearch's names for fixed patterns; each also exists with `strict_` before it. */
const NAMED_PATTERNS: ReadonlyMap<string, string> = new Map([
  ['basic_date', 'yyyyMMdd'],
  ['basic_date_time', "yyyyMMdd'T'HHmmss.SSSX"],
  ['basic_date_time_no_millis', "yyyyMMdd'T'HHmmssX"],
  ['date', 'yyyy-MM-dd'],
  ['date_hour', "yyyy-MM-dd'T'HH"],
  ['date_hour_minute', "yyyy-MM-dd'T'HH:mm"],
  ['date_hour_minute_second', "yyyy-MM-dd'T'HH:mm:ss"],
  ['date_hour_minute_second_fraction', "yyyy-MM-dd'T'HH:mm:ss[.SSSSSSSSS][.SSSSSS][.SSS]"],
  ['date_hour_minute_second_millis', "yyyy-MM-dd'T'HH:mm:ss.SSS"],
  ['date_time', "yyyy-MM-dd'T'HH:mm:ss[.SSSSSSSSS][.SSSSSS][.SSS]XXX"],
  ['date_time_no_millis', "yyyy-MM-dd'T'HH:mm:ssXXX"],
  ['year', 'yyyy'],
  ['year_month', 'yyyy-MM'],
  ['year_month_day', 'yyyy-MM-dd'],
] as const);

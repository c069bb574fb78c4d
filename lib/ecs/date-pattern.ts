import { nanosecondsOf, offsetSeconds, type DateParts } from './date-parts';

/**
 * Compiles a Java date pattern (`yyyy/MM/dd HH:mm:ss`) into a reader of calendar parts. Letters of eras, weeks and
 * named zones are not known. Throws RangeError for those.
 */
export function compileDatePattern(pattern: string): (text: string) => DateParts | undefined {
  const setters: SetPart[] = [];
  let source = '';
  for (const [token] of pattern.matchAll(TOKEN)) {
    if (/^[A-Za-z]/.test(token)) {
      const [expression, set] = letterPart(token, pattern);
      source += `(${expression})`;
      setters.push(set);
    } else {
      source += literalPart(token);
    }
  }
  const expression = new RegExp(`^${source}$`);
  return (text) => {
    const match = expression.exec(text);
    if (match === null) return undefined;
    const parts: Drafted = {};
    setters.forEach((set, index) => {
      const value = match[index + 1];
      if (value !== undefined) set(parts, value);
    });
    return withTwelveHours(parts);
  };
}

interface Drafted extends DateParts {
  /** Hour of the half day, 0 to 11, until the half is known. */
  halfDayHour?: number;
  isAfternoon?: boolean;
}

type SetPart = (parts: Drafted, text: string) => void;

/** Quoted text, a run of one letter, or one other character. */
const TOKEN = /'(?:[^']|'')*'|([A-Za-z])\1*|[^]/g;

const MONTHS =
  'January February March April May June July August September October November December';
const LONG_MONTHS = MONTHS.split(' ');
const SHORT_MONTHS = LONG_MONTHS.map((month) => month.slice(0, 3));
const DAYS = 'Monday|Tuesday|Wednesday|Thursday|Friday|Saturday|Sunday';
const SHORT_DAYS = DAYS.replace(/([A-Z]..)[a-z]*/g, '$1');

function literalPart(token: string): string {
  if (token === '[') return '(?:';
  if (token === ']') return ')?';
  const text = token === "''" ? "'" : token.replace(/^'([^]*)'$/, '$1').replaceAll("''", "'");
  return text.replace(/[\\^$.*+?()[\]{}|/-]/g, '\\$&');
}

/** The regular expression for a run of one pattern letter, and what its text means. */
function letterPart(run: string, pattern: string): [expression: string, set: SetPart] {
  const width = run.length;
  const digits = width === 1 ? '\\d{1,9}' : `\\d{${width}}`;
  switch (run[0]) {
    case 'y':
    case 'u':
      return width === 2
        ? ['\\d\\d', (parts, text) => (parts.year = 2000 + Number(text))]
        : [digits, (parts, text) => (parts.year = Number(text))];
    case 'M':
    case 'L': {
      if (width < 3) return [digits, (parts, text) => (parts.month = Number(text))];
      const names = width === 3 ? SHORT_MONTHS : LONG_MONTHS;
      return [names.join('|'), (parts, text) => (parts.month = names.indexOf(text) + 1)];
    }
    case 'd':
      return [digits, (parts, text) => (parts.day = Number(text))];
    case 'E':
      return [width < 4 ? SHORT_DAYS : DAYS, () => undefined];
    case 'H':
      return [digits, (parts, text) => (parts.hour = Number(text))];
    case 'h':
      return [digits, (parts, text) => (parts.halfDayHour = Number(text) % 12)];
    case 'a':
      return ['AM|PM', (parts, text) => (parts.isAfternoon = text === 'PM')];
    case 'm':
      return [digits, (parts, text) => (parts.minute = Number(text))];
    case 's':
      return [digits, (parts, text) => (parts.second = Number(text))];
    case 'S':
      return [`\\d{${width}}`, (parts, text) => (parts.nanosecond = nanosecondsOf(text))];
    case 'X':
    case 'x':
    case 'Z':
    case 'z':
      return [zoneExpression(run), (parts, text) => (parts.offsetSeconds = offsetSeconds(text))];
    default:
      throw new RangeError(`"${run}" in the date format "${pattern}" is not known.`);
  }
}

/** `X` takes `Z` for UTC and `x` does not; one letter allows bare hours, three or more want a colon. */
function zoneExpression(run: string): string {
  if (run.startsWith('z')) return 'Z|UTC|GMT|[+-]\\d\\d:\\d\\d';
  if (run.startsWith('Z')) return run.length < 4 ? '[+-]\\d{4}' : 'Z|[+-]\\d\\d:\\d\\d';
  const offset = ['[+-]\\d\\d(?:\\d\\d)?', '[+-]\\d{4}', '[+-]\\d\\d:\\d\\d'][
    Math.min(run.length, 3) - 1
  ];
  return run.startsWith('X') ? `Z|${offset}` : offset!;
}

function withTwelveHours({ halfDayHour, isAfternoon, ...parts }: Drafted): DateParts {
  if (halfDayHour === undefined) return parts;
  return { ...parts, hour: halfDayHour + (isAfternoon ? 12 : 0) };
}

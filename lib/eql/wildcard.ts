/**
 * EQL's wildcards, as in `:`, `like` and `like~`: `*` is any run, line ends included, `?` is exactly one code point,
 * nothing escapes. Folding is of A-Z only, as Elasticsearch's term, prefix and wildcard queries do.
 */

export type StringPredicate = (value: string) => boolean;

const NON_ASCII = /[^\u0000-\u007f]/;

/** Conditions fold one value several times in a row: for each leaf that looks at its field. */
let lastText = '';
let lastFolded = '';

/** Lower case for A-Z; every other character stays. The length stays too. */
export function foldAscii(text: string): string {
  if (text === lastText) return lastFolded;
  lastFolded = NON_ASCII.test(text)
    ? text.replace(/[A-Z]+/g, (run) => run.toLowerCase())
    : text.toLowerCase();
  lastText = text;
  return lastFolded;
}

export function hasWildcard(pattern: string): boolean {
  return pattern.includes('*') || pattern.includes('?');
}

/**
 * Tests whether any of the patterns fits the whole value. Patterns are compiled once; matching takes no backtracking
 * over `*`. Patterns without `*` are found by the value's length, so that a long list costs little more than a short one.
 */
export function compilePatterns(
  patterns: readonly string[],
  options: { insensitive: boolean },
): StringPredicate {
  const { insensitive } = options;
  const folded = [...new Set(insensitive ? patterns.map(foldAscii) : patterns)];
  const exact = new Set(folded.filter((pattern) => !hasWildcard(pattern)));
  const byLength = new Map<number, StringPredicate[]>();
  const others: StringPredicate[] = [];
  for (const pattern of folded.filter(hasWildcard)) {
    const test = compilePattern(pattern);
    const lengths = lengthsOf(pattern);
    if (lengths.length === 0) others.push(test);
    for (const length of lengths) byLength.set(length, [...(byLength.get(length) ?? []), test]);
  }
  const isExact = exactTest([...exact], insensitive);
  if (exact.size === folded.length) return isExact;
  return (value) => {
    const { length } = value;
    const sameLength = byLength.get(length);
    if (exact.size > 0 && isExact(value)) return true;
    if (sameLength === undefined && others.length === 0) return false;
    const text = insensitive ? foldAscii(value) : value;
    if (sameLength !== undefined) for (const test of sameLength) if (test(text)) return true;
    for (const test of others) if (test(text)) return true;
    return false;
  };
}

/** Whether a value is one of the (folded) texts. Folding keeps the length, so most values need none. */
function exactTest(texts: readonly string[], insensitive: boolean): StringPredicate {
  const [first = '', second, ...rest] = texts;
  if (texts.length === 0) return () => false;
  const fold = insensitive ? foldAscii : (value: string): string => value;
  const { length } = first;
  if (second === undefined) return (value) => value.length === length && fold(value) === first;
  if (rest.length === 0) {
    return (value) => {
      if (value.length !== length && value.length !== second.length) return false;
      const text = fold(value);
      return text === first || text === second;
    };
  }
  const lengths = new Set(texts.map((text) => text.length));
  const all = new Set(texts);
  return (value) => lengths.has(value.length) && all.has(fold(value));
}

/** Code points outside the basic plane are two units long, so each `?` allows for one unit more. */
const MAX_LENGTHS = 8;

/** The lengths of the values that a pattern without `*` can fit; none where there is a `*`, or too many. */
function lengthsOf(pattern: string): readonly number[] {
  const anys = pattern.split('?').length - 1;
  if (pattern.includes('*') || anys >= MAX_LENGTHS) return [];
  return Array.from({ length: anys + 1 }, (_, more) => pattern.length + more);
}

/** A run of characters between two `*`; `?` inside stands for one code point. */
interface Segment {
  readonly text: string;
  readonly hasAny: boolean;
}

function compilePattern(pattern: string): StringPredicate {
  const parts = pattern.split('*');
  const segments = parts.map((text): Segment => ({ text, hasAny: text.includes('?') }));
  const first = segments[0] ?? { text: '', hasAny: false };
  const last = segments[segments.length - 1] ?? first;
  if (segments.length === 1) return (value) => matchAt(first, value, 0) === value.length;
  const middle = segments.slice(1, -1).filter(({ text }) => text !== '');
  const shortest = middle.reduce(
    (sum, { text }) => sum + text.length,
    first.text.length + last.text.length,
  );
  return (value) => {
    if (value.length < shortest) return false;
    let at = matchAt(first, value, 0);
    if (at < 0) return false;
    for (const segment of middle) {
      at = find(segment, value, at);
      if (at < 0) return false;
    }
    const tail = matchBackwards(last, value);
    return tail >= at;
  };
}

/** Where a match of `segment` that starts at `at` ends, or -1. */
function matchAt(segment: Segment, value: string, at: number): number {
  const { text } = segment;
  if (!segment.hasAny) return value.startsWith(text, at) ? at + text.length : -1;
  let position = at;
  for (let index = 0; index < text.length; index += 1) {
    if (position >= value.length) return -1;
    const code = text.charCodeAt(index);
    if (code === 63) {
      position += isPairAt(value, position) ? 2 : 1;
    } else {
      if (value.charCodeAt(position) !== code) return -1;
      position += 1;
    }
  }
  return position;
}

/** The end of the leftmost match at or after `from`, or -1. */
function find(segment: Segment, value: string, from: number): number {
  if (!segment.hasAny) {
    const start = value.indexOf(segment.text, from);
    return start < 0 ? -1 : start + segment.text.length;
  }
  for (let start = from; start <= value.length; start += 1) {
    if (start > from && isPairAt(value, start - 1)) continue;
    const end = matchAt(segment, value, start);
    if (end >= 0) return end;
  }
  return -1;
}

/** Where the match of `segment` that ends the value starts, or -1. */
function matchBackwards(segment: Segment, value: string): number {
  const { text } = segment;
  if (!segment.hasAny) return value.endsWith(text) ? value.length - text.length : -1;
  let position = value.length;
  for (let index = text.length - 1; index >= 0; index -= 1) {
    if (position <= 0) return -1;
    const code = text.charCodeAt(index);
    if (code === 63) {
      position -= position >= 2 && isPairAt(value, position - 2) ? 2 : 1;
    } else {
      if (value.charCodeAt(position - 1) !== code) return -1;
      position -= 1;
    }
  }
  return position;
}

function isPairAt(value: string, at: number): boolean {
  const code = value.charCodeAt(at);
  if (code < 0xd800 || code > 0xdbff) return false;
  const next = value.charCodeAt(at + 1);
  return next >= 0xdc00 && next <= 0xdfff;
}

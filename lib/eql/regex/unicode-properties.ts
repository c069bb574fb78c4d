import {
  charactersOf,
  MAX_CODE_POINT,
  negate,
  rangeSet,
  union,
  type CodePointSet,
} from './code-points';

const ASCII_LOWER = rangeSet([0x61, 0x7a]);
const ASCII_UPPER = rangeSet([0x41, 0x5a]);
const ASCII_ALPHA = union(ASCII_LOWER, ASCII_UPPER);
const ASCII_DIGIT = rangeSet([0x30, 0x39]);
const ASCII_PUNCTUATION = rangeSet([0x21, 0x2f], [0x3a, 0x40], [0x5b, 0x60], [0x7b, 0x7e]);

/** Java's POSIX classes: ASCII only. */
const POSIX: Readonly<Record<string, CodePointSet>> = {
  Lower: ASCII_LOWER,
  Upper: ASCII_UPPER,
  ASCII: rangeSet([0, 0x7f]),
  Alpha: ASCII_ALPHA,
  Digit: ASCII_DIGIT,
  Alnum: union(ASCII_ALPHA, ASCII_DIGIT),
  Punct: ASCII_PUNCTUATION,
  Graph: rangeSet([0x21, 0x7e]),
  Print: rangeSet([0x20, 0x7e]),
  Blank: charactersOf(' \t'),
  Cntrl: rangeSet([0, 0x1f], [0x7f, 0x7f]),
  XDigit: union(ASCII_DIGIT, rangeSet([0x41, 0x46], [0x61, 0x66])),
  Space: charactersOf(' \t\n\v\f\r'),
};

/** `\p{javaX}` is Java's `Character.isX`, here in the words of JavaScript's Unicode properties. */
const JAVA: Readonly<Record<string, string>> = {
  javaLowerCase: '\\p{Lowercase}',
  javaUpperCase: '\\p{Uppercase}',
  javaTitleCase: '\\p{Lt}',
  javaAlphabetic: '\\p{Alphabetic}',
  javaIdeographic: '\\p{Ideographic}',
  javaDigit: '\\p{Nd}',
  javaDefined: '\\P{Cn}',
  javaLetter: '\\p{L}',
  javaLetterOrDigit: '[\\p{L}\\p{Nd}]',
  javaSpaceChar: '\\p{Z}',
  javaISOControl: '\\p{Cc}',
  javaWhitespace: '[\\t-\\r\\x1c-\\x1f[\\p{Z}--[\\xa0\\u2007\\u202f]]]',
};

/** `\p{IsX}` for binary properties, where Java and JavaScript mean the same. */
const BINARY: Readonly<Record<string, string>> = {
  alphabetic: '\\p{Alphabetic}',
  ideographic: '\\p{Ideographic}',
  letter: '\\p{L}',
  lowercase: '\\p{Lowercase}',
  uppercase: '\\p{Uppercase}',
  titlecase: '\\p{Lt}',
  white_space: '\\p{White_Space}',
  whitespace: '\\p{White_Space}',
  control: '\\p{Cc}',
  punctuation: '\\p{P}',
  hex_digit: '[\\p{Nd}\\p{Hex_Digit}]',
  hexdigit: '[\\p{Nd}\\p{Hex_Digit}]',
  assigned: '\\P{Cn}',
  noncharacter_code_point: '\\p{Noncharacter_Code_Point}',
  noncharactercodepoint: '\\p{Noncharacter_Code_Point}',
  digit: '\\p{Nd}',
  join_control: '\\p{Join_Control}',
  joincontrol: '\\p{Join_Control}',
};

const GENERAL_CATEGORY =
  /^(?:C[cfnos]?|L[CDlmotu1]?|M[cen]?|N[dlo]?|P[cdefios]?|S[ckmo]?|Z[lps]?)$/;

/** Names of one case, and what they mean when case is ignored (since Java 16). */
const CASELESS: readonly (readonly [names: RegExp, expression: string])[] = [
  [/^(?:Lower|Upper)$/, '[A-Za-z]'],
  [/^(?:Is|gc=|general_category=)?L[lut]$/i, '\\p{LC}'],
  [
    /^(?:Is(?:Lower|Upper|Title)case|java(?:Lower|Upper|Title)Case)$/i,
    '[\\p{Lowercase}\\p{Uppercase}\\p{Lt}]',
  ],
];

/**
 * The set that `\p{name}` names in Java, undefined if there is none we know. Blocks (`InGreek`) are not among them.
 */
export function unicodeProperty(
  name: string,
  { caseInsensitive = false }: { readonly caseInsensitive?: boolean } = {},
): CodePointSet | undefined {
  const caseless = caseInsensitive && CASELESS.find(([names]) => names.test(name))?.[1];
  if (caseless) return setMatching(caseless);
  const posix = Object.hasOwn(POSIX, name) ? POSIX[name] : undefined;
  if (posix) return posix;
  if (name === 'L1') return rangeSet([0, 0xff]);
  if (name === 'all') return rangeSet([0, MAX_CODE_POINT]);
  const expression = expressionOf(name);
  return expression === undefined ? undefined : setMatching(expression);
}

/** A JavaScript class of the same characters. */
function expressionOf(name: string): string | undefined {
  if (Object.hasOwn(JAVA, name)) return JAVA[name];
  const [key, value] = name.split('=', 2) as [string, string?];
  if (value !== undefined) {
    if (/^(?:sc|script)$/i.test(key)) return script(value);
    return /^(?:gc|general_category)$/i.test(key) ? category(value) : undefined;
  }
  if (!name.startsWith('Is')) return category(name);
  const property = name.slice(2);
  const lower = property.toLowerCase();
  return Object.hasOwn(BINARY, lower) ? BINARY[lower] : (category(property) ?? script(property));
}

function category(name: string): string | undefined {
  if (!GENERAL_CATEGORY.test(name) || name === 'L1') return undefined;
  return name === 'LD' ? '[\\p{L}\\p{Nd}]' : `\\p{${name}}`;
}

function script(name: string): string | undefined {
  if (!/^[A-Za-z_]+$/.test(name)) return undefined;
  const words = name.toLowerCase().split('_');
  const title = words.map((word) => word.slice(0, 1).toUpperCase() + word.slice(1)).join('_');
  const expression = `\\p{Script=${title}}`;
  return isValid(expression) ? expression : undefined;
}

function isValid(expression: string): boolean {
  try {
    new RegExp(expression, 'v');
    return true;
  } catch {
    return false;
  }
}

const cache = new Map<string, CodePointSet>();

function setMatching(expression: string): CodePointSet {
  const set = cache.get(expression) ?? scan(new RegExp(`${expression}+`, 'gv'));
  cache.set(expression, set);
  return set;
}

const SURROGATES = [0xd800, 0xdfff] as const;

/** Lets the expression run over every code point in order: each run it finds is a range. */
function scan(runs: RegExp): CodePointSet {
  const ranges: [number, number][] = [];
  for (const [from, to] of [
    [0, SURROGATES[0] - 1],
    [SURROGATES[1] + 1, MAX_CODE_POINT],
  ] as const) {
    for (const [run] of codePointText(from, to).matchAll(runs)) {
      ranges.push([run.codePointAt(0)!, lastCodePoint(run)]);
    }
  }
  // alone, all surrogates are alike
  if ('\ud800'.search(runs) === 0) ranges.push([...SURROGATES]);
  return rangeSet(...ranges);
}

function codePointText(from: number, to: number): string {
  const codePoints = new Uint32Array(4096);
  const portions: string[] = [];
  for (let start = from; start <= to; start += codePoints.length) {
    const count = Math.min(codePoints.length, to - start + 1);
    for (let index = 0; index < count; index++) codePoints[index] = start + index;
    portions.push(String.fromCodePoint(...codePoints.subarray(0, count)));
  }
  return portions.join('');
}

function lastCodePoint(text: string): number {
  const low = text.charCodeAt(text.length - 1);
  const isPair = low >= 0xdc00 && low <= 0xdfff;
  return isPair ? text.codePointAt(text.length - 2)! : low;
}

/** `\w`, `\d` and their kind, which Java keeps to ASCII. */
export const JAVA_CLASSES: Readonly<Record<string, CodePointSet>> = withNegations({
  d: ASCII_DIGIT,
  w: union(ASCII_ALPHA, ASCII_DIGIT, charactersOf('_')),
  s: charactersOf(' \t\n\v\f\r'),
  h: charactersOf(
    ' \t\u00a0\u1680\u180e\u2000\u2001\u2002\u2003\u2004\u2005\u2006\u2007\u2008\u2009\u200a\u202f\u205f\u3000',
  ),
  v: charactersOf('\n\v\f\r\u0085\u2028\u2029'),
});

function withNegations(sets: Readonly<Record<string, CodePointSet>>): Record<string, CodePointSet> {
  const negated = Object.entries(sets).map(([name, set]) => [name.toUpperCase(), negate(set)]);
  return { ...sets, ...(Object.fromEntries(negated) as Record<string, CodePointSet>) };
}

import { rangeSet, toRanges, type CodePointSet } from './code-points';

/** Where Unicode keeps letters with a case; outside are scripts without. */
const CASED_BLOCKS = [
  [0x41, 0x24f],
  [0x250, 0x587],
  [0x10a0, 0x10ff],
  [0x13a0, 0x13fd],
  [0x1c80, 0x1cbf],
  [0x1d79, 0x1d8e],
  [0x1e00, 0x1fff],
  [0x2126, 0x2188],
  [0x24b6, 0x24e9],
  [0x2c00, 0x2d2d],
  [0xa640, 0xa7ff],
  [0xab53, 0xabbf],
  [0xfb00, 0xfb06],
  [0xff21, 0xff5a],
  [0x10400, 0x105ff],
  [0x10c80, 0x10cff],
  [0x10d50, 0x10d8f],
  [0x118a0, 0x118df],
  [0x16e40, 0x16eff],
  [0x1e900, 0x1e943],
] as const;

/**
 * The set with every character whose case alone differs, in any script. Characters with a common upper or lower
 * case belong together (`k`, `K` and the Kelvin sign; the three sigmas), and the dotted and dotless `i` too, as in
 * Lucene's case folding. Only mappings from one character to one count: `ß` is not `ss`.
 */
export function foldUnicodeCase(set: CodePointSet): CodePointSet {
  variants ??= buildVariants();
  const added: [number, number][] = [];
  for (const [from, to] of toRanges(set)) {
    for (const [blockFrom, blockTo] of CASED_BLOCKS) {
      for (let code = Math.max(from, blockFrom); code <= Math.min(to, blockTo); code++) {
        for (const variant of variants.get(code) ?? []) added.push([variant, variant]);
      }
    }
  }
  return rangeSet(...toRanges(set), ...added);
}

/** The set with the other case of its letters A-Z and a-z. */
export function foldAsciiCase(set: CodePointSet): CodePointSet {
  const ranges = toRanges(set);
  const shifted = ranges.flatMap(([from, to]) => [
    ...overlap(from, to, 0x41, 0x5a, 0x20),
    ...overlap(from, to, 0x61, 0x7a, -0x20),
  ]);
  return rangeSet(...ranges, ...shifted);
}

function overlap(from: number, to: number, low: number, high: number, shift: number) {
  const first = Math.max(from, low);
  const last = Math.min(to, high);
  return first <= last ? [[first + shift, last + shift] as const] : [];
}

/** For each cased character all that differ from it by case alone, itself included. Built on first use. */
let variants: ReadonlyMap<number, readonly number[]> | undefined;

function buildVariants(): ReadonlyMap<number, readonly number[]> {
  const groups = new Map<string, ReadonlySet<string>>();
  const join = (left: string, right: string): void => {
    const joined = new Set([...(groups.get(left) ?? [left]), ...(groups.get(right) ?? [right])]);
    for (const text of joined) groups.set(text, joined);
  };
  for (const [from, to] of CASED_BLOCKS) {
    for (let code = from; code <= to; code++) {
      const text = String.fromCodePoint(code);
      const lower = text.toLowerCase();
      const upper = text.toUpperCase();
      if (lower !== text && codePointsOf([lower]).length === 1) join(text, lower);
      // a longer upper case is no variant, but binds those who share it
      if (upper !== text) join(text, upper);
    }
  }
  join('i', 'İ');
  const byCodePoint = [...groups].flatMap(([text, group]) =>
    codePointsOf([text]).map((code) => [code, codePointsOf(group)] as const),
  );
  return new Map(byCodePoint);
}

/** The code points of those texts that are exactly one. */
function codePointsOf(texts: Iterable<string>): number[] {
  return Array.from(texts).flatMap((text) => {
    const code = text.codePointAt(0)!;
    return String.fromCodePoint(code) === text ? [code] : [];
  });
}

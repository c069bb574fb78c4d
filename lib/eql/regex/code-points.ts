/**
 * A set of code points as inclusive ranges, flat: `[from, to, from, to, ...]`, ascending, neither touching nor
 * overlapping. The empty list is the empty set.
 */
export type CodePointSet = readonly number[];

export const MAX_CODE_POINT = 0x10ffff;

export const ALL_CODE_POINTS: CodePointSet = [0, MAX_CODE_POINT];

/** The set of the given ranges, `[from, to]` each with `from <= to`, in any order. */
export function rangeSet(
  ...ranges: readonly (readonly [from: number, to: number])[]
): CodePointSet {
  const sorted = [...ranges].sort((a, b) => a[0] - b[0]);
  const set: number[] = [];
  for (const [from, to] of sorted) {
    const last = set.length - 1;
    if (last > 0 && from <= set[last]! + 1) set[last] = Math.max(set[last]!, to);
    else set.push(from, to);
  }
  return set;
}

/** The set of the characters of `text`. */
export function charactersOf(text: string): CodePointSet {
  return rangeSet(...Array.from(text, (character) => single(character.codePointAt(0)!)));
}

export function union(...sets: readonly CodePointSet[]): CodePointSet {
  return rangeSet(...sets.flatMap(toRanges));
}

export function negate(set: CodePointSet): CodePointSet {
  const negated: number[] = [];
  let from = 0;
  for (const [first, last] of toRanges(set)) {
    if (first > from) negated.push(from, first - 1);
    from = last + 1;
  }
  if (from <= MAX_CODE_POINT) negated.push(from, MAX_CODE_POINT);
  return negated;
}

export function intersect(left: CodePointSet, right: CodePointSet): CodePointSet {
  return negate(union(negate(left), negate(right)));
}

export function toRanges(set: CodePointSet): (readonly [from: number, to: number])[] {
  const ranges: (readonly [number, number])[] = [];
  for (let index = 0; index < set.length; index += 2) ranges.push([set[index]!, set[index + 1]!]);
  return ranges;
}

function single(codePoint: number): readonly [number, number] {
  return [codePoint, codePoint];
}

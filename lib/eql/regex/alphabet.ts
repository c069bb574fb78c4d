import { MAX_CODE_POINT, toRanges, type CodePointSet } from './code-points';

/**
 * Code points in classes: two are of one class if no set of the pattern tells them apart. The automaton reads
 * classes, of which an ordinary pattern has a dozen.
 */
export interface Alphabet {
  readonly classCount: number;
  classOf(codePoint: number): number;
  /** The classes below code point 256, ready for the inner loop. */
  readonly latin: Uint16Array;
  /** For one of the sets the alphabet was built from: a 1 for each class inside. */
  maskOf(set: CodePointSet): Uint8Array;
}

export function buildAlphabet(sets: Iterable<CodePointSet>): Alphabet {
  const distinct = [...new Set(sets)];
  const boundaries = new Set([0]);
  for (const [from, to] of distinct.flatMap(toRanges)) {
    boundaries.add(from);
    if (to < MAX_CODE_POINT) boundaries.add(to + 1);
  }
  const starts = Uint32Array.from(boundaries).sort();
  const intervalClass = new Uint32Array(starts.length);

  const intervalAt = (codePoint: number): number => {
    let low = 0;
    let high = starts.length - 1;
    while (low < high) {
      const middle = (low + high + 1) >> 1;
      if (starts[middle]! <= codePoint) low = middle;
      else high = middle - 1;
    }
    return low;
  };
  const intervalsIn = function* (set: CodePointSet): Generator<number> {
    for (const [from, to] of toRanges(set)) {
      for (let index = intervalAt(from); index < starts.length && starts[index]! <= to; index++) {
        yield index;
      }
    }
  };

  let unused = 1;
  for (const set of distinct) {
    const inside = new Map<number, number>();
    for (const index of intervalsIn(set)) {
      const outer = intervalClass[index]!;
      if (!inside.has(outer)) inside.set(outer, unused++);
      intervalClass[index] = inside.get(outer)!;
    }
  }
  const classCount = renumber(intervalClass);

  const classOf = (codePoint: number): number => intervalClass[intervalAt(codePoint)]!;
  return {
    classCount,
    classOf,
    latin: Uint16Array.from({ length: 256 }, (_, codePoint) => classOf(codePoint)),
    maskOf(set) {
      const mask = new Uint8Array(classCount);
      for (const index of intervalsIn(set)) mask[intervalClass[index]!] = 1;
      return mask;
    },
  };
}

/** Renumbers the classes in place from 0 without gaps; how many there are. */
function renumber(classes: Uint32Array): number {
  const numbers = new Map<number, number>();
  classes.forEach((old, index) => {
    if (!numbers.has(old)) numbers.set(old, numbers.size);
    classes[index] = numbers.get(old)!;
  });
  return numbers.size;
}

import { CONTEXT_SETS, type Automaton } from './automaton';
import type { Assertion } from './syntax';

/** What stands before a position, as far as an assertion can tell. */
export const Before = { start: 0, word: 1, carriageReturn: 2, lineEnd: 3, other: 4 } as const;
export type Before = (typeof Before)[keyof typeof Before];

/** What stands after a position: bits. `final` marks the line terminator that ends the value. */
export const After = { end: 1, word: 2, lineFeed: 4, lineEnd: 8, final: 16 } as const;

/** What each class looks like from the right and from the left; all alike when nobody asks. */
export function describeClasses({ alphabet, hasAssertions }: Automaton): {
  readonly before: readonly Before[];
  readonly after: readonly number[];
} {
  const classes = Array.from({ length: alphabet.classCount }, (_, index) => index);
  if (!hasAssertions) {
    return { before: classes.map(() => Before.other), after: classes.map(() => 0) };
  }
  const [lineFeed, carriageReturn, lineEnd, word] = CONTEXT_SETS.map((set) =>
    alphabet.maskOf(set),
  ) as [Uint8Array, Uint8Array, Uint8Array, Uint8Array];
  return {
    before: classes.map((index) => {
      if (word[index]) return Before.word;
      if (carriageReturn[index]) return Before.carriageReturn;
      return lineEnd[index] ? Before.lineEnd : Before.other;
    }),
    after: classes.map(
      (index) =>
        (word[index] ? After.word : 0) |
        (lineFeed[index] ? After.lineFeed : 0) |
        (lineEnd[index] ? After.lineEnd : 0),
    ),
  };
}

/** Whether an assertion of Java's holds; a carriage return and its line feed are one terminator. */
export function holds(assertion: Assertion, before: Before, after: number): boolean {
  const insideTerminator = before === Before.carriageReturn && (after & After.lineFeed) !== 0;
  switch (assertion) {
    case 'inputStart':
      return before === Before.start;
    case 'inputEnd':
      return (after & After.end) !== 0;
    case 'lastLineEnd':
      return (after & (After.end | After.final)) !== 0;
    case 'lineStart':
      if ((after & After.end) !== 0 || insideTerminator) return false;
      return (
        before === Before.start || before === Before.carriageReturn || before === Before.lineEnd
      );
    case 'lineEnd':
      return (after & (After.end | After.lineEnd)) !== 0 && !insideTerminator;
    case 'wordBoundary':
      return (before === Before.word) !== ((after & After.word) !== 0);
    case 'notWordBoundary':
      return (before === Before.word) === ((after & After.word) !== 0);
  }
}

/** Where the line terminator that ends the text begins, -1 if none does. */
export function finalTerminatorOf(text: string): number {
  if (text.endsWith('\r\n')) return text.length - 2;
  return /[\n\r\u0085\u2028\u2029]$/.test(text) ? text.length - 1 : -1;
}

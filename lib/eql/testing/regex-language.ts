import { expect } from 'vitest';
import type { RegexMatcher } from '../regex/compile';
import { RegexSyntaxError } from '../regex/syntax';

export type Row = readonly [pattern: string, matching: readonly string[], other: readonly string[]];

type Compile = (pattern: string, options?: { caseInsensitive?: boolean }) => RegexMatcher;

/** Expectations on the patterns of one dialect. */
export function languageOf(compile: Compile): {
  expectLanguage: (row: Row, caseInsensitive?: boolean) => void;
  syntaxError: (pattern: string) => string;
} {
  return {
    expectLanguage([pattern, matching, other], caseInsensitive = false) {
      const matches = compile(pattern, { caseInsensitive });
      expect(matching.filter((text) => !matches(text))).toEqual([]);
      expect(other.filter((text) => matches(text))).toEqual([]);
    },
    syntaxError(pattern) {
      try {
        compile(pattern);
      } catch (error) {
        if (error instanceof RegexSyntaxError) return `${error.offset}: ${error.message}`;
        throw error;
      }
      return 'no error';
    },
  };
}

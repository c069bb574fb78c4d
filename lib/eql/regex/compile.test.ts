import { describe, expect, it } from 'vitest';
import { compileJavaRegex } from './java';
import { compileLuceneRegex } from './lucene';

/** 100 kB that nearly match. */
const NEARLY = 'a'.repeat(100_000);

/** What backtracking would not finish in the age of the universe, and a multiple of the value's length is. */
const PATIENCE_MS = 5_000;

describe('a compiled regular expression', () => {
  it.each([
    ['(a*)*b', 'a nested star'],
    ['(a|a)*b', 'an ambiguous choice'],
    ['(a|aa)+b', 'overlapping choices'],
    ['(.*){20}x', 'many stars in a row'],
    ['(a?){300}a{300}', 'many optional parts'],
    ['.*a.*a.*a.*a.*a.*b', 'many stars apart'],
    ['.*(a|b).{14}[^a]', 'a set of positions too large to remember'],
  ])(
    'reads 100 kB once for %s (%s)',
    (pattern) => {
      for (const matches of [compileLuceneRegex(pattern), compileJavaRegex(pattern)]) {
        expect(matches(NEARLY)).toBe(false);
      }
    },
    PATIENCE_MS,
  );

  it(
    'reads 100 kB once for assertions under a star',
    () => {
      const matches = compileJavaRegex('(\\w|\\b|$)*b');
      expect(matches(NEARLY)).toBe(false);
      expect(matches(`${NEARLY}b`)).toBe(true);
    },
    PATIENCE_MS,
  );

  it('keeps its answers when it has seen more states than it remembers', () => {
    const pattern = '[ab]*a[ab]{13}';
    const matches = compileLuceneRegex(pattern);
    // every word of 13 letters is a state of its own
    const words = Array.from({ length: 2 ** 13 }, (_, word) =>
      word.toString(2).padStart(13, '0').replaceAll('0', 'a').replaceAll('1', 'b'),
    );
    const text = words.join('');
    for (const value of [text, `${text}b`, `a${words.at(-1)}`, `b${words.at(-1)}`]) {
      expect(matches(value)).toBe(value.at(-14) === 'a');
      expect(matches(value)).toBe(value.at(-14) === 'a');
    }
  });

  it('keeps assertions right when it has seen more states than it remembers', () => {
    const matches = compileJavaRegex('[ab \n]*a[ab ]{13}\\b$\\s?');
    const words = Array.from({ length: 2 ** 13 }, (_, word) =>
      word.toString(2).padStart(13, '0').replaceAll('0', 'a').replaceAll('1', ' '),
    );
    const text = words.join('b');
    expect(matches(`${text}aaaaaaaaaaaaaa\n`)).toBe(true);
    expect(matches(`${text}aaaaaaaaaaaaa \n`)).toBe(false);
    expect(matches(`${text}baaaaaaaaaaaaa`)).toBe(false);
  });

  it('answers at once when nothing or everything can follow', () => {
    const matches = compileLuceneRegex('abc.*');
    expect(matches(`abc${NEARLY}`)).toBe(true);
    expect(matches(`abx${NEARLY}`)).toBe(false);
    expect(compileLuceneRegex('@')('')).toBe(true);
    expect(compileLuceneRegex('#')('')).toBe(false);
    expect(compileLuceneRegex('.*#')('a')).toBe(false);
  });

  it('gives the same answer every time', () => {
    const matches = compileJavaRegex('(?m)^a$\\n^b$');
    expect(['a\nb', 'a\n', 'a\nb', 'a\r\nb'].map(matches)).toEqual([true, false, true, false]);
  });
});

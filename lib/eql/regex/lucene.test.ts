import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { compileLuceneRegex } from './lucene';
import { languageOf, type Row } from '../testing/regex-language';

const { expectLanguage, syntaxError } = languageOf(compileLuceneRegex);

describe('Lucene regular expressions', () => {
  it.each<[string, ...Row]>([
    ['match the whole value', 'cmd', ['cmd'], ['cmd.exe', 'xcmd', '']],
    ['take the empty pattern for the empty value', '', [''], ['a']],
    [
      'match any character with a dot, line ends and astral ones included',
      'a.b',
      ['axb', 'a\nb', 'a😀b'],
      ['ab', 'axxb'],
    ],
    ['take ^ and $ literally', '^a$', ['^a$'], ['a']],
    ['choose with |', 'a|bc|d', ['a', 'bc', 'd'], ['b', 'abc']],
    ['give & precedence over |', 'a|.+&b', ['a', 'b'], ['c']],
    ['intersect with &', '.*a.*&.*b.*&.{3}', ['a-b', 'bba'], ['ab', 'aaa', 'abab']],
    ['complement with ~', '~(a+)', ['', 'b', 'ab'], ['a', 'aa']],
    ['bind ~ closer than repetition', '~a+', ['bb', '', 'ab'], []],
    ['cancel doubled ~', '~~a', ['a'], ['b', '']],
    ['complement a part only', 'x~(a|b)y', ['xy', 'xcy', 'xaby'], ['xay', 'xby', 'x']],
    ['exclude with & and ~', '.*&~(.*temp.*)', ['C:\\x'], ['C:\\temp\\x']],
    ['match nothing with #', 'a#|b', ['b'], ['a', 'a#']],
    ['match any text with @', 'a@', ['a', 'a\n@'], ['ba']],
    ['complement no more than the next operand', '~abc', ['bc', 'xbc', 'aabc'], ['abc']],
    ['take quoted text literally', '"a.*b"+', ['a.*b', 'a.*ba.*b'], ['axb']],
    ['take () for the empty text', 'a()b', ['ab'], ['a()b']],
    ['repeat with ? * +', 'a?b*c+', ['c', 'abbcc'], ['ab', 'aac']],
    ['repeat {n} {n,} {n,m}', 'a{2}b{1,}c{0,2}', ['aab', 'aabbcc'], ['ab', 'aabccc', 'aaab']],
    ['repeat a repetition', 'a{2}{2}b+?', ['aaaa', 'aaaabb'], ['aa', 'aaa']],
    [
      'take an operator without operand literally',
      '*a|(|b)|{|?',
      ['*a', '|b', '{', '?'],
      ['a', 'b'],
    ],
    [
      'match an interval with any leading zeros',
      '<5-120>',
      ['5', '05', '99', '0120'],
      ['4', '121', ''],
    ],
    ['match an interval of fixed width', '<01-12>', ['01', '12'], ['1', '13', '012', '00']],
    ['match an interval in either order', '<12-9>', ['9', '10', '012'], ['8', '13']],
    ['take classes with ranges', '[a-c.x]', ['a', 'c', '.', 'x'], ['d', '-', '']],
    ['negate classes, line ends included', '[^a-c]', ['d', '\n', '😀'], ['a', '']],
    ['take a first ] and a later ^ literally', '[]^]', [']', '^'], ['a']],
    [
      'take operators in classes literally',
      '[.*&~#@"<|]',
      ['.', '&', '~', '#', '@', '"', '<', '|'],
      ['a'],
    ],
    ['escape in classes', '[\\]\\-\\\\]', [']', '-', '\\'], ['a']],
    ['begin no range with an escape', '[\\.-9]', ['.', '-', '9'], ['/', '5']],
    ['escape operators', '\\.\\*\\"\\~\\#\\@\\<', ['.*"~#@<'], []],
    [
      'know \\d \\w \\s and their negations',
      '\\d\\D\\w\\W\\s\\S',
      ['1a_-\t.'],
      ['aa_- .', '1a_-\v.'],
    ],
    ['know \\d in classes', '[\\d\\s]+', ['1 2'], ['a']],
    ['keep \\d and \\w to ASCII', '\\d|\\w', ['5', 'a'], ['٣', 'é']],
    ['keep case', 'Cmd', ['Cmd'], ['cmd', 'CMD']],
  ])('%s', (_, ...row) => expectLanguage(row));

  it.each<[string, ...Row]>([
    ['fold literals', 'cmd\\.EXE', ['CMD.exe', 'cmd.EXE'], ['cmd_exe']],
    ['fold all scripts', 'zoë|ПРИВЕТ', ['ZOË', 'привет'], ['zoe']],
    ['fold all that share a case', 'k|σ|ǆ', ['K', '\u212a', 'Σ', 'ς', 'ǅ', 'Ǆ'], []],
    ['fold the dotted and the dotless i together', 'i', ['I', 'İ', 'ı'], []],
    ['fold no character to two', 'ß', ['ẞ'], ['ss', 'SS']],
    ['fold quoted text', '"a b"', ['A B'], []],
    ['fold single characters of a class', '[ab]', ['A', 'b'], ['c']],
    ['exclude both cases from a negated class', '[^a]', ['b'], ['a', 'A']],
    ['keep the case of ranges, as Lucene does', '[a-z]+', ['cmd'], ['CMD']],
  ])('without case: %s', (_, ...row) => expectLanguage(row, true));

  it.each([
    ['a)', '1: Unmatched ")"'],
    ['a(b', '1: The group has no closing ")"'],
    ['a|', '2: Unexpected end of the regular expression'],
    ['a\\', '2: Unexpected end of the regular expression'],
    ['x[a-', '4: Unexpected end of the regular expression'],
    ['x[a', '1: The character class has no closing "]"'],
    ['[z-a]', '1: The range z-a is out of order'],
    ['a"b', '1: The quoted text has no closing quotation mark'],
    ['a{b}', '2: Expected a number after "{"'],
    ['a{1', '3: Expected "}" after the number of repetitions'],
    ['a{2,1}', '1: {2,1} is out of order'],
    ['a{9999999999}', '2: The number is too large'],
    ['\\n', '0: \\n is not a character class'],
    ['<1-2', '0: The interval has no closing ">"'],
    ['a<b>', '1: Expected an interval such as <1-100>; a literal "<" is written \\<'],
  ])('say what is wrong with %s', (pattern, message) => {
    expect(syntaxError(pattern)).toBe(message);
  });

  it('take 1,000 characters, no more', () => {
    expect(syntaxError('a'.repeat(1_000))).toBe('no error');
    expect(syntaxError('a'.repeat(1_001))).toBe(
      '1000: The regular expression has 1001 characters, 1000 are allowed',
    );
  });

  it.each(['a{1000}{1000}', '((a{100}){100}){100}', '(){999999999}', '~((a|b)*a(a|b){20})'])(
    'refuse %s as too complex',
    (pattern) => {
      expect(syntaxError(pattern)).toBe(
        '0: The regular expression is too complex: repetition counts, "~" and "&" multiply its size',
      );
    },
  );

  it('refuse groups nested too deep', () => {
    expect(syntaxError('('.repeat(251))).toBe('250: Groups are nested more than 250 levels deep');
    expect(syntaxError('~'.repeat(999) + 'a')).toBe('no error');
  });
});

/** A pattern that means the same to Lucene and to JavaScript with the flags `su`. */
const commonPattern = fc.letrec<{ pattern: string }>((tie) => ({
  pattern: fc.oneof(
    { maxDepth: 4, depthSize: 'small' },
    fc.constantFrom(
      'a',
      'b',
      'é',
      '😀',
      '.',
      '[ab]',
      '[^a]',
      '[^ab\n]',
      '\\d',
      '[\\w]',
      '\\.',
      '()',
    ),
    fc.tuple(tie('pattern'), tie('pattern')).map((parts) => parts.join('')),
    fc.tuple(tie('pattern'), tie('pattern')).map((parts) => `(${parts.join('|')})`),
    fc
      .tuple(tie('pattern'), fc.constantFrom('*', '+', '?', '{2}', '{1,}', '{0,2}'))
      .map(([body, quantifier]) => `(${body})${quantifier}`),
  ),
})).pattern;

const value = fc.string({
  unit: fc.constantFrom('a', 'b', 'é', '😀', '1', '.', '\n', '\ud83d'),
  maxLength: 8,
});

describe('Lucene regular expressions, as laws', () => {
  it('agree with JavaScript on the common subset', () => {
    fc.assert(
      fc.property(
        commonPattern,
        fc.array(value, { minLength: 5, maxLength: 5 }),
        (pattern, values) => {
          const ours = compileLuceneRegex(pattern);
          const theirs = new RegExp(`^(?:${pattern})$`, 'su');
          expect(values.map(ours)).toEqual(values.map((text) => theirs.test(text)));
        },
      ),
      { numRuns: 500 },
    );
  });

  it('read & and ~ as the logic of their operands', () => {
    fc.assert(
      fc.property(commonPattern, commonPattern, value, (left, right, text) => {
        const first = compileLuceneRegex(left)(text);
        const second = compileLuceneRegex(right)(text);
        expect(compileLuceneRegex(`(${left})&(${right})`)(text)).toBe(first && second);
        expect(compileLuceneRegex(`~(${left})`)(text)).toBe(!first);
        expect(compileLuceneRegex(`(${left})&~(${right})`)(text)).toBe(first && !second);
      }),
    );
  });

  it('count intervals as numbers', () => {
    const number = fc.nat({ max: 1_200 });
    fc.assert(
      fc.property(number, number, number, (low, high, counted) => {
        const inside = counted >= Math.min(low, high) && counted <= Math.max(low, high);
        const isFixedWidth = String(low).length === String(high).length;
        const matches = compileLuceneRegex(`<${low}-${high}>`);
        expect(matches(String(counted))).toBe(inside);
        expect(matches(`0${counted}`)).toBe(inside && !isFixedWidth);
      }),
    );
  });
});

import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { compileJavaRegex } from './java';
import { languageOf, type Row } from '../testing/regex-language';

const { expectLanguage, syntaxError } = languageOf(compileJavaRegex);

describe('Java regular expressions', () => {
  it.each<[string, ...Row]>([
    ['match the whole value', 'cmd', ['cmd'], ['cmd.exe', 'xcmd', '']],
    ['take the empty pattern for the empty value', '', [''], ['a']],
    ['choose with |, empty alternatives included', 'a||b', ['a', '', 'b'], ['c']],
    [
      'match no line terminator with a dot',
      '.',
      ['a', '😀', '\v'],
      ['\n', '\r', '\u0085', '\u2028', '\u2029', ''],
    ],
    [
      'repeat greedily and lazily alike',
      'a?b*c+d{2}e{1,}f{0,2}?g*?',
      ['cdde', 'abbcddeeffgg'],
      ['cd'],
    ],
    ['take groups of any name', '(a)(?:b)(?<name>c)', ['abc'], ['a']],
    [
      'take the escapes of characters',
      '\\t\\n\\r\\f\\a\\e\\07\\x41\\u0042\\x{1F600}\\cA',
      ['\t\n\r\f\x07\x1b\x07AB😀\x01'],
      [],
    ],
    ['read an octal escape of three digits up to 377', '\\0101\\0400', ['A\x200'], []],
    ['read two surrogate escapes as one character', '[\\uD83D\\uDE00]', ['😀'], ['\ud83d']],
    ['take quoted text literally', '\\Qa.*\\E+', ['a.*', 'a.**'], ['axx']],
    ['quote to the end', 'a\\Q.b', ['a.b'], ['axb']],
    ['keep classes \\d \\w \\s to ASCII', '\\d\\w\\s', ['1a ', '1_\v'], ['٣a ', '1é ', '1a\u00a0']],
    ['know \\h \\v and \\R', '\\h\\v\\R', ['\u00a0\u2028\r\n', '\t\n\n'], ['a\n\n']],
    ['split \\R in two if needed', '\\R\\n', ['\r\n', '\n\n'], ['\n']],
    ['take classes with ranges', '[a-cx-]', ['a', 'c', 'x', '-'], ['d', '']],
    ['take a first ] in a class literally', '[]a][^]a]', [']b', 'ab'], ['a]']],
    ['unite nested classes', '[a-c[x-z]1]', ['b', 'y', '1'], ['d', '[']],
    ['intersect classes', '[a-z&&[^aeiou]]', ['b'], ['a', '&']],
    ['intersect more than two', '[a-d&&b-e&&c-f]', ['c', 'd'], ['b', 'e']],
    ['negate the whole of an intersection', '[^a-c&&b]', ['a', 'd'], ['b']],
    ['take a single & literally', '[a&b]', ['&'], ['c']],
    ['quote in classes', '[\\Qa-z\\E]', ['a', '-', 'z'], ['b']],
    [
      'know POSIX classes in ASCII',
      '\\p{Lower}\\p{Upper}\\p{Digit}\\p{Punct}\\P{Alpha}',
      ['aB1-é'],
      ['éB1-é'],
    ],
    ['know Unicode categories', '\\p{L}\\pL\\p{Lu}\\p{IsLl}\\p{gc=Nd}', ['éжÉé٣'], ['1aAa1']],
    [
      'know binary properties and scripts',
      '\\p{IsAlphabetic}\\p{IsGreek}\\p{script=Cyrillic}',
      ['éαж'],
      ['1αж'],
    ],
    [
      "know Java's own properties",
      '\\p{javaLowerCase}\\p{javaWhitespace}',
      ['é\u2003'],
      ['É ', 'é\u00a0'],
    ],
    ['hold \\A and ^ at the start only', '\\A^\\Ga(b\\A)?', ['a'], ['ab']],
    [
      'hold $ and \\Z before a last line terminator',
      'a$\\r?\\n?',
      ['a', 'a\n', 'a\r\n', 'a\r'],
      ['b'],
    ],
    ['hold \\z at the end only', 'a\\z\\n?', ['a'], ['a\n']],
    ['hold no $ within a terminator', 'a\\r$\\n', [], ['a\r\n']],
    [
      'hold ^ and $ at lines under (?m)',
      '(?m)a$\\s+^b',
      ['a\nb', 'a\r\nb', 'a\n\nb'],
      ['a b', 'ab'],
    ],
    ['hold no ^ at the end under (?m)', '(?m)a\\n^', [], ['a\n', 'a']],
    ['hold \\b at ASCII words', '\\ba\\b.\\Bb?', ['a-'], ['ab', 'a-b']],
    ['take é for no word character, as since Java 19', 'é\\ba', ['éa'], []],
    ['repeat an assertion', '(^|x\\b)*-', ['-', 'x-'], ['xx-']],
    ['let (?s) open the dot', '(?s).(?-s:.)', ['\na'], ['a\n']],
    ['let (?x) ignore spaces and comments', '(?x) a [ b c ] + # end\n d', ['abcd'], ['a bd', 'ad']],
    ['end flags with their group', '((?i)a)b(?i:c)', ['Abc', 'abC'], ['aB']],
    ['fold ASCII under (?i)', '(?i)[a-c]é', ['Bé'], ['BÉ']],
    ['fold all scripts under (?iu)', '(?iu)é[а-я]k', ['ÉЖ\u212a'], ['eжk']],
    ['take } and ] alone literally', 'a}]', ['a}]'], []],
  ])('%s', (_, ...row) => expectLanguage(row));

  it.each<[string, ...Row]>([
    ['fold A-Z, ranges included', '[a-z]+\\.exe', ['CMD.EXE', 'cmd.exe'], []],
    ['fold nothing else', 'é', ['é'], ['É']],
    ['take a property of one case for both', '\\p{Lower}\\p{Lu}', ['Aa', 'aÉ'], ['éa']],
    ['obey (?-i)', '(?-i)a', ['a'], ['A']],
  ])('without case: %s', (_, ...row) => expectLanguage(row, true));

  it.each([
    ['a(?=b)', '1: Lookahead is not supported'],
    ['a(?!b)', '1: Lookahead is not supported'],
    ['(?<=a)b', '0: Lookbehind is not supported'],
    ['(?<!a)b', '0: Lookbehind is not supported'],
    ['(?>a)b', '0: Atomic groups are not supported'],
    ['ba*+', '2: Possessive quantifiers are not supported'],
    ['(a)\\1', '3: Back references are not supported'],
    ['(?<n>a)\\k<n>', '7: Back references are not supported'],
    ['(?U)a', '0: The flag "U" is not supported'],
    ['a\\X', '1: The escape \\X is not supported'],
    ['\\b{g}', '0: \\b{g} is not supported'],
    ['\\p{InGreek}', '0: The character property "InGreek" is not supported'],
    ['*a', '0: "*" has nothing to repeat'],
    ['a**', '2: "*" has nothing to repeat'],
    ['a{,3}', '1: Expected a repetition such as {2}, {2,} or {2,5}'],
    ['a{3,2}', '1: {3,2} is out of order'],
    ['(a', '0: The group has no closing ")"'],
    ['a)', '1: Unmatched ")"'],
    ['x[a', '1: The character class has no closing "]"'],
    ['[z-a]', '1: The range z-a is out of order'],
    ['[a&&]', '4: Expected a class on both sides of "&&"'],
    ['a\\', '2: Unexpected end of the regular expression'],
    ['\\x4', '0: Expected 2 hexadecimal digits'],
    ['\\x{110000}', '0: Expected a code point such as \\x{1F600}'],
    ['(?<1>a)', '0: Expected a group name such as (?<name>...)'],
    ['\\Q😀\\E(', '6: The group has no closing ")"'],
  ])('say what is wrong with %s', (pattern, message) => {
    expect(syntaxError(pattern)).toBe(message);
  });

  it('take 1,000 characters and 250 levels, no more', () => {
    expect(syntaxError('a'.repeat(1_001))).toBe(
      '1000: The regular expression has 1001 characters, 1000 are allowed',
    );
    expect(syntaxError('('.repeat(251))).toBe('250: Groups are nested more than 250 levels deep');
    expect(syntaxError('['.repeat(251))).toBe('250: Classes are nested more than 250 levels deep');
    expect(syntaxError('('.repeat(250) + ')'.repeat(250))).toBe('no error');
  });
});

/** A pattern that means the same to Java and to JavaScript with the flag `u`, but for what ends a line. */
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
      '\\d',
      '[\\w]',
      '\\W',
      '\\b',
      '\\B',
      '^',
    ),
    fc.constantFrom('\\p{L}', '\\P{Lu}', '\\u0061', '\\x62', '\\.', '\\n'),
    fc.tuple(tie('pattern'), tie('pattern')).map((parts) => parts.join('')),
    fc.tuple(tie('pattern'), tie('pattern')).map((parts) => `(${parts.join('|')})`),
    fc
      .tuple(tie('pattern'), fc.constantFrom('*', '+?', '?', '{2}', '{1,}?', '{0,2}'))
      .map(([body, quantifier]) => `(?:${body})${quantifier}`),
  ),
})).pattern;

const value = fc.string({
  unit: fc.constantFrom('a', 'b', 'é', 'É', '😀', '1', '.', '\n', '_'),
  maxLength: 8,
});

describe('Java regular expressions, as laws', () => {
  it('agree with JavaScript on the common subset', () => {
    fc.assert(
      fc.property(
        commonPattern,
        fc.array(value, { minLength: 5, maxLength: 5 }),
        (pattern, values) => {
          const ours = compileJavaRegex(pattern);
          const theirs = new RegExp(`^(?:${pattern})$`, 'u');
          expect(values.map(ours)).toEqual(values.map((text) => theirs.test(text)));
        },
      ),
      { numRuns: 500 },
    );
  });

  it('read && as the logic of its sides', () => {
    const side = fc.constantFrom('a-c', '^b', '\\w', '\\p{L}', 'é1', '\\W');
    fc.assert(
      fc.property(
        side,
        side,
        fc.constantFrom('a', 'b', 'c', 'é', '1', '-'),
        (left, right, text) => {
          const both = compileJavaRegex(`[[${left}]&&[${right}]]`)(text);
          const each = compileJavaRegex(`[${left}]`)(text) && compileJavaRegex(`[${right}]`)(text);
          expect(both).toBe(each);
        },
      ),
    );
  });
});

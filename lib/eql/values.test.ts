import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { calculate } from './arithmetic';
import type { ArithmeticOperator } from './ast';
import { parseInstants } from './date';
import { compareAddresses, isInNetwork, parseAddress, parseNetwork } from './ip';
import { compareOrder, isTie, type EventOrder } from './order';
import { compareText, formatFloat, toNumber, type Scalar } from './values';
import { compareVersions } from './version';
import { compilePatterns, foldAscii } from './wildcard';

describe('wildcards', () => {
  it.each([
    ['a?c', 'abc', true],
    ['a?c', 'ac', false],
    ['a?c', 'a😀c', true],
    ['a??c', 'a😀c', false],
    ['?', '😀', true],
    ['*', '', true],
    ['?*', '', false],
    ['a*b*c', 'a--b--c', true],
    ['a*b*c', 'a--c--b', false],
    ['*ab', 'aab', true],
    ['ab*ab', 'ab', false],
    ['ab*ab', 'abab', true],
    ['*a*a*', 'a', false],
    ['a*?c', 'ac', false],
    ['a*?c', 'a\nc', true],
    ['*.exe', 'c:\\x.exe', true],
    ['a\\*', 'a\\b', true],
    ['a\\*', 'a*', false],
    ['?:\\x\\*.exe', 'C:\\x\\y.exe', true],
    ['*😀', 'a😀', true],
    ['', '', true],
    ['', 'a', false],
  ])('%j fits %j: %s', (pattern, value, expected) => {
    expect(compilePatterns([pattern], { insensitive: false })(value)).toBe(expected);
  });

  it('fold A-Z, and nothing else', () => {
    const fits = compilePatterns(['ZOË*', 'k'], { insensitive: true });
    expect(['zoË', 'zoë', 'K', '\u212a'].map(fits)).toEqual([true, false, true, false]);
    expect(foldAscii('ÀBcİ')).toBe('Àbcİ');
  });

  it('agree with a regular expression, alone and in a list of many', () => {
    const text = fc.string({
      unit: fc.constantFrom('a', 'B', 'b', '*', '?', '😀', '\n'),
      maxLength: 8,
    });
    fc.assert(
      fc.property(
        fc.array(text, { minLength: 1, maxLength: 12 }),
        text,
        fc.boolean(),
        (patterns, value, insensitive) => {
          const fold = insensitive ? foldAscii : (same: string): string => same;
          const expected = patterns.some((pattern) => {
            const source = [...fold(pattern)].map((char) =>
              char === '*'
                ? '.*'
                : char === '?'
                  ? '.'
                  : `\\u{${(char.codePointAt(0) ?? 0).toString(16)}}`,
            );
            return new RegExp(`^${source.join('')}$`, 'su').test(fold(value));
          });
          expect(compilePatterns(patterns, { insensitive })(value)).toBe(expected);
        },
      ),
      { numRuns: 3_000 },
    );
  });

  it('take no time that grows without bound', () => {
    const fits = compilePatterns([`${'*a'.repeat(50)}*b`], { insensitive: true });
    expect(fits('a'.repeat(50_000))).toBe(false);
  });
});

describe('addresses', () => {
  it.each([
    ['10.1.2.3', '10.0.0.0/8', true],
    ['11.1.2.3', '10.0.0.0/8', false],
    ['10.0.0.129', '10.0.0.128/25', true],
    ['10.0.0.1', '0.0.0.0/0', true],
    ['::1', '0.0.0.0/0', false],
    ['10.0.0.1', '::/0', true],
    ['::ffff:10.0.0.1', '10.0.0.0/8', true],
    ['fe80::1', 'fe80::/10', true],
    ['fec0::1', 'fe80::/10', false],
    ['2001:DB8::1', '2001:db8::1', true],
  ])('%s is in %s: %s', (address, network, expected) => {
    const bytes = parseAddress(address);
    const parsed = parseNetwork(network);
    expect(bytes && parsed && isInNetwork(bytes, parsed)).toBe(expected);
  });

  it.each([
    '',
    '1',
    '1.2.3',
    '1.2.3.4.5',
    '256.0.0.1',
    '01.2.3.4',
    'a.b.c.d',
    ':::',
    '1::2::3',
    '1:2:3:4:5:6:7',
    ':1',
    '12345::',
    '::1.2.3',
  ])('%j is none', (text) => {
    expect(parseAddress(text)).toBeUndefined();
  });

  it.each(['10.0.0.0/33', '10.0.0.0/', '10.0.0.0/a', '::/129', '10.0.0.0/-1', 'host/8'])(
    '%j is no network',
    (text) => {
      expect(parseNetwork(text)).toBeUndefined();
    },
  );

  it('come in the order of their bytes', () => {
    const order = (a: string, b: string): number =>
      Math.sign(
        compareAddresses(
          parseAddress(a) ?? new Uint8Array(16),
          parseAddress(b) ?? new Uint8Array(16),
        ),
      );
    expect([
      order('9.0.0.0', '10.0.0.0'),
      order('::1', '1.2.3.4'),
      order('::ffff:1.2.3.4', '1.2.3.4'),
    ]).toEqual([-1, -1, 0]);
  });
});

describe('versions', () => {
  it('come in order: pre-releases, releases, longer ones, and then text that is none', () => {
    const ordered = [
      '1.2.4-1',
      '1.2.4-2',
      '1.2.4-10',
      '1.2.4-SNAPSHOT',
      '1.2.4-SNAPSHOT.1',
      '1.2.4',
      '1.2.4+build',
      '1.5',
      '1.5.0',
      '1.11.3',
      '99999999999999999999.0',
      'abc',
      'v1',
    ];
    const shuffled = [...ordered].reverse().sort(compareVersions);
    expect(shuffled).toEqual(ordered);
  });
});

describe('dates', () => {
  const day = BigInt(Date.UTC(2020, 8, 20)) * 1_000_000n;
  const hour = 3_600_000_000_000n;

  it.each<[string | number, bigint, bigint]>([
    ['2020-09-20', day, day + 24n * hour - 1n],
    ['2020-09-20T16', day + 16n * hour, day + 17n * hour - 1n],
    ['2020-09-20T16:00:00Z', day + 16n * hour, day + 16n * hour + 999_999_999n],
    ['2020-09-20T16:00:00.5Z', day + 16n * hour + 500_000_000n, day + 16n * hour + 500_000_000n],
    ['2020-09-20T16:00:00.000000001+02:00', day + 14n * hour + 1n, day + 14n * hour + 1n],
    ['1600000000000', 1_600_000_000_000_000_000n, 1_600_000_000_000_999_999n],
    [-1, -1_000_000n, -1n],
  ])('%s names its first and last instant', (text, first, last) => {
    expect(parseInstants(text)).toEqual({ first, last });
  });

  it('a year and a month are whole ones', () => {
    expect(parseInstants('2020')?.last).toBe(BigInt(Date.UTC(2021, 0, 1)) * 1_000_000n - 1n);
    expect(parseInstants('2020-02')?.last).toBe(BigInt(Date.UTC(2020, 2, 1)) * 1_000_000n - 1n);
  });

  it.each([
    '',
    'now',
    '2020-13',
    '2020-02-30',
    '2020-09-20T25',
    '2020-09-20 16:00',
    '20-1-1',
    NaN,
    Infinity,
  ])('%j is none', (text) => {
    expect(parseInstants(text)).toBeUndefined();
  });
});

describe('arithmetic', () => {
  it.each<[Scalar, ArithmeticOperator, Scalar, boolean, Scalar]>([
    [7, '/', 2, false, 3],
    [-7, '/', 2, false, -3],
    [7, '/', 2, true, 3.5],
    [7.5, '/', 2, false, 3.75],
    [-7, '%', 3, false, -1],
    [7, '%', -3, false, 1],
    [1, '/', 0, false, null],
    [1, '%', 0, false, null],
    [1, '/', 0, true, Infinity],
    [2 ** 53 - 1, '+', 2, false, 9_007_199_254_740_993n],
    [9_007_199_254_740_993n, '-', 2, false, 9_007_199_254_740_991],
    [2n ** 63n - 1n, '+', 1, false, null],
    [-(2n ** 63n), '/', -1, false, null],
    [3_037_000_500, '*', 3_037_000_500, false, null],
    [0, '-', 0, false, 0],
    [0, '*', -5, false, 0],
    [null, '+', 1, false, null],
    ['1', '+', 1, false, null],
  ])('%s %s %s (floating: %s) is %s', (left, operator, right, isFloat, expected) => {
    expect(calculate(operator, left, right, isFloat)).toBe(expected);
  });
});

describe('numbers as text', () => {
  it.each([
    ['5', 5],
    ['-007', -7],
    ['9007199254740993', 9_007_199_254_740_993n],
    ['1e3', 1000],
    ['.5', 0.5],
    ['5.', 5],
    ['', undefined],
    ['0x10', undefined],
    ['1,000', undefined],
    [' 1', undefined],
    ['Infinity', undefined],
  ])('%j is %s', (text, expected) => {
    expect(toNumber(text)).toBe(expected);
  });

  it.each([
    [1, '1.0'],
    [-0.5, '-0.5'],
    [1e10, '1.0E10'],
    [1.5e-5, '1.5E-5'],
    [NaN, 'NaN'],
    [-0, '-0.0'],
  ])('%d is written %s', (value, expected) => {
    expect(formatFloat(value)).toBe(expected);
  });
});

describe('order', () => {
  const place = (parts: Partial<EventOrder>): EventOrder => ({
    timestamp: 1,
    tiebreaker: undefined,
    index: 'a',
    id: 'a',
    ...parts,
  });

  it('of strings is that of code points', () => {
    expect(['\u{10000}', '\uffff', 'b', 'B', 'a'].sort(compareText)).toEqual([
      'B',
      'a',
      'b',
      '\uffff',
      '\u{10000}',
    ]);
  });

  it('of events is time, tiebreaker (none first), index, id', () => {
    const ordered = [
      place({ timestamp: 0, id: 'z' }),
      place({ index: 'z' }),
      place({ tiebreaker: 9 }),
      place({ tiebreaker: 10, id: 'a' }),
      place({ tiebreaker: 10, id: 'b' }),
      place({ timestamp: 2n }),
    ];
    expect([...ordered].reverse().sort(compareOrder)).toEqual(ordered);
  });

  it('is a tie where neither time nor tiebreaker decides', () => {
    expect(isTie(place({ id: 'x' }), place({ id: 'y' }))).toBe(true);
    expect(isTie(place({ tiebreaker: 1 }), place({ tiebreaker: 2 }))).toBe(false);
  });
});

import { describe, expect, it } from 'vitest';
import { compileCondition } from './condition';
import { parseExpression } from './parser';
import type { FieldInfo, FieldSource, FieldValues, Schema } from './types';

type Document = Readonly<Record<string, FieldValues>>;

const fields: Readonly<Record<string, FieldInfo>> = {
  x: { type: 'keyword' },
  n: { type: 'long' },
  d: { type: 'double' },
  b: { type: 'boolean' },
  ip: { type: 'ip' },
  when: { type: 'date' },
  nanos: { type: 'date_nanos' },
  v: { type: 'version' },
  low: { type: 'keyword', normalizer: 'lowercase' },
  body: { type: 'text', exact: 'body.keyword' },
  'body.keyword': { type: 'keyword' },
  open: { type: 'keyword', dynamic: true },
};
const schema: Schema = { field: (name) => fields[name], names: () => Object.keys(fields) };
const source: FieldSource<Document> = { reader: (name) => (document) => document[name] };

function holds(text: string, document: Document): boolean {
  return compileCondition(parseExpression(text), { schema, source })(document);
}

const missing: Document = {};
const one: Document = { x: 'abc', n: 5, d: 2.5, b: true, ip: '10.0.0.5' };
const many: Document = {
  x: ['abc', 'XYZ'],
  n: [1, 10],
  d: [0.5, 7],
  b: [true, false],
  ip: ['10.0.0.5', '192.168.1.1'],
};

/** T and F for: missing, one value, many values; then the same under `not`. */
const TABLE: readonly (readonly [condition: string, plain: string, negated: string])[] = [
  ['x == "abc"', 'FTT', 'TFF'],
  ['x == "XYZ"', 'FFT', 'TTF'],
  ['x == "ABC"', 'FFF', 'TTT'],
  ['x == "a*"', 'FFF', 'TTT'],
  ['"abc" == x', 'FTT', 'TFF'],
  ['x != "abc"', 'TFF', 'FTT'],
  ['x != "XYZ"', 'TTF', 'FFT'],
  ['x != "q"', 'TTT', 'FFF'],
  ['x < "Z"', 'FFT', 'TTF'],
  ['x <= "abc"', 'FTT', 'TFF'],
  ['x > "abc"', 'FFF', 'TTT'],
  ['x > "ab"', 'FTT', 'TFF'],
  ['x >= "abc"', 'FTT', 'TFF'],
  ['"ab" < x', 'FTT', 'TFF'],
  ['x : "ABC"', 'FTT', 'TFF'],
  ['x : "x*"', 'FFT', 'TTF'],
  ['x : ("q", "AB?")', 'FTT', 'TFF'],
  ['x : "*"', 'FTT', 'TFF'],
  ['x like "ab*"', 'FTT', 'TFF'],
  ['x like "AB*"', 'FFF', 'TTT'],
  ['x like ("q", "X?Z")', 'FFT', 'TTF'],
  ['x like~ "AB*"', 'FTT', 'TFF'],
  ['x like~ ("q", "x?z")', 'FFT', 'TTF'],
  ['x regex "[a-c]+"', 'FTT', 'TFF'],
  ['x regex "ab"', 'FFF', 'TTT'],
  ['x regex ("q", "X.Z")', 'FFT', 'TTF'],
  ['x regex~ "xyz"', 'FFT', 'TTF'],
  ['x in ("abc", "q")', 'FTT', 'TFF'],
  ['x in ("ABC", "q")', 'FFF', 'TTT'],
  ['x in~ ("ABC", "q")', 'FTT', 'TFF'],
  ['x in~ ("ab*")', 'FFF', 'TTT'],
  ['x not in ("abc", "q")', 'TFF', 'FTT'],
  ['x not in ("XYZ")', 'TTF', 'FFT'],
  ['x not in~ ("ABC")', 'TFF', 'FTT'],
  ['startsWith(x, "ab")', 'FTT', 'TFF'],
  ['startsWith(x, "AB")', 'FFF', 'TTT'],
  ['startsWith~(x, "xy")', 'FFT', 'TTF'],
  ['endsWith(x, "YZ")', 'FFT', 'TTF'],
  ['endsWith~(x, "BC")', 'FTT', 'TFF'],
  ['stringContains(x, "b")', 'FTT', 'TFF'],
  ['stringContains(x, "B")', 'FFF', 'TTT'],
  ['stringContains~(x, "y")', 'FFT', 'TTF'],
  ['indexOf(x, "b") == 1', 'FTT', 'TFF'],
  ['indexOf(x, "Z") == 2', 'FFT', 'TTF'],
  ['indexOf(x, "b") == null', 'TFT', 'FTF'],
  ['length(x) == 3', 'FTT', 'TFF'],
  ['length(x) != 3', 'TFF', 'FTT'],
  ['length(x) > 3', 'FFF', 'TTT'],
  ['substring(x, 1) == "bc"', 'FTT', 'TFF'],
  ['substring(x, 0, 1) != "X"', 'TTF', 'FFT'],
  ['substring(x, -1) in ("c", "q")', 'FTT', 'TFF'],
  ['substring(x, 1) : "B*"', 'FTT', 'TFF'],
  ['between(x, "a", "c") == "b"', 'FTT', 'TFF'],
  ['between~(x, "x", "z") == "Y"', 'FFT', 'TTF'],
  ['concat(x, "!") == "abc!"', 'FTT', 'TFF'],
  ['concat(x, "!") != "abc!"', 'TFF', 'FTT'],
  ['concat(x, ":", n) == "abc:5"', 'FTF', 'TFT'],
  ['concat(x, ":", n) == "XYZ:10"', 'FFT', 'TTF'],
  ['x == null', 'TFF', 'FTT'],
  ['x != null', 'FTT', 'TFF'],
  ['null == x', 'TFF', 'FTT'],
  ['n == 5', 'FTF', 'TFT'],
  ['n == "5"', 'FTF', 'TFT'],
  ['n == 10', 'FFT', 'TTF'],
  ['n != 5', 'TFT', 'FTF'],
  ['n < 5', 'FFT', 'TTF'],
  ['n <= 5', 'FTT', 'TFF'],
  ['n > 5', 'FFT', 'TTF'],
  ['n >= 5', 'FTT', 'TFF'],
  ['5 > n', 'FFT', 'TTF'],
  ['n > 5 and n <= 5', 'FFT', 'TTF'],
  ['n > 5 or n <= 5', 'FTT', 'TFF'],
  ['not n > 5 and not n < 5', 'TTF', 'FFT'],
  ['x : "abc" and n == 1', 'FFT', 'TTF'],
  ['n in (5, 7)', 'FTF', 'TFT'],
  ['n not in (5, 7)', 'TFT', 'FTF'],
  ['n + 1 == 6', 'FTF', 'TFT'],
  ['n + 1 != 6', 'TFT', 'FTF'],
  ['n - 1 < 1', 'FFT', 'TTF'],
  ['n * 2 > 15', 'FFT', 'TTF'],
  ['n / 2 == 2', 'FTF', 'TFT'],
  ['n / 2.0 == 2.5', 'FTF', 'TFT'],
  ['n % 2 == 1', 'FTT', 'TFF'],
  ['-n == -5', 'FTF', 'TFT'],
  ['n / 0 == 1', 'FFF', 'TTT'],
  ['d * 2 == 5', 'FTF', 'TFT'],
  ['add(n, 1) == 6', 'FTF', 'TFT'],
  ['n == null', 'TFF', 'FTT'],
  ['n != null', 'FTT', 'TFF'],
  ['n + 1 == null', 'TFF', 'FTT'],
  ['null == (n > 5)', 'TFF', 'FTT'],
  ['(n > 5) == false', 'TTF', 'FFT'],
  ['(n > 5) == true', 'FFT', 'TTF'],
  ['ip == "10.0.0.5"', 'FTT', 'TFF'],
  ['ip == "10.0.0.0/24"', 'FTT', 'TFF'],
  ['ip != "192.168.1.1"', 'TTF', 'FFT'],
  ['ip > "172.16.0.0"', 'FFT', 'TTF'],
  ['ip in ("192.168.1.1", "::1")', 'FFT', 'TTF'],
  ['cidrMatch(ip, "10.0.0.0/8")', 'FTT', 'TFF'],
  ['cidrMatch(ip, "172.16.0.0/12", "192.168.0.0/16")', 'FFT', 'TTF'],
  ['b', 'FTT', 'TFF'],
  ['b == true', 'FTT', 'TFF'],
  ['b == false', 'FFT', 'TTF'],
  ['b != true', 'TFF', 'FTT'],
  ['b != false', 'TTF', 'FFT'],
];

function letters(text: string): string {
  return [missing, one, many].map((document) => (holds(text, document) ? 'T' : 'F')).join('');
}

describe('with a missing field, one value and many values', () => {
  it.each(TABLE)('%s is %s', (condition, plain) => {
    expect(letters(condition)).toBe(plain);
  });

  it.each(TABLE)('not (%s) is %3$s', (condition, _plain, negated) => {
    expect(letters(`not (${condition})`)).toBe(negated);
    expect(letters(`not not not (${condition})`)).toBe(negated);
  });
});

describe('an optional field that nothing maps', () => {
  it.each([
    ['?q == null', true],
    ['?q != null', false],
    ['?q : "a"', false],
    ['not ?q : "a"', false],
    ['not (?q > 1)', false],
    ['not ?q in ("a")', false],
    ['not ?q regex "a**"', false],
    ['not startsWith(?q, "a")', false],
    ['?q == ?r', true],
    ['x == "abc" or ?q : "a"', true],
    ['x == "abc" and ?q : "a"', false],
    ['?x == "abc"', true],
    ['not ?n > 9', true],
  ])('%s is %s', (condition, expected) => {
    expect(holds(condition, one)).toBe(expected);
  });

  it('is a missing field where the mapping has it and the event has not', () => {
    expect(holds('not ?x : "a"', missing)).toBe(true);
  });
});

describe('a field', () => {
  it.each<[string, Document, boolean]>([
    ['when == "2020-09-20"', { when: Date.UTC(2020, 8, 20, 23, 59, 59, 999) }, true],
    ['when == "2020-09-20"', { when: Date.UTC(2020, 8, 21) }, false],
    ['when > "2020-09-20"', { when: Date.UTC(2020, 8, 20, 12) }, false],
    ['when >= "2020-09-20T00:00:00+01:00"', { when: Date.UTC(2020, 8, 19, 23) }, true],
    ['when == 1600000000000', { when: 1_600_000_000_000 }, true],
    ['when < "1969-12-31T23:59:59.9985Z"', { when: -2 }, false],
    ['nanos == "2020-09-20T00:00:00.000000001Z"', { nanos: 1_600_560_000_000_000_001n }, true],
    ['nanos == "2020-09-20T00:00:00.000000001Z"', { nanos: 1_600_560_000_000_000_002n }, false],
    ['v > "1.9"', { v: '1.11.3' }, true],
    ['v < "1.2.4"', { v: '1.2.4-SNAPSHOT' }, true],
    ['low == "ABC"', { low: 'abc' }, true],
    ['low in ("ABC")', { low: 'abc' }, true],
    ['low like "AB*"', { low: 'abc' }, true],
    ['body == "a b"', { body: 'ignored', 'body.keyword': 'a b' }, true],
    ['open == 5', { open: '5' }, true],
    ['open > 9', { open: '10' }, true],
    ['open == "5"', { open: 5 }, true],
    ['open == "true"', { open: true }, true],
    ['n == 9007199254740993', { n: 9_007_199_254_740_993n }, true],
    ['n == 9007199254740993', { n: 9_007_199_254_740_992n }, false],
    ['n / 2 == 4503599627370496', { n: 9_007_199_254_740_993n }, true],
    ['ip == "::ffff:10.0.0.5"', { ip: '10.0.0.5' }, true],
    ['ip == "2001:DB8::1"', { ip: '2001:db8::1' }, true],
    ['x : "ZOË"', { x: 'zoë' }, false],
    ['x : "ZOË"', { x: 'zoË' }, true],
    ['x regex~ "ZOË"', { x: 'zoë' }, true],
    ['x like "a?c"', { x: 'a😀c' }, true],
    ['x like "a*c"', { x: 'a\n\rc' }, true],
    ['x == ""', { x: '' }, true],
    ['x : ""', { x: '' }, true],
    ['concat(d) == "7.0"', { d: 7 }, true],
    ['concat(when) == "2020-09-20T00:00:00.000Z"', { when: Date.UTC(2020, 8, 20) }, true],
  ])('in %s, with %o: %s', (condition, document, expected) => {
    expect(holds(condition, document)).toBe(expected);
  });
});

import { describe, expect, it } from 'vitest';
import { JsonError, parseJson, stringifyJson } from './json';

const nested = (depth: number) => '['.repeat(depth) + ']'.repeat(depth);

describe('parseJson', () => {
  it.each([
    ['{"n":9007199254740993}', { n: 9007199254740993n }],
    ['{"n":[1,-18446744073709551615]}', { n: [1, -18446744073709551615n] }],
    ['{"n": 116444736000000000}', { n: 116444736000000000n }],
    ['12345678901234567890', 12345678901234567890n],
  ])('keeps whole numbers beyond 2^53 exact: %s', (text, expected) => {
    expect(parseJson(text)).toEqual(expected);
  });

  it.each([
    ['{"n":9007199254740991}', { n: 9007199254740991 }],
    ['{"n":0.1234567890123456789}', { n: 0.1234567890123456789 }],
    ['{"n":1234567890123456.5,"m":1e300}', { n: 1234567890123456.5, m: 1e300 }],
    ['{"n":"9007199254740993"}', { n: '9007199254740993' }],
  ])('leaves other numbers and strings of digits alone: %s', (text, expected) => {
    expect(parseJson(text)).toEqual(expected);
  });

  it('takes "__proto__" for a key like any other', () => {
    const parsed = parseJson('{"__proto__":{"a":9007199254740993}}');
    expect(Object.keys(parsed as object)).toEqual(['__proto__']);
    expect(stringifyJson(parsed)).toBe('{"__proto__":{"a":9007199254740993}}');
  });

  it('reads what is nested 1,000 deep and refuses more', () => {
    expect(stringifyJson(parseJson(nested(1_000)))).toBe(nested(1_000));
    expect(() => parseJson(nested(1_001))).toThrow('Nested deeper than 1000 levels.');
    expect(() => parseJson(nested(200_000))).toThrow(JsonError);
    expect(() => parseJson('['.repeat(200_000))).toThrow(JsonError);
  });

  it('does not count brackets in strings, or siblings, as depth', () => {
    const text = JSON.stringify({
      a: '\\"['.repeat(2_000),
      b: Array.from({ length: 2_000 }, () => [1]),
    });
    expect(stringifyJson(parseJson(text))).toBe(text);
  });

  it.each(['', '{', '{"a":1,}', 'nope'])('refuses %j, which is not JSON', (text) => {
    expect(() => parseJson(text)).toThrow(/^Not JSON: /);
  });
});

describe('stringifyJson', () => {
  it('writes bigint as digits, and everything else as JSON does', () => {
    expect(stringifyJson({ a: 2n ** 64n, b: [1.5, 'ö', null, true, -5n] })).toBe(
      '{"a":18446744073709551616,"b":[1.5,"ö",null,true,-5]}',
    );
  });
});

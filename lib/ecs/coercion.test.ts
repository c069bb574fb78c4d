import { describe, expect, it } from 'vitest';
import { coercionFor } from './coercion';
import type { FieldMapping } from './field-mapping';
import type { JsonScalar } from './json';

const coerce = (mapping: Omit<FieldMapping, 'source'>, value: JsonScalar) =>
  coercionFor({ source: 'field', ...mapping })(value);

describe('coercionFor', () => {
  it.each<[Omit<FieldMapping, 'source'>, JsonScalar, unknown]>([
    [{ type: 'keyword' }, 'Text', 'Text'],
    [{ type: 'keyword' }, '', ''],
    [{ type: 'keyword' }, 5, '5'],
    [{ type: 'keyword' }, 1.5, '1.5'],
    [{ type: 'keyword' }, 2n ** 64n, '18446744073709551616'],
    [{ type: 'keyword' }, true, 'true'],
    [{ type: 'keyword', normalizer: 'lowercase' }, 'ZOË Σ İ', 'zoë σ i'],
    [{ type: 'keyword', ignoreAbove: 3 }, 'abc', 'abc'],
    [{ type: 'keyword', ignoreAbove: 3 }, 'abcd', undefined],
    [{ type: 'keyword', ignoreAbove: 3 }, '😀a', '😀a'],
    [{ type: 'keyword', ignoreAbove: 3 }, '😀😀', undefined],
    [{ type: 'wildcard', ignoreAbove: 3 }, 'abcd', undefined],
    [{ type: 'constant_keyword' }, 'logs', 'logs'],
    [{ type: 'flattened', ignoreAbove: 3 }, 12, '12'],
    [{ type: 'text' }, 12, '12'],
    [{ type: 'match_only_text' }, 'Text', 'Text'],
    [{ type: 'version' }, '1.2.3-rc', '1.2.3-rc'],
    [{ type: 'boolean' }, true, true],
    [{ type: 'boolean' }, 'true', true],
    [{ type: 'boolean' }, 'false', false],
    [{ type: 'boolean' }, '', false],
    [{ type: 'boolean' }, 'yes', undefined],
    [{ type: 'boolean' }, 1, undefined],
    [{ type: 'ip' }, '::FFFF:10.0.0.1', '10.0.0.1'],
    [{ type: 'ip' }, 'host', undefined],
    [{ type: 'ip' }, 167772161, undefined],
    [{ type: 'date' }, '1970-01-01T00:00:01.5Z', 1500],
    [{ type: 'date' }, 15000, 15000],
    [{ type: 'date' }, true, undefined],
    [{ type: 'date', format: 'epoch_second' }, 2, 2000],
    [{ type: 'date_nanos' }, 15000, 15000000000n],
    [{ type: 'geo_point' }, '1,2', undefined],
    [{ type: 'unsupported' }, 'x', undefined],
  ])('%o turns %o into %o', (mapping, value, expected) => {
    expect(coerce(mapping, value)).toBe(expected);
  });

  it.each<[FieldMapping['type'], JsonScalar, unknown]>([
    ['long', 50000, 50000],
    ['long', '50000', 50000],
    ['long', 50000.7, 50000],
    ['long', '50000.7', 50000],
    ['long', -0.5, 0],
    ['long', '1e3', 1000],
    ['long', 9007199254740993n, 9007199254740993n],
    ['long', '9007199254740993', 9007199254740993n],
    ['long', 9223372036854775807n, 9223372036854775807n],
    ['long', 9223372036854775808n, undefined],
    ['long', '-9223372036854775809', undefined],
    ['long', 1e30, undefined],
    ['long', 12n, 12],
    ['long', '0x1f', undefined],
    ['long', 'abc', undefined],
    ['long', '', undefined],
    ['long', true, undefined],
    ['integer', 2147483647, 2147483647],
    ['integer', 2147483648, undefined],
    ['short', -32769, undefined],
    ['byte', 127.9, 127],
    ['byte', 128, undefined],
    ['unsigned_long', 18446744073709551615n, 18446744073709551615n],
    ['unsigned_long', -1, undefined],
    ['double', '1.5', 1.5],
    ['double', ' 1e3 ', 1000],
    ['double', 9007199254740993n, 9007199254740992],
    ['double', 'NaN', undefined],
    ['double', Infinity, undefined],
    ['float', 0.1, Math.fround(0.1)],
    ['float', 1e39, undefined],
    ['half_float', 0.1, 0.0999755859375],
    ['half_float', 2049, 2048],
    ['half_float', 2051, 2052],
    ['half_float', 6e-8, 5.960464477539063e-8],
    ['half_float', 0, 0],
    ['half_float', -65504, -65504],
    ['half_float', 65520, undefined],
  ])('indexes as %s the value %o as %o', (type, value, expected) => {
    expect(coerce({ type }, value)).toBe(expected);
  });

  it('rounds scaled floats to their factor', () => {
    expect(coerce({ type: 'scaled_float', scalingFactor: 100 }, 1.23567)).toBe(1.24);
    expect(coerce({ type: 'scaled_float', scalingFactor: 10 }, '-0.25')).toBe(-0.2);
  });

  it('takes neither strings nor fractions as whole numbers where coerce is off', () => {
    expect(coerce({ type: 'long', coerce: false }, '5')).toBeUndefined();
    expect(coerce({ type: 'long', coerce: false }, 5.5)).toBeUndefined();
    expect(coerce({ type: 'long', coerce: false }, 5)).toBe(5);
    expect(coerce({ type: 'double', coerce: false }, '5')).toBeUndefined();
  });

  it('puts null_value in the place of null, typed like any value', () => {
    expect(coerce({ type: 'keyword', nullValue: 'NULL' }, null)).toBe('NULL');
    expect(coerce({ type: 'long', nullValue: '7' }, null)).toBe(7);
    expect(coerce({ type: 'long', nullValue: 7 }, '')).toBe(7);
    expect(coerce({ type: 'keyword', nullValue: 'NULL' }, '')).toBe('');
    expect(coerce({ type: 'keyword' }, null)).toBeUndefined();
  });

  it.each(['5', 5, 5.5, true, 2n ** 60n])('leaves %o of an unmapped field as it is', (value) => {
    expect(coerce({ type: 'keyword', isRaw: true }, value)).toBe(value);
  });
});

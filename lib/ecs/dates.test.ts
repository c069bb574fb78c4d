import { describe, expect, it } from 'vitest';
import { parseDate, parseDateNanos } from './dates';

const utc = (text: string) => Date.parse(text);

describe('parseDate by the default format', () => {
  it.each([
    ['2017-08-30T20:47:31.123Z', utc('2017-08-30T20:47:31.123Z')],
    ['2017-08-30T20:47:31.1239999Z', utc('2017-08-30T20:47:31.123Z')],
    ['2017-08-30T20:47:31.123456789Z', utc('2017-08-30T20:47:31.123Z')],
    ['2020-02-29T23:59:59.999Z', utc('2020-02-29T23:59:59.999Z')],
    ['0050-01-01T00:00:00.000Z', utc('0050-01-01T00:00:00.000Z')],
    ['2017-08-30T20:47:31,5Z', utc('2017-08-30T20:47:31.500Z')],
    ['2017-08-30T20:47:31', utc('2017-08-30T20:47:31Z')],
    ['2017-08-30T20:47:31+02:00', utc('2017-08-30T18:47:31Z')],
    ['2017-08-30T20:47-0530', utc('2017-08-31T02:17:00Z')],
    ['2017-08-30T20+02', utc('2017-08-30T18:00:00Z')],
    ['2017-08-30T20Z', utc('2017-08-30T20:00:00Z')],
    ['2017-08-30T', utc('2017-08-30')],
    ['2017-08-30', utc('2017-08-30')],
    ['2017-08', utc('2017-08-01')],
    ['2017', utc('2017-01-01')],
    ['0050-01-01', utc('0050-01-01')],
    ['2020-02-29', utc('2020-02-29')],
    ['1969-12-31T23:59:59.9999Z', -1],
    ['1', 1],
    ['-5', -5],
    ['1504126051123', 1504126051123],
    ['1504126051123.9', 1504126051123],
    ['-1.5', -2],
  ])('reads %s', (text, expected) => {
    expect(parseDate(text)).toBe(expected);
  });

  it.each([
    [1504126051123, 1504126051123],
    [1504126051123.9, 1504126051123],
    [0, 0],
    [-1500, -1500],
    [20170, 20170],
    [116444736000000000n, 116444736000000000],
  ])('reads the number %s as epoch milliseconds', (number, expected) => {
    expect(parseDate(number)).toBe(expected);
  });

  it('reads a number of four digits as a year, as Elasticsearch does', () => {
    expect(parseDate(2017)).toBe(utc('2017-01-01'));
  });

  it.each([
    '',
    'yesterday',
    '2017-8-3',
    '2017-13-01',
    '2017-02-29',
    '2017-02-30T20:47:31.123Z',
    '2017-08-00T20:47:31.123Z',
    '2017-08-30T20:47:61.123Z',
    '2017-08-15T25:47:31.123Z',
    '2017-08-15T20:4x:31.123Z',
    '2017-08-30T24:00:00Z',
    '2017-08-30T20:60Z',
    '2017-08-30 20:47:31',
    '2017-08-30Z',
    '30/08/2017',
    '1e12',
    ' 2017-08-30',
  ])('does not read %j', (text) => {
    expect(parseDate(text)).toBeUndefined();
  });
});

describe('parseDate by other formats', () => {
  it.each([
    ['dd-MM-yyyy', '13-12-2022', utc('2022-12-13')],
    ['yyyy/MM/dd HH:mm:ss', '2015/01/31 23:59:58', utc('2015-01-31T23:59:58Z')],
    ['yyyy/MM/dd HH:mm:ss||yyyy/MM/dd||epoch_millis', '2015/01/31', utc('2015-01-31')],
    ['yyyy/MM/dd HH:mm:ss||yyyy/MM/dd||epoch_millis', '1500', 1500],
    ['epoch_second', '1504126051', 1504126051000],
    ['epoch_second', '1504126051.25', 1504126051250],
    ['epoch_second', '-0.5', -500],
    ['yyyyMMdd', '20150131', utc('2015-01-31')],
    [
      "yyyy-MM-dd'T'HH:mm:ss.SSSSSSSSSXXX",
      '2015-01-31T10:00:00.123456789+01:00',
      utc('2015-01-31T09:00:00.123Z'),
    ],
    ['MMM d, yyyy h:mm:ss a', 'Jan 5, 2015 12:30:00 AM', utc('2015-01-05T00:30:00Z')],
    ['EEE MMM dd HH:mm:ss Z yyyy', 'Mon Jan 05 10:00:00 +0100 2015', utc('2015-01-05T09:00:00Z')],
    ["d MMMM yy 'at' H", '5 January 15 at 7', utc('2015-01-05T07:00:00Z')],
    ['HH:mm', '10:30', utc('1970-01-01T10:30:00Z')],
    ['yyyy-MM-dd[ HH:mm]', '2015-01-31', utc('2015-01-31')],
    ['yyyy-MM-dd[ HH:mm]', '2015-01-31 08:00', utc('2015-01-31T08:00:00Z')],
    ['date_optional_time', '2015-1-5T7:30', utc('2015-01-05T07:30:00Z')],
    ['strict_date_time', '2015-01-31T10:00:00.123Z', utc('2015-01-31T10:00:00.123Z')],
    ['basic_date', '20150131', utc('2015-01-31')],
    ['strict_year_month', '2015-03', utc('2015-03-01')],
  ])('%s reads %s', (format, text, expected) => {
    expect(parseDate(text, format)).toBe(expected);
  });

  it.each([
    ['dd-MM-yyyy', '2022-12-13'],
    ['dd-MM-yyyy', '31-02-2022'],
    ['yyyy.MM.dd', '2022x12x13'],
    ['epoch_second', '2015-01-31'],
  ])('%s does not read %s', (format, text) => {
    expect(parseDate(text, format)).toBeUndefined();
  });

  it.each(['YYYY-ww', 'constructor', 'basic_ordinal_date'])(
    'says that %s is not known',
    (format) => {
      expect(() => parseDate('2015', format)).toThrow(
        /^".+" in the date format ".+" is not known\.$/,
      );
    },
  );
});

describe('parseDateNanos', () => {
  it.each([
    ['2015-01-01T12:10:30.123456789Z', 1420114230123456789n],
    ['2015-01-01T12:10:30.1Z', 1420114230100000000n],
    [1420114230123, 1420114230123000000n],
    ['1420114230123.000001', 1420114230123000001n],
    [116444736000, 116444736000000000n],
    ['1970-01-01', 0n],
  ])('keeps every nanosecond of %s', (value, expected) => {
    expect(parseDateNanos(value)).toBe(expected);
  });

  it.each(['1969-12-31T23:59:59Z', '2263-01-01', 'x'])(
    'does not read %s: before 1970, beyond 64 bits, no date',
    (value) => {
      expect(parseDateNanos(value)).toBeUndefined();
    },
  );
});

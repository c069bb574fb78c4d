import { describe, expect, it } from 'vitest';
import { checkQuery, readQuery, type CheckOptions } from './check';
import { EqlError, formatProblem } from './error';
import { parseQuery } from './parser';
import type { FieldInfo, Schema } from './types';

const fields: Readonly<Record<string, FieldInfo>> = {
  'event.category': { type: 'keyword' },
  'process.name': { type: 'keyword' },
  'process.pid': { type: 'long' },
  'host.id': { type: 'keyword' },
  'source.ip': { type: 'ip' },
  process: { type: 'object' },
  created: { type: 'date' },
  ratio: { type: 'double' },
  flag: { type: 'boolean' },
  message: { type: 'text' },
  title: { type: 'text', exact: 'title.keyword' },
  seen: { type: 'keyword', dynamic: true },
};
const schema: Schema = { field: (name) => fields[name], names: () => Object.keys(fields) };

function problemsOf(text: string, options: CheckOptions = { schema }): string[] {
  return checkQuery(parseQuery(text), text, options).map((problem) => formatProblem(text, problem));
}

function firstLines(condition: string): string[] {
  return problemsOf(`any where ${condition}`).map((problem) => problem.split('\n', 1)[0] ?? '');
}

describe('a query that parses and cannot run', () => {
  it('says why, where, and what to write', () => {
    expect(problemsOf('process where proces.name == "cmd.exe"').join('\n')).toMatchInlineSnapshot(`
      "1:15 Unknown field "proces.name".
       1 | process where proces.name == "cmd.exe"
         |               ^^^^^^^^^^^
      Did you mean "process.name"?"
    `);
    expect(problemsOf('any where process.pid : "1*"').join('\n')).toMatchInlineSnapshot(`
      "1:11 First argument of [process.pid : "1*"] must be [string], found value [process.pid] type [long].
       1 | any where process.pid : "1*"
         |           ^^^^^^^^^^^
      Use "==" or "in"."
    `);
    expect(problemsOf('any where process.name == host.id').join('\n')).toMatchInlineSnapshot(`
      "1:27 Comparisons against fields are not (currently) supported; offender [host.id] in [==].
       1 | any where process.name == host.id
         |                           ^^^^^^^
      Compare with a constant; to relate two events, use join keys."
    `);
    expect(problemsOf('any where match(process.name, "a")').join('\n')).toMatchInlineSnapshot(`
      "1:11 Unknown function [match].
       1 | any where match(process.name, "a")
         |           ^^^^^
      Write: field regex "pattern", or field regex ("first", "second")."
    `);
    expect(problemsOf('any where process.name').join('\n')).toMatchInlineSnapshot(`
      "1:11 Condition expression needs to be boolean, found [KEYWORD].
       1 | any where process.name
         |           ^^^^^^^^^^^^
      Compare it: process.name == ..., or process.name != null for "is there"."
    `);
    expect(problemsOf('sample [any where true] [any where true]').join('\n'))
      .toMatchInlineSnapshot(`
      "1:1 A sample must have at least one join key; found none.
       1 | sample [any where true] [any where true]
         | ^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^
      Write for example: sample by host.id"
    `);
    expect(problemsOf('sequence by host.id [any where true] ![any where true]').join('\n'))
      .toMatchInlineSnapshot(`
      "1:38 [maxspan] is required for sequences with missing events queries; found none.
       1 | sequence by host.id [any where true] ![any where true]
         |                                      ^^^^^^^^^^^^^^^^^
      Write for example: sequence with maxspan=5m"
    `);
    expect(problemsOf('sequence [any where true] by host.id [any where true]').join('\n'))
      .toMatchInlineSnapshot(`
      "1:38 Inconsistent number of join keys specified; expected [1] but found [0].
       1 | sequence [any where true] by host.id [any where true]
         |                                      ^^^^^^^^^^^^^^^^
      Each stage, until included, needs as many keys as the first one."
    `);
    expect(
      problemsOf('sequence [any where true] by host.id [any where true] by process.pid').join('\n'),
    ).toMatchInlineSnapshot(`
      "1:58 Sequence key [process.pid] type [long] is incompatible with key [host.id] type [keyword].
       1 | sequence [any where true] by host.id [any where true] by process.pid
         |                                                          ^^^^^^^^^^^"
    `);
  });

  it('has all its problems told, in the order of the text', () => {
    const text = 'sequence by hots.id [any where nosuch(1)] [any where process.nam : 5]';
    expect(() => readQuery(text, { schema })).toThrow(EqlError);
    expect(problemsOf(text).map((problem) => problem.split('\n', 1)[0])).toEqual([
      '1:13 Unknown field "hots.id".',
      '1:32 Unknown function [nosuch].',
      '1:54 Unknown field "process.nam".',
      '1:68 Second argument of [process.nam : 5] must be [string], found value [5] type [integer].',
    ]);
  });

  it.each([
    ['process == "a"', '1:11 Cannot use field [process] type [object].'],
    [
      'message == "a"',
      '1:11 [message == "a"] cannot operate on field of data type [text]: No keyword/multi-field defined exact matches for [message].',
    ],
    ['5', '1:11 Condition expression needs to be boolean, found [INTEGER].'],
    ['length(process.name)', '1:11 Condition expression needs to be boolean, found [INTEGER].'],
    [
      'process.name + 1 == 2',
      '1:11 Argument of [process.name + 1] must be [numeric], found value [process.name] type [keyword].',
    ],
    [
      '-flag == 1',
      '1:12 Argument of [-flag] must be [numeric], found value [flag] type [boolean].',
    ],
    [
      'source.ip : "10.*"',
      '1:11 First argument of [source.ip : "10.*"] must be [string], found value [source.ip] type [ip].',
    ],
    [
      'process.pid in~ (1, 2)',
      '1:11 First argument of [process.pid in~ (1, 2)] must be [string], found value [process.pid] type [long].',
    ],
    [
      'process.name in (host.id)',
      '1:28 Comparisons against fields are not (currently) supported; offender [host.id] in [process.name in (host.id)].',
    ],
    ['process.name : null', '1:26 [:] needs a string, found [null].'],
    [
      'startsWith(process.name)',
      '1:11 Error building [startsWith]: expects exactly two arguments, found [1].',
    ],
    [
      'length(process.pid) == 1',
      '1:18 Argument of [length(process.pid)] must be [string], found value [process.pid] type [long].',
    ],
    [
      'substring(process.name, ratio) == "a"',
      '1:35 Second argument of [substring(process.name, ratio)] must be [integer], found value [ratio] type [double].',
    ],
    ['length~(process.name) == 1', '1:11 Function [length] has no case-insensitive form.'],
    [
      'cidrMatch(source.ip, host.id)',
      '1:32 Second argument of [cidrMatch(source.ip, host.id)] must be a constant, received [host.id].',
    ],
    ['cidrMatch(source.ip, "10.0.0.0/33")', '1:32 [10.0.0.0/33] is no network.'],
    ['cidrMatch(source.ip, "10.0.0.010/8")', '1:32 [10.0.0.010/8] is no network.'],
    ['1 / 0 == 1', '1:11 [1 / 0] has no value: division by zero, or beyond a long.'],
    ['number("x") == 1', '1:11 Cannot convert [number("x")] to a number.'],
    ['process.name regex "(a"', '1:30 Regular expression [(a]: The group has no closing ")"'],
    ['("a" regex "(") == true', '1:22 Regular expression [(]: The group has no closing ")"'],
  ])('%s: %s', (condition, message) => {
    expect(firstLines(condition)).toContain(message);
  });
});

describe('a query that runs', () => {
  it.each([
    '?nosuch == 1',
    'title == "a"',
    'flag',
    'flag and process.pid > 5',
    'process.pid == "123"',
    'seen : "a" or seen > 5',
    'created > "2020-01-01"',
    'process.name == null',
    '"a" == process.name',
    'length(process.name) > 3 and 1 + 1 == 2',
    'cidrMatch(source.ip, "10.0.0.0/8", "::1")',
    'LENGTH(process.name) == 1',
    'substring(process.name, -3) in~ ("exe")',
  ])('%s', (condition) => {
    expect(firstLines(condition)).toEqual([]);
  });

  it('needs no schema: without one, fields are not judged', () => {
    expect(problemsOf('process where nosuch == "a" and other : 5', {})).toHaveLength(1);
    expect(problemsOf('process where nosuch == "a" and other > 5', {})).toEqual([]);
  });

  it('is warned of a category that nobody knows', () => {
    const options = { schema, categories: ['process', 'network'] };
    expect(problemsOf('proces where true', options).join('\n')).toMatchInlineSnapshot(`
      "1:1 Warning: Unknown event category "proces".
       1 | proces where true
         | ^^^^^^
      Did you mean "process"?"
    `);
    expect(readQuery('proces where true', options).warnings).toHaveLength(1);
    expect(problemsOf('any where true', options)).toEqual([]);
  });

  it('needs the category field, unless it says any', () => {
    const options = { schema, categoryField: 'kind' };
    expect(problemsOf('process where true', options)).toHaveLength(1);
    expect(problemsOf('any where true', options)).toEqual([]);
  });
});

describe('a hostile query', () => {
  const manyNames: Schema = {
    field: () => undefined,
    names: () => Array.from({ length: 3_000 }, (_, index) => `some.field.name${index}`),
  };

  it.each([
    ['unknown fields', Array.from({ length: 20_000 }, (_, index) => `f${index} == 1`).join(' or ')],
    ['a list of fields', `a in (${'b, '.repeat(100_000)}c)`],
    ['a list of numbers', `a : (${'1, '.repeat(100_000)}2)`],
    ['a nested list', `(${'a or '.repeat(100_000)}b) or c`],
  ])('with %s is answered in a second, with at most 100 problems', (_name, condition) => {
    const text = `any where ${condition}`;
    const startedAt = performance.now();
    expect(checkQuery(parseQuery(text), text, { schema: manyNames }).length).toBeLessThanOrEqual(
      101,
    );
    expect(performance.now() - startedAt).toBeLessThan(3_000);
  });
});

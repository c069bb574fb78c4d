import { describe, expect, it } from 'vitest';
import { parseExpression, type FieldInfo, type Schema } from '@/lib/eql';
import { capabilitiesFor } from './field-capabilities';
import type { ElasticsearchFilter } from './query-dsl';
import { toElasticsearchFilter } from './to-filter';

const FIELDS: Readonly<Record<string, FieldInfo>> = {
  'process.name': { type: 'keyword' },
  'process.name.caseless': { type: 'keyword', normalizer: 'lowercase' },
  message: { type: 'text', exact: 'message.keyword' },
  'message.keyword': { type: 'keyword' },
  labels: { type: 'flattened' },
  fixed: { type: 'constant_keyword' },
  pid: { type: 'long' },
  big: { type: 'unsigned_long' },
  ratio: { type: 'float' },
  score: { type: 'double' },
  signed: { type: 'boolean' },
  '@timestamp': { type: 'date' },
  precise: { type: 'date_nanos' },
  'source.ip': { type: 'ip' },
  package: { type: 'version' },
};
const schema: Schema = { field: (name) => FIELDS[name], names: () => Object.keys(FIELDS) };

function translate(text: string) {
  return toElasticsearchFilter(parseExpression(text), schema, {
    field: (name) => FIELDS[name] && capabilitiesFor(FIELDS[name].type, FIELDS[name].normalizer),
  });
}

const term = (field: string, value: unknown): ElasticsearchFilter => ({
  term: { [field]: { value } },
});
const insensitive = (field: string, value: string): ElasticsearchFilter => ({
  term: { [field]: { value, case_insensitive: true } },
});
const wildcard = (value: string, options = {}): ElasticsearchFilter => ({
  wildcard: { 'process.name': { value, ...options } },
});
const range = (field: string, bounds: object): ElasticsearchFilter => ({
  range: { [field]: bounds },
});
const exists = (field: string): ElasticsearchFilter => ({ exists: { field } });
const not = (filter: ElasticsearchFilter): ElasticsearchFilter => ({
  bool: { must_not: [filter] },
});
const either = (...should: ElasticsearchFilter[]): ElasticsearchFilter => ({
  bool: { should, minimum_should_match: 1 },
});
const NONE: ElasticsearchFilter = { match_none: {} };
const ALL: ElasticsearchFilter = { match_all: {} };
const ANY_CASE = { case_insensitive: true };

describe('toElasticsearchFilter', () => {
  it.each<[string, ElasticsearchFilter]>([
    ['process.name == "cmd.exe"', term('process.name', 'cmd.exe')],
    ['process.name != "cmd.exe"', not(term('process.name', 'cmd.exe'))],
    ['process.name == null', not(exists('process.name'))],
    ['process.name != null', exists('process.name')],
    ['(pid > 3) == null', not(exists('pid'))],
    ['process.name > "m"', range('process.name', { gt: 'm' })],
    ['process.name == 5', term('process.name', '5')],
    ['message == "whole"', term('message.keyword', 'whole')],
    ['fixed == "x"', term('fixed', 'x')],
    ['process.name.caseless == "CMD.exe"', term('process.name.caseless', 'cmd.exe')],
    ['process.name in ("a", "b")', { terms: { 'process.name': ['a', 'b'] } }],
    ['process.name not in ("a", "b")', not({ terms: { 'process.name': ['a', 'b'] } })],
    [
      'process.name in~ ("a*", "b")',
      either(insensitive('process.name', 'a*'), insensitive('process.name', 'b')),
    ],
    ['process.name : "cmd.exe"', insensitive('process.name', 'cmd.exe')],
    ['process.name : "7"', term('process.name', '7')],
    ['process.name : "*"', exists('process.name')],
    ['process.name : "c:\\\\*\\\\a?.exe"', wildcard('c:\\\\*\\\\a?.exe', ANY_CASE)],
    ['process.name like "a**b"', wildcard('a*b')],
    ['process.name like ("a", "b")', { terms: { 'process.name': ['a', 'b'] } }],
    [
      'process.name like~ ("a*", "b")',
      either(wildcard('a*', ANY_CASE), insensitive('process.name', 'b')),
    ],
    ['process.name.caseless like "A*"', { wildcard: { 'process.name.caseless': { value: 'a*' } } }],
    ['process.name regex "a.*"', { regexp: { 'process.name': { value: 'a.*', flags: 'ALL' } } }],
    [
      'process.name regex~ "a.*"',
      { regexp: { 'process.name': { value: 'a.*', flags: 'ALL', case_insensitive: true } } },
    ],
    ['pid == 5', term('pid', 5)],
    ['pid == 5.5', NONE],
    ['pid == "5"', term('pid', 5)],
    ['pid == 9223372036854775807', term('pid', '9223372036854775807')],
    ['pid > 5', range('pid', { gt: 5 })],
    ['pid > 5.5', range('pid', { gt: 5 })],
    ['pid < -5.5', range('pid', { lte: -6 })],
    ['pid in (1, 2)', { terms: { pid: [1, 2] } }],
    ['ratio >= 0.5', range('ratio', { gte: 0.5 })],
    ['score >= 0.1', range('score', { gte: 0.1 })],
    ['signed', term('signed', true)],
    ['signed == false', term('signed', false)],
    [
      '@timestamp == "2020-01-01"',
      range('@timestamp', { gte: 1577836800000, lt: 1577923200000, format: 'epoch_millis' }),
    ],
    [
      '@timestamp > "2020-01-01"',
      range('@timestamp', { gte: 1577923200000, format: 'epoch_millis' }),
    ],
    [
      '@timestamp <= "2020-01-01"',
      range('@timestamp', { lt: 1577923200000, format: 'epoch_millis' }),
    ],
    [
      'precise > "2020-01-01T00:00:00.0000005Z"',
      range('precise', {
        gte: '2020-01-01T00:00:00.000000501Z',
        format: 'strict_date_optional_time_nanos',
      }),
    ],
    ['source.ip == "0:0:0:0:0:0:0:1"', term('source.ip', '::1')],
    ['source.ip == "10.0.0.0/8"', term('source.ip', '10.0.0.0/8')],
    [
      'source.ip in ("::1", "10.0.0.0/8")',
      either(term('source.ip', '::1'), term('source.ip', '10.0.0.0/8')),
    ],
    [
      'cidrMatch(source.ip, "10.0.0.0/8", "fe80::/10")',
      either(term('source.ip', '10.0.0.0/8'), term('source.ip', 'fe80::/10')),
    ],
    ['startsWith(process.name, "a*")', { prefix: { 'process.name': { value: 'a*' } } }],
    ['startsWith~(process.name, "a*\\\\")', wildcard('a\\*\\\\*', ANY_CASE)],
    ['endsWith(process.name, "?.exe")', wildcard('*\\?.exe')],
    ['stringContains~(process.name, "x")', wildcard('*x*', ANY_CASE)],
    ['stringContains(process.name, "")', NONE],
    ['startsWith("ab", process.name)', { terms: { 'process.name': ['', 'a', 'ab'] } }],
    [
      'startsWith~("a", process.name)',
      either(term('process.name', ''), insensitive('process.name', 'a')),
    ],
    ['substring(process.name, 0, 2) == "ab"', { prefix: { 'process.name': { value: 'ab' } } }],
    ['substring(process.name, -4) == ".exe"', wildcard('*.exe')],
    ['length(process.name) > 0', wildcard('?*')],
    ['length(process.name) >= 0', exists('process.name')],
    ['pid + 1 == 5', range('pid', { gte: 4, lte: 4 })],
    ['10 - pid > 3', range('pid', { gte: '-9223372036854775797', lte: 6 })],
    ['pid * 2 == 5', NONE],
    ['pid / 2 == 0', range('pid', { gte: -1, lte: 1 })],
    ['-(pid * 2) >= 3', range('pid', { gte: '-4611686018427387903', lte: -2 })],
    [
      'process.name == "a" and pid == 1',
      { bool: { filter: [term('process.name', 'a'), term('pid', 1)] } },
    ],
    ['process.name == "a" or pid == 1', either(term('process.name', 'a'), term('pid', 1))],
    [
      'not (process.name == "a" and pid == 1)',
      not({ bool: { filter: [term('process.name', 'a'), term('pid', 1)] } }),
    ],
    ['?unmapped == null', ALL],
    ['not ?unmapped : "a"', NONE],
  ])('says %s exactly', (text, filter) => {
    expect(translate(text)).toMatchObject({ lower: filter, upper: filter, exact: true });
  });

  const longer = {
    regexp: { 'process.name': { value: '[^\u{10000}-\u{10ffff}]{4,}', flags: 'ALL' } },
  };
  const perhapsLonger = { regexp: { 'process.name': { value: '.{2,}', flags: 'ALL' } } };
  it.each<[string, ElasticsearchFilter, ElasticsearchFilter]>([
    ['length(process.name) > 3', longer, perhapsLonger],
    ['not (length(process.name) > 3)', not(perhapsLonger), not(longer)],
    ['indexOf(process.name, "a") == 2', NONE, exists('process.name')],
    ['indexOf(process.name, "a") == null', not(exists('process.name')), ALL],
    ['pid % 2 == 1', NONE, exists('pid')],
    ['ratio == 0.1', NONE, exists('ratio')],
    ['package == "1.2"', NONE, exists('package')],
    ['labels : "a*"', NONE, exists('labels')],
    ['process.name.caseless == "É"', NONE, exists('process.name.caseless')],
    ['concat(process.name, pid) == "a1"', NONE, ALL],
    [
      'process.name == "a" and pid % 2 == 1',
      NONE,
      { bool: { filter: [term('process.name', 'a'), exists('pid')] } },
    ],
    [
      'process.name == "a" or pid % 2 == 1',
      term('process.name', 'a'),
      either(term('process.name', 'a'), exists('pid')),
    ],
  ])('says %s between two filters', (text, lower, upper) => {
    expect(translate(text)).toMatchObject({ lower, upper, exact: false });
  });

  it('names the leaves that are left to the evaluator', () => {
    const { leaves } = translate('process.name == "a" and pid % 2 == 1');
    expect(leaves.map(({ leaf, exact }) => [leaf.kind, exact])).toEqual([
      ['comparison', true],
      ['comparison', false],
    ]);
  });
});

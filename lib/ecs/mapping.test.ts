import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { fieldReader } from './field-reader';
import { parseJson, type JsonObject, type JsonValue } from './json';
import { ecsMapping, fromElasticsearchMapping, type Mapping } from './mapping';

const mapped = (properties: JsonObject, root: JsonObject = {}) =>
  fromElasticsearchMapping({ ...root, properties });

/** A mapping without declared fields that has seen the documents. */
const observed = (documents: JsonObject[], root: JsonObject = {}): Mapping => {
  const mapping = mapped({}, root);
  for (const document of documents) mapping.observe(document);
  return mapping;
};

describe('ecsMapping', () => {
  it.each([
    ['process.name', { type: 'keyword' }],
    ['process.command_line', { type: 'wildcard' }],
    ['process.command_line.text', { type: 'match_only_text' }],
    ['message', { type: 'match_only_text' }],
    ['source.ip', { type: 'ip' }],
    ['process.pid', { type: 'long' }],
    ['@timestamp', { type: 'date' }],
    ['process.code_signature.trusted', { type: 'boolean' }],
    ['host.cpu.usage', { type: 'scaled_float' }],
    ['event.risk_score', { type: 'float' }],
    ['data_stream.dataset', { type: 'constant_keyword' }],
    ['file.pe.imports', { type: 'flattened' }],
    ['file.pe.imports.kernel32', { type: 'keyword' }],
    ['file.pe.sections', { type: 'nested' }],
    ['file.pe.sections.name', undefined],
    ['labels', { type: 'object' }],
    ['labels.team', { type: 'keyword' }],
    ['process', { type: 'object' }],
    ['winlog.event_id', { type: 'keyword' }],
    ['winlog.process.thread.id', { type: 'long' }],
    ['winlog.event_data', { type: 'object' }],
    ['winlog.event_data.TargetUserName', { type: 'keyword' }],
    ['process.parent.Ext.real.pid', { type: 'long' }],
    ['dll.Ext.relative_file_creation_time', { type: 'double' }],
    ['process.name.caseless', { type: 'keyword', normalizer: 'lowercase' }],
    ['proces.name', undefined],
    ['constructor', undefined],
  ])('knows %s as %o', (name, expected) => {
    expect(ecsMapping().field(name)).toEqual(expected);
  });

  it('takes any other name for a field where asked, but not objects and what lies below nested ones', () => {
    const mapping = ecsMapping({ unknownFields: 'dynamic' });
    expect(mapping.field('okta.actor.id')).toEqual({ type: 'keyword', dynamic: true });
    expect(mapping.field('process.name')).toEqual({ type: 'keyword' });
    expect(mapping.field('process')).toEqual({ type: 'object' });
    expect(mapping.field('file.pe.sections.name')).toBeUndefined();
    const read = fieldReader(mapping, 'okta.count');
    expect([5, '5', true].map((count) => read({ okta: { count } }))).toEqual([5, '5', true]);
  });

  it('adds the fields of observed documents, values left as they are', () => {
    const mapping = ecsMapping();
    mapping.observe({ okta: { count: 5 }, process: { name: 'x' }, labels: { a: 1 } });
    expect(mapping.field('okta.count')).toEqual({ type: 'keyword', dynamic: true });
    expect(fieldReader(mapping, 'okta.count')({ 'okta.count': 5 })).toBe(5);
    expect([...mapping.names()]).toContain('okta.count');
    expect([...mapping.names()]).not.toContain('labels.a');
    expect(ecsMapping().field('okta.count')).toBeUndefined();
  });

  it('names about all of ECS', () => {
    const names = [...ecsMapping().names()];
    expect(names.length).toBeGreaterThan(2_000);
    expect(new Set(names).size).toBe(names.length);
    for (const name of names) expect(name).toMatch(/^(@timestamp|[A-Za-z_]\w*(\.\w+)*)$/);
  });
});

describe('fromElasticsearchMapping', () => {
  const properties = { a: { properties: { b: { type: 'long' } } } };

  it.each<[string, JsonObject]>([
    ['properties', { properties }],
    ['mappings', { mappings: { properties } }],
    ['an index', { 'logs-1': { mappings: { properties } } }],
  ])('reads %s', (_, json) => {
    const mapping = fromElasticsearchMapping(json);
    expect([...mapping.names()]).toEqual(['a.b']);
    expect(mapping.field('a')).toEqual({ type: 'object' });
  });

  it('gives text fields their one exact sub-field', () => {
    const keyword = { type: 'keyword' };
    const mapping = mapped({
      one: { type: 'text', fields: { raw: keyword, english: { type: 'text' } } },
      two: { type: 'text', fields: { raw: keyword, keyword } },
      folded: { type: 'text', fields: { raw: { ...keyword, normalizer: 'lowercase' } } },
      none: { type: 'text' },
    });
    expect(mapping.field('one')).toEqual({ type: 'text', exact: 'one.raw' });
    expect(mapping.field('two')).toEqual({ type: 'text' });
    expect(mapping.field('folded')).toEqual({ type: 'text' });
    expect(mapping.field('none')).toEqual({ type: 'text' });
    expect(mapping.field('folded.raw')).toEqual({ type: 'keyword', normalizer: 'lowercase' });
  });

  it('answers for an alias with its target', () => {
    const mapping = mapped({ kind: { type: 'ip' }, other: { type: 'alias', path: 'kind' } });
    expect(mapping.field('other')).toEqual({ type: 'ip' });
    expect([...mapping.names()]).toEqual(['kind', 'other']);
  });

  it('knows nothing below nested and disabled objects', () => {
    const mapping = mapped({
      list: { type: 'nested', properties: { a: { type: 'keyword' } } },
      off: { type: 'object', enabled: false, properties: { a: { type: 'keyword' } } },
    });
    expect(mapping.field('list')).toEqual({ type: 'nested' });
    expect(['list.a', 'off', 'off.a'].map((name) => mapping.field(name))).toEqual(
      Array(3).fill(undefined),
    );
  });

  it('says what it does not follow', () => {
    const mapping = fromElasticsearchMapping({
      runtime: { day: { type: 'long' } },
      properties: {
        a: { type: 'keyword', normalizer: 'mine', copy_to: 'all' },
        b: { type: 'rank_feature' },
      },
    });
    expect(mapping.notes).toEqual([
      'The runtime field "day" is ignored: its script does not run here.',
      'The normalizer "mine" of the field "a" is not known and not applied.',
      '"copy_to" of the field "a" is ignored: "all" lacks its values.',
      'The field "b" has the type "rank_feature", which EQL cannot use.',
    ]);
    expect(mapping.field('b')).toEqual({ type: 'unsupported' });
  });

  it.each<[string, JsonValue]>([
    ['A mapping must be a JSON object.', []],
    ['Not an Elasticsearch mapping: it has neither "properties" nor "mappings".', { a: 1 }],
    [
      'The mappings of several indices (a, b): give that of one.',
      { a: { mappings: {} }, b: { mappings: {} } },
    ],
    ['The field "a" must be an object.', { properties: { a: 'keyword' } }],
    [
      'The alias "a" points to "b", which is not a field.',
      { properties: { a: { type: 'alias', path: 'b' } } },
    ],
    [
      'The field "a": "YYYY" in the date format "YYYY-ww" is not known.',
      { properties: { a: { type: 'date', format: 'yyyy||YYYY-ww' } } },
    ],
    ['"dynamic" cannot be "maybe".', { dynamic: 'maybe', properties: {} }],
  ])('refuses a mapping: %s', (message, json) => {
    expect(() => fromElasticsearchMapping(json)).toThrow(message);
  });
});

describe('observe', () => {
  it.each<[string, JsonValue, unknown]>([
    ['whole numbers', 5, { type: 'long' }],
    ['numbers beyond 2^53', 2n ** 60n, { type: 'long' }],
    ['decimals', 5.5, { type: 'float' }],
    ['booleans', false, { type: 'boolean' }],
    ['strings', 'x', { type: 'text', exact: 'f.keyword' }],
    ['strings of digits', '2017', { type: 'text', exact: 'f.keyword' }],
    ['dates', '2017-08-30', { type: 'date' }],
    ['dates with slashes', '2017/08/30', { type: 'date' }],
    ['the first value of arrays', [null, [], ['x', 1]], { type: 'text', exact: 'f.keyword' }],
    ['objects', { a: 1 }, { type: 'object' }],
    ['null', null, undefined],
    ['empty arrays', [[], [null]], undefined],
  ])('types %s as Elasticsearch does', (_, value, expected) => {
    expect(observed([{ f: value }]).field('f')).toEqual(expected);
  });

  it('keeps the first type seen: decimals in a long lose their fraction', () => {
    const mapping = observed([{ n: 1 }, { n: 1.5 }, { n: 'x' }]);
    expect(mapping.field('n')).toEqual({ type: 'long' });
    expect(fieldReader(mapping, 'n')({ n: [1.5, '7', 'x'] })).toEqual([1, 7]);
  });

  it('gives strings a keyword sub-field of at most 256 characters', () => {
    const mapping = observed([{ tags: 'x' }]);
    expect(mapping.field('tags.keyword')).toEqual({ type: 'keyword' });
    const document = { tags: ['x'.repeat(256), 'x'.repeat(257)] };
    expect(fieldReader(mapping, 'tags.keyword')(document)).toBe('x'.repeat(256));
  });

  it('finds fields in objects, arrays of objects and dotted keys', () => {
    const mapping = observed([{ a: [{ b: 1 }, { c: { d: true } }], 'x.y': { z: 2 } }]);
    expect([...mapping.names()]).toEqual(['a.b', 'a.c.d', 'x.y.z']);
    expect(mapping.field('x.y')).toEqual({ type: 'object' });
  });

  it('does not touch what is declared', () => {
    const mapping = mapped({
      port: { type: 'keyword' },
      list: { type: 'nested' },
      labels: { type: 'flattened' },
      off: { enabled: false },
    });
    mapping.observe({
      port: 80,
      list: [{ a: 1 }],
      'list.b': 1,
      labels: { a: 1 },
      'labels.b': 1,
      off: { a: 1 },
      'port.c': 1,
    });
    expect([...mapping.names()]).toEqual(['port', 'labels']);
  });

  it.each(['false', 'strict', false])('adds nothing where dynamic is %s', (dynamic) => {
    const mapping = mapped({ open: { dynamic: true, properties: {} } }, { dynamic });
    mapping.observe({ a: 1, 'open.b': 1, open: { c: { d: 1 } }, other: { e: 1 } });
    expect([...mapping.names()]).toEqual(['open.b', 'open.c.d']);
  });

  it('makes keywords of strings where dynamic is runtime', () => {
    const mapping = observed([{ a: 'x', n: 1.5 }], { dynamic: 'runtime' });
    expect(mapping.field('a')).toEqual({ type: 'keyword' });
    expect(mapping.field('n')).toEqual({ type: 'double' });
  });

  it('looks for dates and numbers in strings as the mapping says', () => {
    const root = { date_detection: false, numeric_detection: true };
    const mapping = observed([{ day: '2017-08-30', n: '5', d: '5.5' }], root);
    expect(['day', 'n', 'd'].map((name) => mapping.field(name)?.type)).toEqual([
      'text',
      'long',
      'float',
    ]);
    const own = observed([{ day: '30.08.2017' }], { dynamic_date_formats: ['dd.MM.yyyy'] });
    expect(fieldReader(own, 'day')({ day: '30.08.2017' })).toBe(Date.parse('2017-08-30'));
  });

  it('asks dynamic templates first', () => {
    const mapping = observed(
      [{ a: 'x', event_data: { Port: 5, Name: 'x' }, long_id: 7, note: 'y' }],
      {
        dynamic_templates: [
          { data: { path_match: 'event_data.*', mapping: { type: 'keyword' } } },
          {
            ids: {
              match: ['*_id'],
              match_mapping_type: 'long',
              mapping: { type: '{dynamic_type}' },
            },
          },
          {
            text: {
              match_mapping_type: 'string',
              unmatch: 'n*',
              mapping: { type: 'keyword', ignore_above: 2 },
            },
          },
        ],
      },
    );
    expect(
      ['event_data.Port', 'event_data.Name', 'long_id', 'a', 'note'].map(
        (name) => mapping.field(name)?.type,
      ),
    ).toEqual(['keyword', 'keyword', 'long', 'keyword', 'text']);
    expect(fieldReader(mapping, 'a')({ a: 'xyz' })).toBeUndefined();
  });
});

const corpora = process.env.WATCHFLOOR_CORPORA ?? '../shared/corpora';
const folder = join(corpora, 'eql-conformance', 'data');

describe.skipIf(!existsSync(folder))(`the conformance data (skipped without ${folder})`, () => {
  const names = existsSync(folder)
    ? readdirSync(folder).flatMap((file) => file.match(/^(.*)\.mapping\.json$/)?.[1] ?? [])
    : [];

  it.each(names)('of %s keeps every value, strings and numbers as they are', (name) => {
    const mapping = fromElasticsearchMapping(
      parseJson(readFileSync(join(folder, `${name}.mapping.json`), 'utf8')),
    );
    const lines = readFileSync(join(folder, `${name}.ndjson`), 'utf8')
      .trim()
      .split('\n');
    const documents = lines.map((line) => parseJson(line) as JsonObject);
    for (const document of documents) mapping.observe(document);
    for (const document of documents) {
      for (const [key, value] of Object.entries(document)) {
        if (value === null || value === undefined || typeof value === 'object') continue;
        const isDate = mapping.field(key)?.type.startsWith('date');
        const read = fieldReader(mapping, key)(document);
        if (isDate)
          expect(read, key).toBeTypeOf(mapping.field(key)?.type === 'date' ? 'number' : 'bigint');
        else expect(read, key).toBe(value);
      }
    }
  });
});

import { describe, expect, it } from 'vitest';
import { fieldReader, readAll } from './field-reader';
import { parseJson, type JsonObject, type JsonValue } from './json';
import { ecsMapping, fromElasticsearchMapping } from './mapping';

const keywords = (...names: string[]) =>
  fromElasticsearchMapping({
    properties: Object.fromEntries(names.map((name) => [name, { type: 'keyword' }])),
  });

const read = (name: string, document: JsonObject) => fieldReader(keywords(name), name)(document);

describe('fieldReader', () => {
  it.each<[string, JsonObject]>([
    ['nested objects', { process: { parent: { name: 'x' } } }],
    ['one dotted key', { 'process.parent.name': 'x' }],
    ['a dotted key above', { 'process.parent': { name: 'x' } }],
    ['a dotted key below', { process: { 'parent.name': 'x' } }],
    ['objects in an array', { process: [{ parent: [{ name: 'x' }] }] }],
    ['an array of arrays', { process: [[{ 'parent.name': [[['x']]] }]] }],
  ])('finds a field spelled with %s', (_, document) => {
    expect(read('process.parent.name', document)).toBe('x');
  });

  it('collects all spellings of a field, the more nested ones first', () => {
    const document = {
      'a.b.c': 4,
      'a.b': { c: [3] },
      a: { b: { c: 1 }, 'b.c': 2 },
    };
    expect(read('a.b.c', document)).toEqual(['1', '2', '3', '4']);
  });

  it('flattens arrays at any level, keeps order and duplicates, drops null', () => {
    expect(read('a', { a: [1, null, [2, [1]], null] })).toEqual(['1', '2', '1']);
    expect(read('o.a', { o: [{ a: 1 }, null, 7, { a: [2, 3] }, {}] })).toEqual(['1', '2', '3']);
  });

  it.each<[string, JsonValue]>([
    ['null', null],
    ['an empty array', []],
    ['an array of nulls', [null, [null]]],
    ['an object', { name: 'x' }],
  ])('has no value where the document holds %s', (_, value) => {
    expect(read('a', { a: value })).toBeUndefined();
  });

  it('gives a single value bare, not in an array', () => {
    expect(read('a', { a: [null, 'x'] })).toBe('x');
  });

  it('does not mix up documents', () => {
    const reader = fieldReader(keywords('a'), 'a');
    const many = reader({ a: ['x', 'y'] });
    expect(reader({})).toBeUndefined();
    expect(reader({ a: 'z' })).toBe('z');
    expect(many).toEqual(['x', 'y']);
  });

  it.each([
    '__proto__',
    'constructor',
    'constructor.name',
    'a.__proto__.b',
    'toString',
    'a.length',
  ])('reads %s from documents only, not from what every object inherits', (name) => {
    const mapping = ecsMapping({ unknownFields: 'dynamic' });
    const reader = fieldReader(mapping, name);
    expect(reader({})).toBeUndefined();
    expect(reader({ a: {} })).toBeUndefined();
    expect(reader({ a: [1, 2] })).toBeUndefined();
    expect(reader(parseJson(`{"${name}":"own"}`) as JsonObject)).toBe('own');
    const nested = name.split('.').reduceRight((inner, key) => `{"${key}":${inner}}`, '"own"');
    expect(reader(parseJson(nested) as JsonObject)).toBe('own');
  });

  it('walks documents and names of any depth', () => {
    let deep: JsonValue = 'x';
    for (let depth = 0; depth < 10_000; depth++) deep = [deep];
    expect(read('a', { a: deep })).toBe('x');
    let object: JsonValue = 'x';
    for (let depth = 0; depth < 10_000; depth++) object = { a: object };
    const mapping = ecsMapping({ unknownFields: 'dynamic' });
    const document = { a: object };
    expect(fieldReader(mapping, 'a.a.a')(document)).toBeUndefined();
    expect(fieldReader(mapping, Array(10_000).fill('a').join('.'))(document)).toBeUndefined();
    expect(readAll(mapping, document).size).toBe(0);
    expect(() => mapping.observe(document)).not.toThrow();
  });

  it('follows aliases, sub-fields and constants', () => {
    const mapping = fromElasticsearchMapping({
      properties: {
        kind: { type: 'text', fields: { keyword: { type: 'keyword', ignore_above: 3 } } },
        event: { properties: { category: { type: 'alias', path: 'kind' } } },
        dataset: { type: 'constant_keyword', value: 'endpoint' },
      },
    });
    const document = { kind: ['abc', 'abcd'] };
    expect(fieldReader(mapping, 'event.category')(document)).toEqual(['abc', 'abcd']);
    expect(fieldReader(mapping, 'kind.keyword')(document)).toBe('abc');
    expect(fieldReader(mapping, 'dataset')(document)).toBe('endpoint');
    expect(fieldReader(mapping, 'unknown')(document)).toBeUndefined();
  });

  it('reads keys of flattened fields as strings', () => {
    const mapping = fromElasticsearchMapping({ properties: { labels: { type: 'flattened' } } });
    const document = { labels: { 'a.b': 5, c: [true, 'x'] } };
    expect(fieldReader(mapping, 'labels.a.b')(document)).toBe('5');
    expect(fieldReader(mapping, 'labels.c')(document)).toEqual(['true', 'x']);
  });

  it('sees nothing below nested and disabled objects', () => {
    const mapping = fromElasticsearchMapping({
      properties: {
        list: { type: 'nested', properties: { name: { type: 'keyword' } } },
        raw: { enabled: false, properties: { name: { type: 'keyword' } } },
      },
    });
    expect(fieldReader(mapping, 'list.name')({ list: [{ name: 'x' }] })).toBeUndefined();
    expect(fieldReader(mapping, 'raw.name')({ raw: { name: 'x' } })).toBeUndefined();
  });

  it('reads ECS documents by ECS types', () => {
    const read = (name: string, document: JsonObject) => fieldReader(ecsMapping(), name)(document);
    expect(read('@timestamp', { '@timestamp': '2017-08-30T20:47:31Z' })).toBe(1504126051000);
    expect(read('source.port', { source: { port: '50000' } })).toBe(50000);
    expect(read('event.code', { event: { code: 4624 } })).toBe('4624');
    expect(read('process.name.caseless', { process: { name: 'CMD.exe' } })).toBe('cmd.exe');
    expect(read('winlog.event_data.Port', { winlog: { event_data: { Port: 135 } } })).toBe('135');
    expect(read('process.name', { process: { name: 'x'.repeat(1025) } })).toBeUndefined();
  });
});

describe('readAll', () => {
  it('lists every field in document order, typed where mapped, as it stands where not', () => {
    const mapping = fromElasticsearchMapping({
      properties: {
        port: { type: 'long' },
        ip: { type: 'ip' },
        list: { type: 'nested' },
        dataset: { type: 'constant_keyword', value: 'endpoint' },
        state: { type: 'keyword', null_value: 'none' },
      },
    });
    const document = {
      port: '80',
      other: [true, null],
      ip: 'bad',
      list: [{ a: 1 }, { a: 2 }],
      state: null,
      gone: null,
    };
    expect([...readAll(mapping, document)]).toEqual([
      ['port', 80],
      ['other', true],
      ['list.a', [1, 2]],
      ['state', 'none'],
      ['dataset', 'endpoint'],
    ]);
  });
});

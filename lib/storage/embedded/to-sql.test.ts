import { DuckDBInstance, type DuckDBConnection } from '@duckdb/node-api';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { parseExpression, type FieldInfo, type Schema } from '@/lib/eql';
import { columnKindFor, SEPARATOR, type Catalogue } from './catalogue';
import { toSql } from './to-sql';

const FIELDS: Readonly<Record<string, FieldInfo>> = {
  args: { type: 'keyword' },
  pid: { type: 'long' },
  'source.ip': { type: 'ip' },
};
const schema: Schema = { field: (name) => FIELDS[name], names: () => Object.keys(FIELDS) };
const catalogue: Catalogue = {
  column(path) {
    const kind = FIELDS[path] && columnKindFor(FIELDS[path].type);
    return kind && { name: path, kind };
  },
};

interface Row {
  readonly args?: string;
  readonly pid?: bigint;
  readonly ip?: string;
  readonly odd?: string;
}

const several = (...values: readonly string[]): string =>
  SEPARATOR + values.map((value) => value + SEPARATOR).join('');

let connection: DuckDBConnection;
beforeAll(async () => {
  connection = await (await DuckDBInstance.create(':memory:')).connect();
  await connection.run(
    'CREATE TABLE events (args VARCHAR, pid BIGINT, "source.ip" VARCHAR, odd VARCHAR)',
  );
});
afterAll(() => connection.closeSync());

async function holds(text: string, { args, pid, ip, odd }: Row): Promise<unknown> {
  const { upper, exact } = toSql(parseExpression(text), schema, catalogue);
  expect(exact).toBe(true);
  await connection.run('DELETE FROM events');
  const row = [args ?? null, pid ?? null, ip ?? null, odd ?? null];
  await connection.run('INSERT INTO events VALUES ($1, $2::BIGINT, $3, $4)', row);
  const reader = await connection.runAndReadAll(`SELECT ${upper} FROM events`);
  return reader.getRowsJS()[0]?.[0];
}

describe('toSql', () => {
  it.each<[text: string, row: Row, answer: boolean]>([
    ['args == "a"', {}, false],
    ['args != "a"', {}, true],
    ['not args : "a*"', {}, true],
    ['length(args) != 3', {}, true],
    ['args == null', {}, true],
    ['args == null', { odd: `{"args":["\\u001f"]}` }, false],
    ['args == "b"', { args: several('a', 'b') }, true],
    ['args == "a"', { args: several('ab', 'b') }, false],
    ['args : "a*c"', { args: several('ab', 'bc') }, false],
    ['args like "*b*" and args like "*c*"', { args: several('ab', 'bc') }, true],
    ['args in ("", "x")', { args: several('a', 'b') }, false],
    ['args in ("", "x")', { args: several('a', '') }, true],
    ['args regex "x*"', { args: several('a', 'b') }, false],
    ['args regex "x*"', { args: several('a', '') }, true],
    ['length(args) == 2', { args: several('a', 'bb') }, true],
    ['length(args) == 2', { args: '😀' }, true],
    ['args : "k"', { args: '\u212a' }, false],
    ['args : "K"', { args: 'k' }, true],
    ['args regex~ "k"', { args: '\u212a' }, true],
    ['args : "É"', { args: 'é' }, false],
    ['args like "a?c"', { args: 'a😀c' }, true],
    ['args like "a?c"', { args: 'a\nc' }, true],
    ['args like "100%_"', { args: '100xy' }, false],
    ['pid == 4', { odd: '{"pid":[3,4]}' }, true],
    ['pid != 4', { odd: '{"pid":[3,4]}' }, false],
    ['pid > 5', { odd: '{"parent.pid":[6]}' }, false],
    ['pid > 9007199254740992', { pid: 9007199254740993n }, true],
    ['pid > 1.5', { pid: 1n }, false],
    ['pid / 2 == -3', { pid: -7n }, true],
    // what leaves a long has no value
    ['(pid * pid > 0) == null', { pid: 9007199254740993n }, true],
    ['cidrMatch(source.ip, "10.0.0.0/9")', { ip: '10.127.0.1' }, true],
    ['cidrMatch(source.ip, "10.0.0.0/9")', { ip: '10.128.0.1' }, false],
    ['cidrMatch(source.ip, "fe80::/10")', { ip: several('10.0.0.1', 'febf::1') }, true],
    ['cidrMatch(source.ip, "::/0")', { ip: '10.0.0.1' }, true],
    ['source.ip == "0:0:0:0:0:0:0:1"', { ip: '::1' }, true],
  ])('%s over %o is %s', async (text, row, answer) => {
    expect(await holds(text, row)).toBe(answer);
  });

  it('keeps the quotes of a constant inside the literal', async () => {
    expect(
      await holds(`args == "'; DROP TABLE events; --"`, { args: `'; DROP TABLE events; --` }),
    ).toBe(true);
  });

  it('leaves a cold field to the evaluator', () => {
    const pair = toSql(parseExpression('args == "a"'), schema, { column: () => undefined });
    expect(pair).toMatchObject({ lower: 'false', upper: 'true', exact: false });
  });

  it('leaves a regular expression that RE2 lacks to the evaluator, where the field exists', () => {
    const { lower, exact } = toSql(parseExpression('args regex "~(a)"'), schema, catalogue);
    expect([lower, exact]).toEqual(['false', false]);
  });
});

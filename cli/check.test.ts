import { mkdirSync, writeFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { folderWith, runCaptured } from './captured-run';

const rule = (id: string, query: string, type = 'eql') => ({
  rule_id: id,
  name: `Rule ${id}`,
  description: 'Finds something',
  severity: 'low',
  risk_score: 21,
  type,
  query,
});

const toml = (query: string, id = 'one') => `[rule]
rule_id = "${id}"
name = "One"
description = "Finds something"
severity = "low"
risk_score = 21
type = "eql"
query = ${query}
`;

const QUERY_LINE = 8;

interface Report {
  readonly problems: readonly {
    readonly file: string;
    readonly line: number | null;
    readonly column: number | null;
    readonly kind: string;
    readonly message: string;
    readonly hint: string | null;
  }[];
  readonly summary: object;
}

async function check(...paths: string[]) {
  const { code, stdout, stderr } = await runCaptured('check', ...paths, '--json');
  expect(stderr).toBe('');
  return { code, ...(JSON.parse(stdout) as Report) };
}

describe('watchfloor check', () => {
  it('finds every mistake of a query at its line and column in the file', async () => {
    const query = [
      "'''",
      'sequence by host.id',
      '  [process where process.pid : "1"]',
      '  [proces where length(process.name, 1) == 2]',
      "'''",
    ].join('\n');
    const path = folderWith({ 'bad.toml': toml(query) });
    const { code, problems, summary } = await check(path('bad.toml'));
    expect(code).toBe(1);
    const found = problems.map(({ line, column, kind }) => [line, column, kind]);
    expect(found).toEqual([
      [QUERY_LINE + 2, 18, 'semantic'],
      [QUERY_LINE + 3, 4, 'warning'],
      [QUERY_LINE + 3, expect.any(Number), 'semantic'],
    ]);
    expect(problems.every(({ file }) => file === path('bad.toml'))).toBe(true);
    expect(summary).toEqual({ rules: 1, queries: 1, errors: 2, warnings: 1, notRun: {} });
  });

  it('prints each problem with place, excerpt and hint, and a summary', async () => {
    const path = folderWith({ 'bad.eql': 'process where\n  process.name = "x"\n' });
    const { code, stdout, stderr } = await runCaptured('check', path('bad.eql'));
    expect({ code, stderr }).toEqual({ code: 1, stderr: '' });
    expect(stdout).toMatch(`${path('bad.eql')}:2:16 `);
    expect(stdout).toContain(' 2 |   process.name = "x"\n');
    expect(stdout).toMatch(/\n\n1 rule, 1 query checked, 1 error, 0 warnings\n$/);
  });

  it('gives the line alone where escapes shift the columns, and the place in the query in words', async () => {
    const path = folderWith({ 'bad.toml': toml('"process where process.name == \\"a\\" and"') });
    const { problems } = await check(path('bad.toml'));
    expect(problems).toMatchObject([{ line: QUERY_LINE, column: null, kind: 'syntax' }]);
    expect(problems[0]?.message).toMatch(/^"One", at 1:\d+ of its query: /);
    const { stdout } = await runCaptured('check', path('bad.toml'));
    expect(stdout).toContain(`${path('bad.toml')}:${QUERY_LINE} "One", in its query at\n1:`);
  });

  it('names the rule of a JSON file, where no line is known', async () => {
    const path = folderWith({ 'a.ndjson': `${JSON.stringify(rule('r1', 'process where'))}\n` });
    const { problems } = await check(path('a.ndjson'));
    expect(problems).toMatchObject([{ file: path('a.ndjson'), line: null, column: null }]);
    expect(problems[0]?.message).toMatch(/^"Rule r1", at 1:\d+ of its query: /);
  });

  it('does not judge which fields exist', async () => {
    const path = folderWith({ 'a.eql': 'process where my.own.field == 5 and ?other : "x"' });
    expect(await check(path('a.eql'))).toMatchObject({ code: 0, problems: [] });
  });

  it('warns of an unknown category with a hint, which is no failure', async () => {
    const path = folderWith({ 'a.eql': 'proces where true' });
    const { code, problems } = await check(path('a.eql'));
    expect(code).toBe(0);
    expect(problems).toEqual([
      {
        file: path('a.eql'),
        line: 1,
        column: 1,
        kind: 'warning',
        message: 'Unknown event category "proces".',
        hint: 'Did you mean "process"?',
      },
    ]);
  });

  it('takes any category where the rule reads it from a field of its own', async () => {
    const overridden = { ...rule('r1', 'proces where true'), event_category_override: 'kind' };
    const path = folderWith({ 'a.json': JSON.stringify(overridden) });
    expect((await check(path('a.json'))).problems).toEqual([]);
  });

  it('reports what is wrong around the query as well', async () => {
    const path = folderWith({
      'a.toml': toml("'''any where true'''").replace('"low"', '"lowest"'),
      'b.toml': '[rule\n',
    });
    const { code, problems } = await check(path('a.toml'), path('b.toml'), path('missing.toml'));
    expect(code).toBe(1);
    expect(problems).toMatchObject([
      { file: path('a.toml'), line: 5, kind: 'rule', message: 'severity is "lowest"' },
      { file: path('b.toml'), line: 1, kind: 'rule' },
      { file: path('missing.toml'), line: null, kind: 'rule' },
    ]);
  });

  it('counts rules of other types as not run', async () => {
    const rules = [rule('a', 'any where true'), rule('b', 'x:1', 'query'), rule('c', 'x', 'esql')];
    const path = folderWith({ 'a.json': JSON.stringify(rules) });
    const { stdout } = await runCaptured('check', path('a.json'));
    expect(stdout).toBe(
      '3 rules, 1 query checked, 0 errors, 0 warnings, 1 not run: type query, 1 not run: type esql\n',
    );
  });

  it('reads folders with the folders in them, and queries of one name in two of them', async () => {
    const path = folderWith({ 'hunt.eql': 'any where true' });
    mkdirSync(path('more'));
    writeFileSync(path('more/hunt.eql'), 'any where (');
    const { problems, summary } = await check(path('.'));
    expect(summary).toMatchObject({ rules: 2, queries: 2, errors: 1 });
    expect(problems).toMatchObject([{ file: path('more/hunt.eql'), line: 1, kind: 'syntax' }]);
  });
});

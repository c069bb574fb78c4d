import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';

import { afterEach, beforeEach, describe, expect, it } from 'vitest';

import { builtInRulesFolder, loadRule, loadRules } from './load-rules';
import { formatRuleProblem } from './rule-schema';

let folder: string;

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'watchfloor-rules-'));
});

afterEach(() => rm(folder, { recursive: true }));

async function write(files: Readonly<Record<string, string>>): Promise<void> {
  for (const [name, text] of Object.entries(files)) {
    await mkdir(dirname(join(folder, name)), { recursive: true });
    await writeFile(join(folder, name), text);
  }
}

/** Problems with the paths of the test's folder cut off. */
function shown(problems: readonly Parameters<typeof formatRuleProblem>[0][]): string[] {
  return problems.map((problem) => formatRuleProblem(problem).replaceAll(`${folder}/`, ''));
}

function rule(id: string, changes: Readonly<Record<string, unknown>> = {}) {
  return {
    rule_id: id,
    name: `Rule ${id}`,
    description: 'A rule.',
    severity: 'low',
    risk_score: 21,
    type: 'eql',
    query: 'any where true',
    ...changes,
  };
}

function toml(id: string, rest = ''): string {
  const entries = Object.entries(rule(id)).map(
    ([key, value]) => `${key} = ${JSON.stringify(value)}`,
  );
  return `[rule]\n${entries.join('\n')}\n${rest}`;
}

describe('loadRules', () => {
  it('loads .toml, .json, .ndjson and .eql of a folder and the folders in it, in order of path', async () => {
    await write({
      'a.toml': toml('a'),
      'more/b.json': JSON.stringify([rule('b1'), rule('b2')]),
      'more/deeper/c.ndjson': `${JSON.stringify(rule('c1'))}\n${JSON.stringify(rule('c2'))}\n`,
      'z.eql': 'process where true',
      'README.md': '# not a rule',
      '.hidden/d.toml': toml('d'),
    });
    const { rules, problems } = await loadRules([folder]);
    expect(problems).toEqual([]);
    expect(rules.map((entry) => entry.rule.rule_id)).toEqual(['a', 'b1', 'b2', 'c1', 'c2', 'z']);
  });

  it('loads the others when one file is bad, and says what is wrong with it', async () => {
    await write({
      'a.toml': toml('a'),
      'b.toml': '[rule]\nname = "B\n',
      'c.json': '{"rule_id": "c",\n}',
      'd.json': JSON.stringify(rule('d', { severity: 'urgent' })),
      'e.toml': toml('e'),
    });
    const { rules, problems } = await loadRules([folder]);
    expect(rules.map((entry) => entry.rule.rule_id)).toEqual(['a', 'e']);
    expect(shown(problems)).toEqual([
      'b.toml:2:10 Not valid TOML: control characters are not allowed in strings\n' +
        "  Close the string on its line, or use '''..''' for a text of several lines",
      'c.json:2:1 Not valid JSON: Expected double-quoted property name\n' +
        '  A .json file holds one rule or a list of rules; an .ndjson file holds one rule a line',
      'd.json "Rule d": severity is "urgent"\n  Write one of "low", "medium", "high", "critical"',
    ]);
  });

  it('reads an export of Kibana: one bad line, exception lists and the summary aside', async () => {
    await write({
      'export.ndjson': [
        JSON.stringify(rule('a')),
        JSON.stringify({ ...rule('b'), query: '' }),
        '{"rule_id": "c"',
        JSON.stringify(rule('d', { type: 'threshold' })),
        JSON.stringify({ list_id: 'sccm', type: 'detection', name: 'SCCM' }),
        JSON.stringify({ list_id: 'sccm', item_id: 'one', type: 'simple', entries: [] }),
        JSON.stringify({ exported_count: 6, exported_rules_count: 4 }),
        '',
      ].join('\r\n'),
    });
    const { rules, problems } = await loadRules([join(folder, 'export.ndjson')]);
    expect(rules.map((entry) => entry.rule.rule_id)).toEqual(['a', 'd']);
    expect(shown(rules.flatMap((entry) => entry.problems))).toEqual([
      'export.ndjson:4 not run: type threshold',
    ]);
    expect(problems.map(({ level, line }) => [level, line])).toEqual([
      ['error', 2],
      ['error', 3],
      ['note', undefined],
    ]);
    expect(problems[2]?.message).toMatch(/^2 exception lists, exception items or connectors/);
  });

  it('keeps the first of two rules with one rule_id and names both files', async () => {
    await write({ 'a.toml': toml('same'), 'b.toml': toml('same') });
    const { rules, problems } = await loadRules([folder]);
    expect(rules.map((entry) => entry.file)).toEqual([join(folder, 'a.toml')]);
    expect(shown(problems)).toEqual([
      'b.toml "Rule same" has rule_id same, which a rule in a.toml has already\n' +
        '  Give one of them another rule_id, or load only one',
    ]);
  });

  it('names a bare query after its file and points at its first character', async () => {
    await write({ 'odd-parent.eql': 'process where true' });
    const { rules } = await loadRules([join(folder, 'odd-parent.eql')]);
    expect(rules[0]).toMatchObject({
      rule: { rule_id: 'odd-parent', name: 'odd-parent', query: 'process where true' },
      queryPosition: { line: 1, column: 1 },
    });
  });

  it('says so when a path is missing, empty of rules, or of another kind', async () => {
    await write({ 'empty/notes.txt': '', 'rule.yml': '', 'blank.eql': ' \n' });
    const paths = ['missing', 'empty', 'rule.yml', 'blank.eql'].map((name) => join(folder, name));
    const { rules, problems } = await loadRules(paths);
    expect(rules).toEqual([]);
    expect(problems.map(({ level, file }) => [level, file])).toEqual(
      paths.map((path) => ['error', path]),
    );
    expect(problems[2]?.message).toBe(
      'A rule file ends in .toml, .json, .ndjson, .eql; this one ends in ".yml"',
    );
    expect(problems[3]?.message).toBe('There is no query in the file');
  });

  it('reads a file that starts with a byte order mark', async () => {
    await write({ 'a.toml': `\uFEFF${toml('a')}` });
    expect((await loadRules([folder])).rules).toHaveLength(1);
  });
});

describe('a translation beside a rule', () => {
  const transforms = `note = "Look: $osquery_0"
[[transform.osquery]]
label = "Services"
query = "SELECT name FROM services"
`;
  const chinese = `[translation]
rule_id = "a"
language = "zh"
name = "规则"
note = "查看：$osquery_0"
osquery_labels = ["服务"]
`;

  it('is not taken for a rule', async () => {
    await write({ 'a.toml': toml('a', transforms), 'a.zh.toml': chinese });
    const { rules, problems } = await loadRules([folder]);
    expect(problems).toEqual([]);
    expect(rules.map((entry) => entry.rule.name)).toEqual(['Rule a']);
  });

  it('replaces texts and labels, and leaves query and SQL as they are', async () => {
    await write({ 'a.toml': toml('a', transforms), 'a.zh.toml': chinese });
    const { rules } = await loadRule(join(folder, 'a.toml'), { language: 'zh' });
    expect(rules[0]?.problems).toEqual([]);
    expect(rules[0]?.rule).toMatchObject({
      name: '规则',
      description: 'A rule.',
      query: 'any where true',
      note: '查看：!{osquery{"label":"服务","query":"SELECT name FROM services"}}',
    });
  });

  it('leaves the rule in English where there is none for the language', async () => {
    await write({ 'a.toml': toml('a', transforms), 'a.zh.toml': chinese });
    const { rules } = await loadRules([folder], { language: 'de' });
    expect(rules[0]).toMatchObject({ rule: { name: 'Rule a' }, problems: [] });
  });

  it.each([
    ['is for another rule', chinese.replace('"a"', '"b"'), /is for rule_id b/],
    ['tries to change the query', `${chinese}query = "any where false"\n`, /query/],
    ['is not TOML', '[translation\n', /Not valid TOML/],
  ])('leaves the rule in English with a warning when it %s', async (_case, text, message) => {
    await write({ 'a.toml': toml('a', transforms), 'a.zh.toml': text });
    const { rules } = await loadRules([folder], { language: 'zh' });
    expect(rules[0]?.rule.name).toBe('Rule a');
    expect(rules[0]?.problems).toMatchObject([
      { level: 'warning', message: expect.stringMatching(message) as string },
    ]);
    expect(rules[0]?.problems[0]?.file).toBe(join(folder, 'a.zh.toml'));
  });

  it('without its rule is named as what it is', async () => {
    await write({ 'a.zh.toml': chinese });
    expect((await loadRules([folder])).problems[0]?.hint).toMatch(/This is a translation/);
  });
});

describe('builtInRulesFolder', () => {
  it('holds rules that load without a problem', async () => {
    const { rules, problems } = await loadRules([builtInRulesFolder()]);
    expect([...problems, ...rules.flatMap((entry) => entry.problems)]).toEqual([]);
    expect(rules.map((entry) => entry.rule.name)).toContain('Remotely Started Services via RPC');
  });
});

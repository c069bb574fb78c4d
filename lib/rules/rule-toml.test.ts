import { describe, expect, it } from 'vitest';

import { formatRuleProblem } from './rule-schema';
import { parseRuleToml } from './rule-toml';

const RULE = `[metadata]
maturity = "production"

[rule]
rule_id = "3b0c6b0e-8f0b-4f0e-9c55-7d6f4f1f9a11"
name = "Whoami"
description = "Somebody asks who they are."
severity = "low"
risk_score = 21
type = "eql"
query = '''
process where process.name : "whoami.exe"
'''
`;

function parseGuide(note: string, transforms: string) {
  return parseRuleToml(`${RULE}note = '''\n${note}\n'''\n${transforms}`, 'whoami.toml');
}

function problemsOf(text: string): string[] {
  return parseRuleToml(text, 'whoami.toml').problems.map(formatRuleProblem);
}

describe('parseRuleToml', () => {
  it('reads a rule and where its query begins', () => {
    const { rule, queryPosition, problems } = parseRuleToml(RULE, 'whoami.toml');
    expect(problems).toEqual([]);
    expect(rule).toMatchObject({ name: 'Whoami', type: 'eql', interval: '5m' });
    expect(rule?.query).toBe('process where process.name : "whoami.exe"\n');
    expect(queryPosition).toEqual({ line: 12, column: 1 });
  });

  it('puts buttons in place of placeholders, as compact JSON with sorted keys', () => {
    const { rule, problems } = parseGuide(
      '- $osquery_0\n- $investigate_0',
      `[[transform.osquery]]
label = "Names"
query = "SELECT name FROM services"
[[transform.investigate]]
label = "Logons"
providers = [[{ field = "host.name", value = "{{host.name}}", valueType = "string", queryType = "phrase", excluded = false }]]
relativeFrom = "now-15m"
relativeTo = "now"
`,
    );
    expect(problems).toEqual([]);
    expect(rule?.note).toBe(
      '- !{osquery{"label":"Names","query":"SELECT name FROM services"}}\n' +
        '- !{investigate{"label":"Logons","providers":[[{"excluded":false,"field":"host.name",' +
        '"queryType":"phrase","value":"{{host.name}}","valueType":"string"}]],' +
        '"relativeFrom":"now-15m","relativeTo":"now"}}\n',
    );
  });

  it('keeps quotes, braces, dollars and line ends of the SQL, on one line', () => {
    const sql = `SELECT "a", 'it''s {x}' AS b -- $& $1\nFROM t WHERE c LIKE '"%\\"%'`;
    const { rule, transforms } = parseGuide(
      'Run $osquery_0 now',
      `[[transform.osquery]]\nlabel = "Odd"\nquery = """\n${sql.replaceAll('\\', '\\\\')}\n"""\n`,
    );
    const button = /^Run !\{osquery(.*)\} now$/m.exec(rule?.note ?? '')?.[1] ?? '';
    expect(JSON.parse(button)).toEqual({ label: 'Odd', query: sql });
    expect(transforms.osquery[0]?.query.trim()).toBe(sql);
  });

  it('tells $osquery_1 from $osquery_10', () => {
    const transforms = Array.from(
      { length: 11 },
      (_, number) => `[[transform.osquery]]\nlabel = "L${number}"\nquery = "SELECT ${number}"\n`,
    );
    const note = transforms.map((_, number) => `$osquery_${number}`).join(' ');
    const { rule } = parseGuide(note, transforms.join(''));
    expect(rule?.note).toContain('"label":"L10","query":"SELECT 10"');
    expect(rule?.note).not.toContain('$osquery');
  });

  it('names a placeholder without a transform once and keeps the rule', () => {
    const { rule, problems } = parseGuide(
      '$osquery_0 $osquery_4 $osquery_4',
      '[[transform.osquery]]\nlabel = "A"\nquery = "SELECT 1"\n',
    );
    expect(rule?.note).toContain('}} $osquery_4 $osquery_4');
    expect(problems.map(formatRuleProblem)).toEqual([
      'whoami.toml:14:1 Warning: The note asks for $osquery_4, which is missing or broken\n' +
        '  The file has 1 [[transform.osquery]], so $osquery_0 to $osquery_0 can be used',
    ]);
  });

  it('reports a broken transform and keeps the numbers of the others', () => {
    const { rule, problems } = parseGuide(
      '$osquery_0 $osquery_1',
      '[[transform.osquery]]\nlabel = "A"\n[[transform.osquery]]\nlabel = "B"\nquery = "SELECT 2"\n',
    );
    expect(rule?.note).toContain('$osquery_0 !{osquery{"label":"B","query":"SELECT 2"}}');
    expect(problems.map(({ level, path }) => [level, path])).toEqual([
      ['warning', 'transform.osquery.0.query'],
      ['warning', 'note'],
    ]);
  });

  it('reports a button that the note places nowhere', () => {
    const { problems } = parseGuide(
      'No buttons',
      '[[transform.osquery]]\nlabel = "A"\nquery = "SELECT 1"\n',
    );
    expect(problems[0]?.message).toBe('The note does not place the osquery button "A"');
  });

  it.each([
    [
      'an escape that TOML does not know',
      '[rule]\nname = "a"\nquery = "C:\\Windows"\n',
      'whoami.toml:3:13 Not valid TOML: unrecognised escape sequence\n' +
        "  In \"..\" a backslash must be doubled; for EQL and Markdown use '''..''', where it stands for itself",
    ],
    [
      'a string that is never closed',
      '[rule]\nquery = """\nany where true\n',
      'whoami.toml:2:9 Not valid TOML: unfinished string\n' +
        "  Close the string on its line, or use '''..''' for a text of several lines",
    ],
    [
      'a bare word',
      '[rule]\nname = abc\n',
      'whoami.toml:2:8 Not valid TOML: invalid value\n' +
        '  Put text in quotes; true, false and numbers stand alone',
    ],
    [
      'a list without commas',
      '[rule]\ntags = ["a" "b"]\n',
      'whoami.toml:2:13 Not valid TOML: expected comma or end of structure\n' +
        '  Separate the entries of a list by commas and close it with ]',
    ],
  ])('says where the TOML breaks and what to write: %s', (_case, text, problem) => {
    expect(problemsOf(text)).toEqual([problem]);
  });

  it('points at the key in the file that the schema refuses', () => {
    expect(problemsOf(RULE.replace('"low"', '"High"'))).toEqual([
      'whoami.toml:8:1 severity is "High"\n  Write one of "low", "medium", "high", "critical"',
    ]);
  });

  it('says what a rule file needs when there is no [rule]', () => {
    expect(problemsOf('[tool.black]\nline-length = 120\n')).toEqual([
      'whoami.toml There is no [rule] table\n' +
        '  A rule file has a [rule] table with rule_id, name, type, query and more; see rules/README.md',
    ]);
  });

  it('loads a rule of another type with a note', () => {
    const text = RULE.replace('"eql"', '"threshold"');
    const { rule, problems } = parseRuleToml(text, 'whoami.toml');
    expect(rule?.type).toBe('threshold');
    expect(problems).toMatchObject([{ level: 'note', message: 'not run: type threshold' }]);
  });
});

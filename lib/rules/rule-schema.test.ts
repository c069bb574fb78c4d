import { describe, expect, it } from 'vitest';

import { formatRuleProblem, notRunReason, parseRule, RULE_TYPES } from './rule-schema';

const minimal = {
  rule_id: '3b0c6b0e-8f0b-4f0e-9c55-7d6f4f1f9a11',
  name: 'Whoami',
  description: 'Somebody asks who they are.',
  severity: 'low',
  risk_score: 21,
  type: 'eql',
  query: 'process where process.name : "whoami.exe"',
};

function messagesOf(changes: Record<string, unknown>): string[] {
  return parseRule({ ...minimal, ...changes }).problems.map((problem) =>
    formatRuleProblem(problem),
  );
}

describe('parseRule', () => {
  it("fills in Kibana's defaults", () => {
    const { rule, problems } = parseRule(minimal);
    expect(problems).toEqual([]);
    expect(rule).toMatchObject({
      language: 'eql',
      from: 'now-6m',
      to: 'now',
      interval: '5m',
      max_signals: 100,
      enabled: true,
      note: '',
      exceptions_list: [],
    });
  });

  it('keeps keys that it does not know, at the top and within', () => {
    const extra = {
      output_index: '',
      actions: [{ id: 'a', group: 'default' }],
      exceptions_list: [{ id: '1', list_id: 'sccm', type: 'detection', version: 3 }],
      threat: [
        {
          framework: 'MITRE ATT&CK',
          tactic: { id: 'TA0007', name: 'Discovery', reference: 'https://example.org', colour: 1 },
        },
      ],
    };
    expect(parseRule({ ...minimal, ...extra }).rule).toMatchObject(extra);
  });

  it('keeps the fields that change how EQL orders and sorts events', () => {
    const fields = {
      event_category_override: 'event.kind',
      tiebreaker_field: 'event.sequence',
      timestamp_field: 'event.created',
      timestamp_override: 'event.ingested',
    };
    expect(parseRule({ ...minimal, ...fields }).rule).toMatchObject(fields);
  });

  it('names every key that is wrong, not the first one', () => {
    const { rule, problems } = parseRule({ ...minimal, severity: 'High', risk_score: 470 });
    expect(rule).toBeUndefined();
    expect(problems.map(({ level, path }) => [level, path])).toEqual([
      ['error', 'severity'],
      ['error', 'risk_score'],
    ]);
  });

  it.each([
    [
      { severity: 'High' },
      'severity is "High"\n  Write one of "low", "medium", "high", "critical"',
    ],
    [
      { risk_score: '47' },
      'risk_score is "47"\n  Write a number from 0 to 100: 21 low, 47 medium, 73 high, 99 critical',
    ],
    [{ from: '9 minutes' }, 'from is "9 minutes"\n  Write date math, such as "now-9m"'],
    [
      { interval: '0m' },
      'interval is "0m"\n  Write a whole number and a unit (s, m, h, d), such as "5m"',
    ],
    [
      { query: undefined },
      'query is missing\n  Write an EQL query, such as process where process.name : "cmd.exe"',
    ],
    [
      { query: ' ' },
      'query is " "\n  Write an EQL query, such as process where process.name : "cmd.exe"',
    ],
    [{ max_signals: 1.5 }, 'max_signals is 1.5\n  Write a whole number from 1 on, such as 100'],
    [
      { index: 'logs-*' },
      'index is "logs-*"\n  Write a list of index patterns, such as ["logs-*", "winlogbeat-*"], or leave it out',
    ],
    [{ tags: ['a', 7] }, 'tags[1] is 7\n  Write a text in quotes'],
    [
      { threat: [{ framework: 'MITRE ATT&CK', tactic: { name: 'x', reference: 'y' } }] },
      'threat[0].tactic.id is missing\n  Write a text in quotes',
    ],
    [
      { type: 'eqll' },
      'type is "eqll"\n  Write "eql"; also known, but not run: "query", "saved_query", "threshold", ' +
        '"threat_match", "new_terms", "machine_learning", "esql"',
    ],
  ])('says where, what was found and what to write: %o', (changes, message) => {
    expect(messagesOf(changes)).toEqual([message]);
  });

  it('says so when there is no object at all', () => {
    expect(parseRule(['rule']).problems[0]?.message).toBe('A rule is an object; found a list');
    expect(parseRule(null).problems[0]?.message).toBe('A rule is an object; found null');
  });

  it.each(RULE_TYPES.filter((type) => type !== 'eql'))(
    'loads a rule of type %s and notes that it is not run',
    (type) => {
      const { rule, problems } = parseRule({ ...minimal, type, query: undefined });
      expect(rule && notRunReason(rule)).toBe(`not run: type ${type}`);
      expect(problems).toEqual([{ level: 'note', path: 'type', message: `not run: type ${type}` }]);
    },
  );

  it.each(['now', 'now-9m', 'now-1d/d', 'now-1h-30m', '2026-01-31T10:00:00Z'])(
    'accepts the date math %s',
    (from) => {
      expect(messagesOf({ from })).toEqual([]);
    },
  );
});

describe('formatRuleProblem', () => {
  it('puts file, line and column before the message, and the hint below', () => {
    const place = { file: 'rules/a.toml', line: 3, column: 8 };
    expect(
      formatRuleProblem({ level: 'warning', message: 'Odd', hint: 'Write it so', ...place }),
    ).toBe('rules/a.toml:3:8 Warning: Odd\n  Write it so');
  });
});

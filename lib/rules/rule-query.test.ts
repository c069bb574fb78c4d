import { describe, expect, it } from 'vitest';
import { ecsMapping } from '@/lib/ecs/mapping';
import { readQuery, type EqlProblem } from '@/lib/eql';
import { checkOptionsOf, formatQueryProblem } from './rule-query';
import { parseRule, type EqlRule } from './rule-schema';

function eqlRule(query: string, changes: object = {}): EqlRule {
  const { rule } = parseRule({
    rule_id: 'r',
    name: 'Rule',
    description: 'd',
    severity: 'low',
    risk_score: 1,
    type: 'eql',
    language: 'eql',
    query,
    ...changes,
  });
  if (rule?.type !== 'eql') throw new Error('not an EQL rule');
  return rule;
}

describe('checking the query of a rule', () => {
  const schema = ecsMapping({ unknownFields: 'dynamic' });
  const warningsOf = (rule: EqlRule): readonly EqlProblem[] =>
    readQuery(rule.query, checkOptionsOf(rule, schema)).warnings;

  it('warns of a category that ECS does not have', () => {
    expect(warningsOf(eqlRule('proces where true'))).toHaveLength(1);
  });

  it('does not judge categories that stand in another field', () => {
    const rule = eqlRule('proces where true', { event_category_override: 'my.kind' });
    expect(warningsOf(rule)).toEqual([]);
  });
});

describe('a problem of the query of a rule', () => {
  const rule = eqlRule('any where x');
  const problem: EqlProblem = { kind: 'semantic', message: 'Wrong.', span: { start: 10, end: 11 } };

  it.each([
    ['is placed in the file', { line: 7, column: 12 }, 'a.toml:7:22 Wrong.'],
    [
      'is placed by line where escapes move columns',
      { line: 7 },
      'a.toml:7 "Rule", in its query at\n1:11',
    ],
    [
      'is placed in the query where the file has no lines',
      undefined,
      'a.toml "Rule", in its query at\n1:11',
    ],
  ])('%s', (_name, queryPosition, start) => {
    const loaded = { file: 'a.toml', ...(queryPosition && { queryPosition }) };
    expect(formatQueryProblem(problem, rule, loaded)).toMatch(start);
  });
});

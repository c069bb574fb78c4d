import { parseRule, type Rule } from '@/lib/rules/rule-schema';

/** A rule around a bare query. */
export function eqlRule(query: string): Rule {
  const { rule } = parseRule({
    rule_id: 'bench',
    name: 'bench',
    description: 'bench',
    severity: 'low',
    risk_score: 1,
    type: 'eql',
    language: 'eql',
    query,
  });
  if (!rule) throw new Error('invariant: a complete rule parses');
  return rule;
}

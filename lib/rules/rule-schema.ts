import { z } from 'zod';

/** The rule types of Kibana. Watchfloor runs `eql`; the others are loaded, listed and said not to run. */
export const RULE_TYPES = [
  'eql',
  'query',
  'saved_query',
  'threshold',
  'threat_match',
  'new_terms',
  'machine_learning',
  'esql',
] as const;

const SEVERITIES = ['low', 'medium', 'high', 'critical'] as const;

const DATE_MATH =
  /^(now([+-]\d+[smhdwMy])*(\/[smhdwMy])?|\d{4}-\d\d-\d\d(T[\d:.]+(Z|[+-]\d\d:?\d\d)?)?)$/;
const INTERVAL = /^[1-9]\d*[smhd]$/;

const text = z.string();
const filledText = z.string().regex(/\S/);
const dateMath = z.string().regex(DATE_MATH);

const mitreEntry = z.looseObject({ id: text, name: text, reference: text });

const threatSchema = z.looseObject({
  framework: text,
  tactic: mitreEntry,
  technique: z
    .array(mitreEntry.extend({ subtechnique: z.array(mitreEntry).optional() }))
    .optional(),
});

const exceptionListSchema = z.looseObject({
  id: text.optional(),
  list_id: text,
  type: text.optional(),
  namespace_type: z.enum(['single', 'agnostic']).optional(),
});

/** What every type of rule has. Defaults are Kibana's own. */
const commonFields = {
  rule_id: filledText,
  name: filledText,
  description: text,
  severity: z.enum(SEVERITIES),
  risk_score: z.number().min(0).max(100),
  version: z.int().min(1).optional(),
  enabled: z.boolean().default(true),
  index: z.array(filledText).min(1).optional(),
  data_view_id: text.optional(),
  interval: z.string().regex(INTERVAL).default('5m'),
  from: dateMath.default('now-6m'),
  to: dateMath.default('now'),
  max_signals: z.int().min(1).default(100),
  tags: z.array(text).default([]),
  threat: z.array(threatSchema).default([]),
  false_positives: z.array(text).default([]),
  references: z.array(text).default([]),
  author: z.array(text).default([]),
  license: text.optional(),
  note: text.default(''),
  setup: text.default(''),
  exceptions_list: z.array(exceptionListSchema).default([]),
  timestamp_override: text.optional(),
  timestamp_override_fallback_disabled: z.boolean().optional(),
  building_block_type: text.optional(),
  required_fields: z.array(z.looseObject({ name: text, type: text })).optional(),
  related_integrations: z.array(z.looseObject({ package: text, version: text })).optional(),
  investigation_fields: z.looseObject({ field_names: z.array(text) }).optional(),
  meta: z.record(text, z.unknown()).optional(),
};

const eqlRuleSchema = z.looseObject({
  ...commonFields,
  type: z.literal('eql'),
  language: z.literal('eql').default('eql'),
  query: filledText,
  event_category_override: text.optional(),
  tiebreaker_field: text.optional(),
  timestamp_field: text.optional(),
});

const otherRuleSchema = z.looseObject({
  ...commonFields,
  type: z.enum(RULE_TYPES).exclude(['eql']),
  language: text.optional(),
  query: text.optional(),
});

/**
 * A rule in Kibana's words: the body of `/api/detection_engine/rules` and a line of its export. Keys that are not listed
 * here are kept, so that a rule leaves as it came.
 */
const ruleSchema = z.discriminatedUnion('type', [eqlRuleSchema, otherRuleSchema]);

export type EqlRule = z.infer<typeof eqlRuleSchema>;
type OtherRule = z.infer<typeof otherRuleSchema>;
export type Rule = EqlRule | OtherRule;

/**
 * Something to tell the author of a rule.
 * - `error`: the rule (or file) cannot be used
 * - `warning`: it is used, but a part of it is not as meant
 * - `note`: nothing is wrong, but something is not done, such as running a rule of another type
 */
export interface RuleProblem {
  readonly level: 'error' | 'warning' | 'note';
  readonly message: string;
  /** What to write instead. */
  readonly hint?: string;
  /** The key in the rule, such as `threat[0].tactic.id`. */
  readonly path?: string;
  readonly file?: string;
  /** From 1. */
  readonly line?: number;
  readonly column?: number;
}

export interface ParsedRule {
  /** Absent if there is an error among `problems`. */
  readonly rule?: Rule;
  readonly problems: readonly RuleProblem[];
}

/** Checks a rule in Kibana's JSON shape. Reports every key that is wrong, not the first one. */
export function parseRule(value: unknown): ParsedRule {
  const result = ruleSchema.safeParse(value);
  if (!result.success) {
    return { problems: result.error.issues.map((issue) => toProblem(issue, value)) };
  }
  const rule = result.data;
  const reason = notRunReason(rule);
  return { rule, problems: reason ? [{ level: 'note', path: 'type', message: reason }] : [] };
}

/** Why Watchfloor loads this rule but does not run it; undefined for a rule that it runs. */
export function notRunReason(rule: Rule): string | undefined {
  return rule.type === 'eql' ? undefined : `not run: type ${rule.type}`;
}

/** A problem as people read it: `file:line:column message`, and the hint on a line of its own. */
export function formatRuleProblem(problem: RuleProblem): string {
  const place = [problem.file, problem.line, problem.column].filter((part) => part !== undefined);
  const level = problem.level === 'warning' ? 'Warning: ' : '';
  const first = `${place.join(':')} ${level}${problem.message}`.trim();
  return problem.hint ? `${first}\n  ${problem.hint}` : first;
}

type Issue = z.core.$ZodIssue;

function toProblem(issue: Issue, input: unknown): RuleProblem {
  const path = formatPath(issue.path);
  const found = valueAt(input, issue.path);
  const hint = hintFor(issue);
  return { level: 'error', message: describeFound(path, found), ...(path && { path }), hint };
}

function describeFound(path: string, found: unknown): string {
  if (path === '') return `A rule is an object; found ${describeValue(found)}`;
  return found === undefined ? `${path} is missing` : `${path} is ${describeValue(found)}`;
}

/** What to write, by the key's name at the top of the rule. */
const HINTS: Readonly<Record<string, string>> = {
  rule_id:
    'Write a UUID that never changes, such as rule_id = "5f9e1a3c-0d4b-4c1e-9d57-6a1f0c2b7e88"',
  name: 'Write the name that analysts will see on the alert',
  description: 'Write one or two sentences on what the rule finds',
  severity: `Write one of ${listOf(SEVERITIES)}`,
  risk_score: 'Write a number from 0 to 100: 21 low, 47 medium, 73 high, 99 critical',
  type: `Write "eql"; also known, but not run: ${listOf(RULE_TYPES.filter((type) => type !== 'eql'))}`,
  language: 'Write "eql", or leave it out',
  query: 'Write an EQL query, such as process where process.name : "cmd.exe"',
  index: 'Write a list of index patterns, such as ["logs-*", "winlogbeat-*"], or leave it out',
  interval: 'Write a whole number and a unit (s, m, h, d), such as "5m"',
  from: 'Write date math, such as "now-9m"',
  to: 'Write date math, such as "now"',
  max_signals: 'Write a whole number from 1 on, such as 100',
  version: 'Write a whole number from 1 on',
  enabled: 'Write true or false',
};

function hintFor(issue: Issue): string {
  const [key] = issue.path;
  const hint = issue.path.length === 1 ? HINTS[String(key)] : undefined;
  if (hint) return hint;
  if (issue.code === 'invalid_type') return `Write ${EXPECTED[issue.expected] ?? issue.expected}`;
  if (issue.code === 'invalid_value') return `Write one of ${listOf(issue.values)}`;
  return issue.path.length > 1 ? (HINTS[String(key)] ?? issue.message) : issue.message;
}

const EXPECTED: Readonly<Record<string, string>> = {
  string: 'a text in quotes',
  number: 'a number',
  int: 'a whole number',
  boolean: 'true or false',
  array: 'a list in square brackets',
  object: 'an object',
  record: 'an object',
};

function describeValue(value: unknown): string {
  if (Array.isArray(value)) return value.length === 0 ? 'an empty list' : 'a list';
  if (value === null) return 'null';
  if (value === undefined) return 'nothing';
  if (typeof value === 'object') return 'an object';
  if (value === '') return 'an empty text';
  const shown = JSON.stringify(value);
  return shown.length > 60 ? `${shown.slice(0, 60)}…` : shown;
}

function listOf(values: readonly unknown[]): string {
  return values.map((value) => JSON.stringify(value)).join(', ');
}

/** `['threat', 0, 'tactic']` is `threat[0].tactic`. */
function formatPath(path: readonly PropertyKey[]): string {
  return path
    .map((key, at) => (typeof key === 'number' ? `[${key}]` : `${at ? '.' : ''}${String(key)}`))
    .join('');
}

function valueAt(value: unknown, path: readonly PropertyKey[]): unknown {
  return path.reduce<unknown>(
    (parent, key) =>
      typeof parent === 'object' && parent !== null
        ? (parent as Record<PropertyKey, unknown>)[key]
        : undefined,
    value,
  );
}

import { parse, TomlError } from 'smol-toml';
import { z } from 'zod';

import { renderGuide, type Transforms } from './guide-transforms';
import { parseRule, type Rule, type RuleProblem } from './rule-schema';
import { findKey, findStringStart, type QueryPosition } from './toml-position';

export interface ParsedRuleToml {
  /** Absent if there is an error among `problems`. Its note holds buttons in place of `$osquery_N`. */
  readonly rule?: Rule;
  readonly transforms: Transforms;
  readonly queryPosition?: QueryPosition;
  readonly problems: readonly RuleProblem[];
}

const NO_TRANSFORMS: Transforms = { osquery: [], investigate: [] };

/**
 * Reads a rule in the TOML format of elastic/detection-rules: `[rule]` is Kibana's rule, `[transform]` the buttons of its
 * guide, `[metadata]` is for that repository and not kept. Never throws; what is wrong is in `problems`.
 */
export function parseRuleToml(text: string, fileName: string): ParsedRuleToml {
  const document = parseToml(text, fileName);
  if ('problem' in document) return { transforms: NO_TRANSFORMS, problems: [document.problem] };

  const { rule: ruleTable, transform } = document.tables;
  if (!isTable(ruleTable)) {
    return { transforms: NO_TRANSFORMS, problems: [noRuleTable(document.tables, fileName)] };
  }
  const parsed = parseRule(ruleTable);
  const { transforms, problems: transformProblems } = parseTransforms(transform);
  const guide = renderGuide(parsed.rule?.note ?? '', transforms);
  const problems = [
    ...parsed.problems,
    ...transformProblems,
    ...(parsed.rule ? guide.problems : []),
  ];
  const queryPosition = findStringStart(text, 'rule', 'query');
  return {
    ...(parsed.rule && { rule: { ...parsed.rule, note: guide.note } }),
    transforms,
    ...(queryPosition && { queryPosition }),
    problems: problems.map((problem) => place(problem, text, fileName)),
  };
}

type Tables = Readonly<Record<string, unknown>>;

/** The tables of a TOML text, or what is wrong with it and where. */
export function parseToml(
  text: string,
  fileName: string,
): { readonly tables: Tables } | { readonly problem: RuleProblem } {
  try {
    return { tables: parse(text) };
  } catch (error) {
    if (!(error instanceof TomlError)) throw error;
    const reason = error.message.replace(/^Invalid TOML document: /, '').split('\n', 1)[0] ?? '';
    return {
      problem: {
        level: 'error',
        message: `Not valid TOML: ${reason}`,
        hint: syntaxHint(reason),
        file: fileName,
        line: error.line,
        column: error.column,
      },
    };
  }
}

function syntaxHint(reason: string): string {
  if (/escape/.test(reason)) {
    return "In \"..\" a backslash must be doubled; for EQL and Markdown use '''..''', where it stands for itself";
  }
  if (/unfinished string|control characters/.test(reason)) {
    return "Close the string on its line, or use '''..''' for a text of several lines";
  }
  if (/redefine/.test(reason)) return 'Write each key once in its table';
  if (/comma or end of structure|unfinished array/.test(reason)) {
    return 'Separate the entries of a list by commas and close it with ]';
  }
  if (/invalid value/.test(reason))
    return 'Put text in quotes; true, false and numbers stand alone';
  return 'A line is key = value, [table], [[list of tables]] or # comment';
}

function noRuleTable(tables: Tables, file: string): RuleProblem {
  const hint = isTable(tables['translation'])
    ? 'This is a translation; it belongs beside its rule, as <rule>.<language>.toml'
    : 'A rule file has a [rule] table with rule_id, name, type, query and more; see rules/README.md';
  return { level: 'error', message: 'There is no [rule] table', hint, file };
}

const osqueryTransform = z.looseObject({
  label: z.string().default('Run Osquery'),
  query: z.string().regex(/\S/),
  ecs_mapping: z.record(z.string(), z.unknown()).optional(),
});

const investigateTransform = z.looseObject({
  label: z.string(),
  description: z.string().optional(),
  providers: z.array(
    z.array(
      z.looseObject({
        field: z.string().regex(/\S/),
        value: z.union([z.string(), z.number(), z.boolean()]),
        valueType: z.string(),
        queryType: z.string(),
        excluded: z.boolean(),
      }),
    ),
  ),
  relativeFrom: z.string().optional(),
  relativeTo: z.string().optional(),
});

function parseTransforms(value: unknown): {
  readonly transforms: Transforms;
  readonly problems: readonly RuleProblem[];
} {
  const table = isTable(value) ? value : {};
  const osquery = parseList(table['osquery'], 'osquery', osqueryTransform);
  const investigate = parseList(table['investigate'], 'investigate', investigateTransform);
  return {
    transforms: { osquery: osquery.items, investigate: investigate.items },
    problems: [...osquery.problems, ...investigate.problems],
  };
}

/** A broken transform keeps its place as undefined, so that the numbers of the others stay right. */
function parseList<T>(value: unknown, kind: string, schema: z.ZodType<T>) {
  const items: (T | undefined)[] = [];
  const problems: RuleProblem[] = [];
  for (const [number, entry] of (Array.isArray(value) ? value : []).entries()) {
    const result = schema.safeParse(entry);
    items.push(result.success ? result.data : undefined);
    for (const issue of result.error?.issues ?? []) {
      const path = ['transform', kind, number, ...issue.path].map(String).join('.');
      const hint = `[[transform.${kind}]] number ${number}, counted from 0, makes the button $${kind}_${number}`;
      problems.push({ level: 'warning', message: `${path}: ${issue.message}`, path, hint });
    }
  }
  return { items, problems };
}

/** Adds the file, and the position of the key in `[rule]` that the problem is about. */
function place(problem: RuleProblem, text: string, file: string): RuleProblem {
  const key = /^[\w-]+/.exec(problem.path ?? '')?.[0];
  return { ...problem, file, ...(key && findKey(text, 'rule', key)) };
}

function isTable(value: unknown): value is Tables {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

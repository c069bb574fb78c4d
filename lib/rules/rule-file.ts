import { basename, extname } from 'node:path';

import type { Transforms } from './guide-transforms';
import { parseRule, type Rule, type RuleProblem } from './rule-schema';
import { parseRuleToml } from './rule-toml';
import { positionAt, type QueryPosition } from './toml-position';

/** A rule as one file has it. `transforms` only from TOML, where the buttons of the guide are apart from its text. */
export interface RuleInFile {
  readonly rule: Rule;
  readonly transforms?: Transforms;
  readonly queryPosition?: QueryPosition;
  readonly problems: readonly RuleProblem[];
}

export interface RulesOfFile {
  readonly rules: readonly RuleInFile[];
  /** What belongs to no rule, and the errors of rules that cannot be used. */
  readonly problems: readonly RuleProblem[];
}

/** The rules in a text, by the extension of its file: .toml, .json, .ndjson or .eql. */
export function parseRuleFile(text: string, file: string): RulesOfFile {
  switch (extname(file)) {
    case '.toml':
      return fromToml(text, file);
    case '.ndjson':
      return fromNdjson(text, file);
    case '.eql':
      return fromEql(text, file);
    default:
      return fromJson(text, file);
  }
}

function fromToml(text: string, file: string): RulesOfFile {
  const { rule, transforms, queryPosition, problems } = parseRuleToml(text, file);
  if (!rule) return { rules: [], problems };
  return {
    rules: [{ rule, transforms, ...(queryPosition && { queryPosition }), problems }],
    problems: [],
  };
}

/** One rule, or a list of rules. */
function fromJson(text: string, file: string): RulesOfFile {
  const parsed = parseJson(text, { file, line: 1 });
  if (parsed.problem) return { rules: [], problems: [parsed.problem] };
  const values: readonly unknown[] = Array.isArray(parsed.value) ? parsed.value : [parsed.value];
  return collect(values.map((value) => fromValue(value, { file })));
}

/** Kibana's export: rules, then exception lists, their items and connectors, and at the end a line with counts. */
function fromNdjson(text: string, file: string): RulesOfFile {
  const found: RulesOfFile[] = [];
  let leftOut = 0;
  for (const [index, lineText] of text.split('\n').entries()) {
    if (lineText.trim() === '') continue;
    const place = { file, line: index + 1 };
    const parsed = parseJson(lineText, place);
    if (parsed.problem) found.push({ rules: [], problems: [parsed.problem] });
    else if (isExportSummary(parsed.value)) continue;
    else if (isExceptionOrConnector(parsed.value)) leftOut += 1;
    else found.push(fromValue(parsed.value, place));
  }
  if (leftOut > 0) {
    const message = `${leftOut} exception lists, exception items or connectors in the export are left out`;
    found.push({ rules: [], problems: [{ level: 'note', message, file }] });
  }
  return collect(found);
}

/** A bare query: a rule named after its file, over all indices. */
function fromEql(text: string, file: string): RulesOfFile {
  const name = basename(file, '.eql');
  const { rule, problems } = parseRule({
    rule_id: name,
    name,
    description: `The query in ${basename(file)}`,
    severity: 'low',
    risk_score: 21,
    type: 'eql',
    query: text,
  });
  if (rule)
    return { rules: [{ rule, queryPosition: { line: 1, column: 1 }, problems }], problems: [] };
  const hint = 'Write an EQL query, such as process where process.name : "cmd.exe"';
  return {
    rules: [],
    problems: [{ level: 'error', message: 'There is no query in the file', hint, file }],
  };
}

interface Place {
  readonly file: string;
  readonly line?: number;
}

function fromValue(value: unknown, place: Place): RulesOfFile {
  const { rule, problems } = parseRule(value);
  const placed = problems.map((problem) => ({ ...problem, ...place }));
  if (rule) return { rules: [{ rule, problems: placed }], problems: [] };
  const name = hasKey(value, 'name') && typeof value.name === 'string' ? value.name : undefined;
  if (name === undefined) return { rules: [], problems: placed };
  const named = placed.map((problem) => ({ ...problem, message: `"${name}": ${problem.message}` }));
  return { rules: [], problems: named };
}

function collect(parts: readonly RulesOfFile[]): RulesOfFile {
  return {
    rules: parts.flatMap((part) => part.rules),
    problems: parts.flatMap((part) => part.problems),
  };
}

type ParsedJson =
  { readonly value: unknown; readonly problem?: undefined } | { readonly problem: RuleProblem };

function parseJson(text: string, { file, line: firstLine }: Required<Place>): ParsedJson {
  try {
    return { value: JSON.parse(text) };
  } catch (error) {
    const reason = error instanceof Error ? error.message : String(error);
    const offset = /at position (\d+)/.exec(reason)?.[1];
    const { line, column } = positionAt(text, offset === undefined ? text.length : Number(offset));
    return {
      problem: {
        level: 'error',
        message: `Not valid JSON: ${reason.replace(/ in JSON at position.*/s, '')}`,
        hint: 'A .json file holds one rule or a list of rules; an .ndjson file holds one rule a line',
        file,
        line: firstLine + line - 1,
        column,
      },
    };
  }
}

function isExportSummary(value: unknown): boolean {
  return hasKey(value, 'exported_count') || hasKey(value, 'exported_rules_count');
}

function isExceptionOrConnector(value: unknown): boolean {
  if (hasKey(value, 'rule_id')) return false;
  return hasKey(value, 'list_id') || hasKey(value, 'attributes');
}

function hasKey<K extends string>(value: unknown, key: K): value is Record<K, unknown> {
  return typeof value === 'object' && value !== null && key in value;
}

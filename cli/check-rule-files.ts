import { extname } from 'node:path';
import { ecsMapping } from '@/lib/ecs/mapping';
import {
  checkQuery,
  EqlError,
  parseQuery,
  positionAt,
  type EqlProblem,
  type ProblemKind,
  type Schema,
} from '@/lib/eql';
import { loadRule, loadRules, type LoadedRule, type LoadedRules } from '@/lib/rules/load-rules';
import { checkOptionsOf, formatQueryProblem } from '@/lib/rules/rule-query';
import {
  formatRuleProblem,
  notRunReason,
  type EqlRule,
  type RuleProblem,
} from '@/lib/rules/rule-schema';

/**
 * - `syntax`, `semantic`: the query is wrong
 * - `rule`: the file or the rule around the query is wrong
 * - `warning`, `note`: it works
 */
type FoundKind = ProblemKind | 'rule' | 'note';

export interface FoundProblem {
  readonly file: string | undefined;
  /** Both from 1, as far as the place is known. */
  readonly line: number | undefined;
  readonly column: number | undefined;
  readonly kind: FoundKind;
  readonly message: string;
  readonly hint: string | undefined;
  /** The whole problem as people read it, with an excerpt of the query. */
  readonly text: string;
}

export interface CheckSummary {
  readonly rules: number;
  readonly queries: number;
  readonly errors: number;
  readonly warnings: number;
  /** Number of rules by their type, of types that do not run here. */
  readonly notRun: Readonly<Record<string, number>>;
}

export interface CheckResult {
  /** In order of file and place. */
  readonly problems: readonly FoundProblem[];
  readonly summary: CheckSummary;
}

/** Every problem of the rules and queries in `paths`: files, or folders with the folders in them. */
export async function checkRuleFiles(paths: readonly string[]): Promise<CheckResult> {
  const loaded = await loadAll([...new Set(paths)]);
  const schema = ecsMapping({ unknownFields: 'dynamic' });
  const problems = loaded.problems.map(ofRule);
  const notRun: Record<string, number> = {};
  for (const entry of loaded.rules) {
    const { rule } = entry;
    const reason = notRunReason(rule);
    // Counted in the summary: a folder may hold hundreds.
    problems.push(...entry.problems.filter(({ message }) => message !== reason).map(ofRule));
    if (rule.type === 'eql') problems.push(...checkRuleQuery(rule, entry, schema));
    else notRun[rule.type] = (notRun[rule.type] ?? 0) + 1;
  }
  const count = (...kinds: FoundKind[]) =>
    problems.filter(({ kind }) => kinds.includes(kind)).length;
  const summary = {
    rules: loaded.rules.length,
    queries: loaded.rules.filter(({ rule }) => rule.type === 'eql').length,
    errors: count('syntax', 'semantic', 'rule'),
    warnings: count('warning'),
    notRun,
  };
  return { problems: problems.sort(byPlace), summary };
}

/** Queries are named after their files, and two folders may use one name: that is no mistake here. */
async function loadAll(paths: readonly string[]): Promise<LoadedRules> {
  const { rules, problems } = await loadRules(paths);
  const isQueryAgain = ({ path, file = '' }: RuleProblem) =>
    path === 'rule_id' && extname(file) === '.eql';
  const again = problems.filter(isQueryAgain).map(({ file = '' }) => file);
  const queries = await Promise.all([...new Set(again)].map((file) => loadRule(file)));
  return {
    rules: [...rules, ...queries.flatMap((query) => query.rules)],
    problems: [
      ...problems.filter((problem) => !isQueryAgain(problem)),
      ...queries.flatMap((query) => query.problems),
    ],
  };
}

function checkRuleQuery(rule: EqlRule, loaded: LoadedRule, schema: Schema): FoundProblem[] {
  const found = problemsOf(rule, schema);
  return found.map((problem) => ofQuery(problem, rule, loaded));
}

function problemsOf(rule: EqlRule, schema: Schema): readonly EqlProblem[] {
  const { query } = rule;
  try {
    return checkQuery(parseQuery(query), query, checkOptionsOf(rule, schema));
  } catch (error) {
    if (error instanceof EqlError) return error.problems;
    throw error;
  }
}

/** A problem of a query, at its place in the file; where only the file or the line is known, the message has the rest. */
function ofQuery(problem: EqlProblem, rule: EqlRule, loaded: LoadedRule): FoundProblem {
  const { name, query } = rule;
  const { file, queryPosition } = loaded;
  const { kind, message, hint } = problem;
  const text = formatQueryProblem(problem, rule, loaded);
  const { line, column } = positionAt(query, problem.span.start);
  if (queryPosition?.column !== undefined) {
    return {
      file,
      line: queryPosition.line + line - 1,
      column: line === 1 ? queryPosition.column + column - 1 : column,
      kind,
      message,
      hint,
      text,
    };
  }
  return {
    file,
    line: queryPosition?.line,
    column: undefined,
    kind,
    message: `"${name}", at ${line}:${column} of its query: ${message}`,
    hint,
    text,
  };
}

function ofRule(problem: RuleProblem): FoundProblem {
  const { level, file, line, column, message, hint } = problem;
  const kind = level === 'error' ? 'rule' : level;
  return { file, line, column, kind, message, hint, text: formatRuleProblem(problem) };
}

function byPlace(a: FoundProblem, b: FoundProblem): number {
  const [left, right] = [a.file ?? '', b.file ?? ''];
  if (left !== right) return left < right ? -1 : 1;
  return (a.line ?? 0) - (b.line ?? 0) || (a.column ?? 0) - (b.column ?? 0);
}

import {
  checkExpression,
  checkQuery,
  compileQuery,
  EqlError,
  foldConstant,
  parseExpression,
  parseQuery,
  printQuery,
  readQuery,
  runQuery,
  SequenceMatcher,
  type EqlProblem,
  type FieldInfo,
  type FieldType,
  type Schema,
} from '@/lib/eql';
import { loadDataset, type Dataset } from './datasets';
import { sameCause } from './same-cause';
import type { Outcome, Suite, SuiteTest } from './suite';

const NO_FIELDS: Schema = { field: () => undefined, names: () => [] };

/** Runs every test of a suite on the in-memory engine. */
export function runSuite(suite: Suite, folder: string): Outcome[] {
  const names = typeof suite.dataset === 'string' ? [suite.dataset] : (suite.dataset ?? []);
  const dataset = names.length > 0 ? loadDataset(folder, names) : undefined;
  const outcomes = suite.tests.map((test, index) => runTest(suite, test, index, dataset));
  if (!suite.also_run_on) return outcomes;
  const second = loadDataset(folder, [suite.also_run_on]);
  const label = `${suite.suite}@${suite.also_run_on}`;
  return [
    ...outcomes,
    ...suite.tests.map((test, index) => runTest({ ...suite, suite: label }, test, index, second)),
  ];
}

function runTest(
  suite: Suite,
  test: SuiteTest,
  index: number,
  dataset: Dataset | undefined,
): Outcome {
  const name =
    test.name ??
    (test.id === undefined
      ? `${index + 1}: ${test.query ?? test.expression ?? ''}`
      : String(test.id));
  const base = { suite: suite.suite, name };
  if (test.disabled) return { ...base, status: 'skipped', reason: 'disabled in the source' };
  try {
    const { expected, actual, passed, skipped } = judge(suite, test, dataset);
    if (skipped) return { ...base, status: 'skipped', reason: skipped };
    return passed ? { ...base, status: 'passed' } : { ...base, status: 'failed', expected, actual };
  } catch (error) {
    const actual = error instanceof Error ? error.message : String(error);
    return {
      ...base,
      status: 'failed',
      expected: test.expected ?? test.expected_any_of ?? test.value,
      actual,
    };
  }
}

interface Verdict {
  readonly passed: boolean;
  readonly expected?: unknown;
  readonly actual?: unknown;
  readonly skipped?: string;
}

function judge(suite: Suite, test: SuiteTest, dataset: Dataset | undefined): Verdict {
  const kind = suite.suite.replace(/@.*/, '');
  if (kind === 'grammar_supported') return judgeParse(test, true);
  if (kind === 'grammar_unsupported') return judgeParse(test, false);
  if (kind.startsWith('errors')) return judgeError(test, suite.fields ?? {});
  if (kind === 'literals') return judgeValue(test, test.value);
  if (kind === 'fold_expressions') return judgeValue(test, test.expected);
  if (kind === 'sequences_series') return judgeSeries(test);
  if (!dataset) return { passed: false, skipped: 'no data set' };
  if (kind.startsWith('endgame')) return judgeEndgame(test, dataset);
  return judgeQuery(test, dataset);
}

function judgeParse(test: SuiteTest, supported: boolean): Verdict {
  const query = test.query ?? '';
  try {
    const tree = parseQuery(query);
    const again = printQuery(parseQuery(printQuery(tree)));
    return {
      passed: supported && again === printQuery(tree),
      expected: supported ? 'parses and prints' : 'refused',
      actual: again,
    };
  } catch (error) {
    if (!(error instanceof EqlError)) throw error;
    return { passed: !supported, expected: 'parses', actual: error.message };
  }
}

function judgeValue(test: SuiteTest, expected: unknown): Verdict {
  const text = test.expression ?? '';
  const problems: EqlProblem[] = [];
  let actual: unknown;
  try {
    const expression = parseExpression(text);
    problems.push(
      ...checkExpression(expression, text, NO_FIELDS).filter(
        ({ message }) => !message.startsWith('Condition expression'),
      ),
    );
    const value = foldConstant(expression, NO_FIELDS);
    actual = typeof value === 'bigint' ? Number(value) : value;
  } catch (error) {
    if (!(error instanceof EqlError)) throw error;
    problems.push(...error.problems);
  }
  if (test.expect_error) return { passed: problems.length > 0, expected: 'an error', actual };
  return {
    passed: problems.length === 0 && actual === expected,
    expected,
    actual: problems[0]?.message ?? actual,
  };
}

function judgeError(test: SuiteTest, fields: Readonly<Record<string, string>>): Verdict {
  const found =
    test.query === undefined
      ? expressionProblems(test.expression ?? '')
      : queryProblems(test.query, declaredSchema(fields));
  const message = found[0]?.message;
  if (test.accepted === true)
    return { passed: found.length === 0, expected: 'accepted', actual: message };
  const shown = found.map((problem) => `${problem.message} ${problem.hint ?? ''}`);
  return {
    passed: shown.some((text) => sameCause(test.error ?? null, text)),
    expected: test.error,
    actual: shown,
  };
}

function queryProblems(text: string, schema: Schema): readonly EqlProblem[] {
  try {
    return checkQuery(parseQuery(text), text, { schema });
  } catch (error) {
    if (error instanceof EqlError) return error.problems;
    throw error;
  }
}

function expressionProblems(text: string): readonly EqlProblem[] {
  try {
    parseExpression(text);
    return [];
  } catch (error) {
    if (error instanceof EqlError) return error.problems;
    throw error;
  }
}

function declaredSchema(fields: Readonly<Record<string, string>>): Schema {
  const infos = new Map<string, FieldInfo>();
  for (const [name, described] of Object.entries(fields)) {
    const type = (described.split(' ')[0] ?? 'keyword') as FieldType;
    infos.set(name, described.includes('.keyword') ? { type, exact: `${name}.keyword` } : { type });
  }
  return { field: (name) => infos.get(name), names: () => infos.keys() };
}

function judgeSeries(test: SuiteTest): Verdict {
  const stages = test.stages ?? [];
  const byTime = new Map<number, { event: string; hits: { stage: number; keys: string[][] }[] }>();
  stages.forEach((events, stage) => {
    for (const { event, t, key } of events) {
      const entry = byTime.get(t) ?? { event, hits: [] };
      byTime.set(t, entry);
      entry.hits.push({ stage, keys: [key ? [key] : []] });
    }
  });
  const matcher = new SequenceMatcher<string>({
    missing: stages.map(() => false),
    maxspanMs: undefined,
  });
  const ordered = [...byTime].sort(([a], [b]) => a - b);
  const found = ordered.flatMap(([timestamp, { event, hits }]) =>
    matcher.push({ timestamp, hits, event }),
  );
  const actual = found.map(({ events }) => events);
  const expected = (test.expected as { events: string[] }[]).map(({ events }) => events);
  return { passed: JSON.stringify(actual) === JSON.stringify(expected), expected, actual };
}

function judgeQuery(test: SuiteTest, dataset: Dataset): Verdict {
  const { query } = readQuery(test.query ?? '', { schema: dataset.schema });
  const compiled = compileQuery(query, dataset);
  const result = runQuery(compiled, dataset.events, {
    size: test.size ?? 50,
    ...(test.max_samples_per_key === undefined
      ? {}
      : { maxSamplesPerKey: test.max_samples_per_key }),
  });
  const matches =
    result.kind === 'events' ? [{ joinKeys: [], events: result.events }] : result.sequences;
  const ids = matches.flatMap(({ events }) =>
    events.map((placed) => (placed === null ? -1 : dataset.idOf(placed.event))),
  );
  const keys = matches.flatMap(({ joinKeys }) => joinKeys.map(String));
  const allowed = test.expected_any_of ?? [test.expected];
  const idsMatch = allowed.some((expected) => JSON.stringify(expected) === JSON.stringify(ids));
  const keysMatch =
    !test.join_keys || JSON.stringify(test.join_keys.map(String)) === JSON.stringify(keys);
  return {
    passed: idsMatch && keysMatch,
    expected: { ids: allowed, keys: test.join_keys },
    actual: { ids, keys },
  };
}

/** The ancestor's semantics differ, so only queries that are valid here and do not depend on them are judged. */
function judgeEndgame(test: SuiteTest, dataset: Dataset): Verdict {
  try {
    readQuery(test.query ?? '', { schema: dataset.schema });
  } catch (error) {
    if (error instanceof EqlError)
      return { passed: false, skipped: `not in Elasticsearch's language: ${error.message}` };
    throw error;
  }
  const isAncestral =
    test.case_insensitive === true || /[=!]=\s*["'][^"']*[*?]/.test(test.query ?? '');
  if (isAncestral)
    return { passed: false, skipped: 'relies on the ancestor: == ignores case or takes wildcards' };
  return judgeQuery(test, dataset);
}

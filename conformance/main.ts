import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { z } from 'zod';
import { runSuite } from './run-suite';
import { loadSuites, type Outcome } from './suite';

const { values: options } = parseArgs({
  options: {
    dir: { type: 'string' },
    engine: { type: 'string', default: 'memory' },
    json: { type: 'boolean', default: false },
    verbose: { type: 'boolean', default: false },
  },
});

const folder =
  options.dir ?? join(process.env.WATCHFLOOR_CORPORA ?? '../shared/corpora', 'eql-conformance');
const skipsSchema = z.array(
  z.object({ suite: z.string(), name: z.string(), engine: z.string(), reason: z.string() }),
);
const skips = skipsSchema.parse(JSON.parse(readFileSync('docs/conformance-skips.json', 'utf8')));

if (options.engine !== 'memory')
  fail(`Unknown engine "${options.engine}". The engines are: memory.`);
if (!existsSync(join(folder, 'datasets.json')))
  fail(`No conformance suites in "${folder}". Name their folder with --dir or WATCHFLOOR_CORPORA.`);

const outcomes = loadSuites(folder)
  .flatMap((suite) => runSuite(suite, folder))
  .map(applySkips);
const failed = outcomes.filter(({ status }) => status === 'failed');
if (options.json)
  process.stdout.write(
    `${JSON.stringify({ engine: options.engine, outcomes, summary: count(outcomes) })}\n`,
  );
else printTable();
process.exitCode = failed.length > 0 ? 1 : 0;

function applySkips(outcome: Outcome): Outcome {
  if (outcome.status !== 'failed') return outcome;
  const skip = skips.find(
    ({ suite, name, engine }) =>
      suite === outcome.suite && name === outcome.name && engine === options.engine,
  );
  return skip ? { ...outcome, status: 'skipped', reason: skip.reason } : outcome;
}

function count(list: readonly Outcome[]): Record<Outcome['status'], number> {
  const of = (status: Outcome['status']): number =>
    list.filter((outcome) => outcome.status === status).length;
  return { passed: of('passed'), failed: of('failed'), skipped: of('skipped') };
}

function printTable(): void {
  for (const suite of new Set(outcomes.map((outcome) => outcome.suite))) {
    const {
      passed,
      failed: bad,
      skipped,
    } = count(outcomes.filter((outcome) => outcome.suite === suite));
    console.log(
      `${suite.padEnd(40)} ${String(passed).padStart(4)} passed ${String(bad).padStart(4)} failed ${String(skipped).padStart(4)} skipped`,
    );
  }
  for (const { suite, name, expected, actual } of failed) {
    console.log(
      `\nFAILED ${suite}: ${name}\n  expected ${JSON.stringify(expected)}\n  actual   ${JSON.stringify(actual)}`,
    );
  }
  if (options.verbose) {
    for (const { suite, name, reason } of outcomes.filter(({ status }) => status === 'skipped'))
      console.log(`skipped ${suite}: ${name}: ${reason}`);
  }
  const total = count(outcomes);
  console.log(`\n${total.passed} passed, ${total.failed} failed, ${total.skipped} skipped`);
}

function fail(message: string): never {
  console.error(message);
  process.exit(2);
}

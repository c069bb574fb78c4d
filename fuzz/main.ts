import { parseArgs } from 'node:util';
import fc from 'fast-check';
import { loadQueries } from './seeds';
import { fuzzTargets } from './targets';

const { values: options } = parseArgs({
  options: {
    seconds: { type: 'string', default: '60' },
    seed: { type: 'string' },
  },
});

const seconds = Number(options.seconds);
const seed = options.seed === undefined ? Date.now() % 2 ** 31 : Number(options.seed);
if (!(seconds > 0) || !Number.isSafeInteger(seed)) {
  console.error('Usage: npm run fuzz -- [--seconds N] [--seed N]');
  process.exit(2);
}

const queries = loadQueries();
console.log(`seed ${seed}, ${seconds} s a target, ${queries.length} queries to start from`);
for (const [name, target] of Object.entries(fuzzTargets(queries))) {
  const startedAt = performance.now();
  const details = fc.check(target, {
    seed,
    numRuns: 1_000_000_000,
    maxSkipsPerRun: 1,
    interruptAfterTimeLimit: seconds * 1_000,
    markInterruptAsFailure: false,
  });
  const taken = ((performance.now() - startedAt) / 1_000).toFixed(1);
  console.log(`${name.padEnd(22)} ${String(details.numRuns).padStart(9)} runs in ${taken} s`);
  if (!details.failed || details.counterexample === null) continue;
  process.exitCode = 1;
  const input =
    typeof details.counterexample === 'string'
      ? JSON.stringify(details.counterexample)
      : fc.stringify(details.counterexample);
  console.log(`FAILED with seed ${seed} and ${input}`);
  console.log(
    details.errorInstance instanceof Error ? details.errorInstance.stack : details.errorInstance,
  );
}

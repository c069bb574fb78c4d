// `npm test`: every part in turn, each timed, and one line at the end that counts the tests.
import { spawnSync } from 'node:child_process';
import { existsSync, mkdirSync, readFileSync, rmSync } from 'node:fs';
import { resolve } from 'node:path';
import { inRoot, install, nodePath, rightNode, root } from './boot.mjs';

install();
await rightNode();
const { chromiumPath, installChromium } = await import('./chromium.mjs');

const required = new Set((process.env.WATCHFLOOR_REQUIRE ?? '').split(',').filter(Boolean));
const corpora = resolve(root, process.env.WATCHFLOOR_CORPORA ?? '../shared/corpora');
const total = { passed: 0, failed: 0, skipped: 0 };

rmSync(inRoot('test-results'), { recursive: true, force: true });
mkdirSync(inRoot('test-results'));

part('format', () => check('prettier/bin/prettier.cjs', '--check', '--log-level', 'warn', '.'));
part('lint', () => check('eslint/bin/eslint.js', '--max-warnings', '0', '.'));
part('types', () =>
  countOne(node('next/dist/bin/next', 'typegen') && node('typescript/bin/tsc', '--noEmit')),
);
part('knip', () => check('knip/bin/knip.js'));
part('unit', unitTests);
part('build', () => countOne(script('build.mjs')));
part('conformance', conformance);
part('e2e', browserTests);
part('fuzz', () => countOne(script('run-bundle.mjs', 'fuzz', '--seconds', '5')));

const skipped = total.skipped > 0 ? `, ${total.skipped} skipped` : '';
console.log(`\n${total.passed} passed, ${total.failed} failed${skipped}`);
process.exit(total.failed > 0 ? 1 : 0);

function part(name, work) {
  console.log(`\n=== ${name}`);
  const startedAt = Date.now();
  const { passed = 0, failed = 0, skipped = 0, reason } = work();
  total.passed += passed;
  total.failed += failed;
  total.skipped += skipped;
  const seconds = ((Date.now() - startedAt) / 1000).toFixed(1);
  const counts = `${passed} passed, ${failed} failed, ${skipped} skipped`;
  console.log(`=== ${name}: ${counts} in ${seconds} s${reason ? ` (${reason})` : ''}`);
}

function unitTests() {
  const report = inRoot('test-results', 'unit.json');
  const reporters = ['--reporter=default', '--reporter=json', `--outputFile.json=${report}`];
  const isGreen = node('vitest/vitest.mjs', 'run', ...reporters);
  return believe(
    isGreen,
    () => readFileSync(report),
    (result) => ({
      passed: result.numPassedTests,
      failed: result.numFailedTests,
      skipped: result.numPendingTests + result.numTodoTests,
    }),
  );
}

function conformance() {
  if (!existsSync(corpora)) return skip('corpora', `there is no corpora folder at ${corpora}`);
  const { status, stdout } = spawnSync(
    nodePath(),
    [inRoot('scripts', 'run-bundle.mjs'), 'conformance', '--json'],
    { cwd: root, stdio: ['ignore', 'pipe', 'inherit'], maxBuffer: 2 ** 28, encoding: 'utf8' },
  );
  return believe(
    status === 0,
    () => stdout,
    ({ summary, outcomes }) => {
      for (const { suite, name, status } of outcomes) {
        if (status === 'failed') console.log(`FAILED ${suite}: ${name}`);
      }
      return summary;
    },
  );
}

function browserTests() {
  if (!chromiumPath() && !installChromium()) {
    return skip('browser', 'there is no Chromium: install it, or name one in CHROMIUM_PATH');
  }
  const report = inRoot('test-results', 'e2e.json');
  process.env.PLAYWRIGHT_JSON_OUTPUT_NAME = report;
  const isGreen = node('@playwright/test/cli.js', 'test', '--reporter=list,json');
  return believe(
    isGreen,
    () => readFileSync(report),
    ({ stats }) => ({
      passed: stats.expected,
      failed: stats.unexpected + stats.flaky,
      skipped: stats.skipped,
    }),
  );
}

/** The counts of a report; a red end that no count explains (a file that does not load, no report) is one failure. */
function believe(isGreen, report, read) {
  try {
    const counts = read(JSON.parse(report()));
    return isGreen || counts.failed > 0 ? counts : { ...counts, failed: 1 };
  } catch (error) {
    return { failed: 1, reason: `no report: ${error.message}` };
  }
}

function skip(need, reason) {
  return required.has(need)
    ? { failed: 1, reason: `${reason}, and WATCHFLOOR_REQUIRE names ${need}` }
    : { skipped: 1, reason };
}

function check(tool, ...args) {
  return countOne(node(tool, ...args));
}

function countOne(isGreen) {
  return isGreen ? { passed: 1 } : { failed: 1 };
}

function node(tool, ...args) {
  return succeeds(inRoot('node_modules', tool), args);
}

function script(name, ...args) {
  return succeeds(inRoot('scripts', name), args);
}

function succeeds(file, args) {
  return spawnSync(nodePath(), [file, ...args], { cwd: root, stdio: 'inherit' }).status === 0;
}

import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, mkdtempSync, readFileSync, rmSync, utimesSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { inRoot, withLock } from './boot.mjs';

const lockName = `boot-test-${process.pid}`;
const lockFile = inRoot(`.${lockName}.lock`);
let folder: string;

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'watchfloor-boot-'));
});

afterEach(() => {
  rmSync(folder, { recursive: true });
  rmSync(lockFile, { force: true });
});

it('lets one process after another do the same work', async () => {
  const log = join(folder, 'log');
  const script = `
    import { appendFileSync } from 'node:fs';
    import { withLock } from ${JSON.stringify(inRoot('scripts', 'boot.mjs'))};
    withLock(${JSON.stringify(lockName)}, () => {
      appendFileSync(${JSON.stringify(log)}, 'in ');
      Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, 100);
      appendFileSync(${JSON.stringify(log)}, 'out ');
    });`;
  const start = () => spawn(process.execPath, ['--input-type=module', '--eval', script]);
  await Promise.all([once(start(), 'exit'), once(start(), 'exit'), once(start(), 'exit')]);
  expect(readFileSync(log, 'utf8')).toBe('in out in out in out ');
  expect(existsSync(lockFile)).toBe(false);
});

it('takes over the lock of a process that is gone', () => {
  const noProcess = 2 ** 30;
  const longAgo = new Date(0);
  writeFileSync(lockFile, String(noProcess));
  utimesSync(lockFile, longAgo, longAgo);
  let isDone = false;
  withLock(lockName, () => {
    isDone = true;
  });
  expect(isDone).toBe(true);
  expect(existsSync(lockFile)).toBe(false);
});

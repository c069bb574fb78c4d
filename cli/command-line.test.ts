import { spawnSync } from 'node:child_process';
import { join } from 'node:path';
import { describe, expect, it, vi } from 'vitest';
import { version } from '@/package.json';
import { folderWith, runCaptured } from './captured-run';

describe('the command line', () => {
  it('prints its help on stdout when asked, with every command', async () => {
    const { code, stdout, stderr } = await runCaptured('--help');
    expect({ code, stderr }).toEqual({ code: 0, stderr: '' });
    expect(stdout).toMatch(
      /^Usage: watchfloor COMMAND[^]*\n {2}detect [^]*\n {2}eql [^]*\n {2}check /,
    );
  });

  it('prints its help on stderr when called without a command: bad usage', async () => {
    const { code, stdout, stderr } = await runCaptured();
    expect({ code, stdout }).toEqual({ code: 2, stdout: '' });
    expect(stderr).toMatch(/^Usage: watchfloor/);
  });

  it.each([[['help', 'eql']], [['eql', '--help']], [['eql', 'process where true', '-h']]])(
    'explains one command: %j',
    async (args) => {
      const { code, stdout } = await runCaptured(...args);
      expect(code).toBe(0);
      expect(stdout).toMatch(/^Usage: watchfloor eql QUERY FILE\.\./);
    },
  );

  it('prints its version', async () => {
    expect(await runCaptured('--version')).toEqual({
      code: 0,
      stdout: `watchfloor ${version}\n`,
      stderr: '',
    });
  });

  it.each([
    [['chek'], 'Unknown command "chek".\nDid you mean "check"? See: watchfloor --help\n'],
    [['help', 'eqll'], 'Unknown command "eqll".\nDid you mean "eql"? See: watchfloor --help\n'],
    [
      ['frobnicate'],
      'Unknown command "frobnicate".\nThe commands are: detect, eql, check. See: watchfloor --help\n',
    ],
    [
      ['--versoin'],
      'Unknown option "--versoin".\nDid you mean "--version"? See: watchfloor --help\n',
    ],
    [['eql', 'q', 'f', '--sise', '5'], 'Unknown option "--sise".\nDid you mean "--size"?\n'],
    [['eql', 'q', 'f', '--mapping'], '--mapping needs a value.\nSee: watchfloor help eql\n'],
    [['eql', 'q', 'f', '--json=yes'], '--json takes no value.\nSee: watchfloor help eql\n'],
    [['eql'], 'There is no query.\nSee: watchfloor help eql\n'],
    [
      ['eql', 'any where true', 'f', '--size', 'ten'],
      '--size is "ten".\nWrite a whole number from 0 on, such as --size 50.\n',
    ],
    [
      ['check'],
      'There is nothing to check.\nName files or folders, such as: watchfloor check my-rules/\n',
    ],
  ])('refuses bad usage with exit code 2: %j', async (args, stderr) => {
    expect(await runCaptured(...args)).toEqual({ code: 2, stdout: '', stderr });
  });

  it('tells an unexpected failure in one line, and its stack with --debug', async () => {
    vi.doMock('./check', () => ({
      checkCommand: () => Promise.reject(new Error('out of luck\nsecond line')),
    }));
    const short = await runCaptured('check', 'x');
    expect(short).toEqual({
      code: 1,
      stdout: '',
      stderr: 'Unexpected failure: out of luck (--debug shows the stack)\n',
    });
    const long = await runCaptured('check', '--debug', 'x');
    expect(long.stderr).toMatch(/^Error: out of luck\nsecond line\n {4}at /);
    vi.doUnmock('./check');
  });
});

describe('the bundled command line', { timeout: 60_000 }, () => {
  const launcher = join(import.meta.dirname, '..', 'bin', 'watchfloor');

  it('ends quietly when the reader of its output has gone', () => {
    const line = `{"@timestamp":"2026-01-01T00:00:00Z","text":"${'x'.repeat(1000)}"}\n`;
    const path = folderWith({ 'many.ndjson': line.repeat(5000) });
    const command = `"${launcher}" eql 'any where true' "${path('many.ndjson')}" --json | head -c 10`;
    const { stdout, stderr } = spawnSync('sh', ['-c', command], { encoding: 'utf8' });
    expect(stdout).toBe('{"events":');
    expect(stderr).not.toMatch(/EPIPE|fail/i);
  });

  it('answers the exit code of its command', () => {
    const { status, stderr } = spawnSync(launcher, ['eql', 'any where', 'missing.ndjson']);
    expect(status).toBe(1);
    expect(String(stderr)).toContain('1:10');
  });
});

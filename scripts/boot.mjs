// What must happen before anything else can run: packages and the right Node. Uses nothing but Node 20 itself, and
// writes to stderr only, because stdout belongs to the command that is being prepared.
import { spawn, spawnSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import {
  existsSync,
  mkdirSync,
  readFileSync,
  renameSync,
  rmSync,
  statSync,
  writeFileSync,
} from 'node:fs';
import { delimiter, dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

const isWindows = process.platform === 'win32';

/** The oldest Node the product runs under. The packaged one takes over where the machine's is older. */
const neededNode = 24;

export const root = dirname(dirname(fileURLToPath(import.meta.url)));
export const inRoot = (...parts) => join(root, ...parts);
export const say = (text) => process.stderr.write(`watchfloor: ${text}\n`);

/** The Node that comes with the packages, or this one where its own is new enough. */
export function nodePath() {
  const packaged = inRoot('node_modules', 'node', 'bin', isWindows ? 'node.exe' : 'node');
  return existsSync(packaged) ? packaged : process.execPath;
}

/** Installs the packages of package-lock.json where that has not been done. */
export function install() {
  const stamp = inRoot('node_modules', '.watchfloor-stamp');
  const wanted = sha256(
    `${readFileSync(inRoot('package-lock.json'))} ${process.platform} ${process.arch}`,
  );
  if (readIfThere(stamp) === wanted) return;
  withLock('install', () => {
    if (readIfThere(stamp) === wanted) return; // another command did it meanwhile
    say('installing packages, a minute or two...');
    run('npm', ['ci', '--include=dev', '--no-audit', '--no-fund', '--loglevel=error'], {
      shell: isWindows,
      env: { ...process.env, PATH: pathWithoutPackages() },
    });
    writeWhole(stamp, wanted);
  });
}

/** Continues under the packaged Node where this one is too old; returns only under the right one. */
export async function rightNode() {
  if (Number.parseInt(process.versions.node, 10) >= neededNode) return;
  const node = nodePath();
  if (node === process.execPath) {
    say(`Node ${neededNode} or newer is needed, this is ${process.version}.`);
    process.exit(1);
  }
  const child = spawn(node, [...process.execArgv, ...process.argv.slice(1)], { stdio: 'inherit' });
  await outlive(child);
}

/** Passes signals on to `child`, stops it when npm is gone, and ends as it ends. */
export function outlive(child) {
  for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'])
    process.on(signal, () => child.kill(signal));
  if (process.env.npm_lifecycle_event) {
    // The shell that npm starts us in does not pass SIGTERM on: its end is all we see.
    const parent = process.ppid;
    setInterval(() => process.ppid === parent || child.kill('SIGTERM'), 500).unref();
  }
  child.on('exit', (code, signal) => process.exit(signal ? 1 : code));
  return new Promise(() => {});
}

/** Runs a command to its end with its output on stderr; its failure ends this process. */
export function run(command, args, options = {}) {
  const { status, error } = spawnSync(command, args, {
    cwd: root,
    stdio: ['ignore', 2, 2],
    ...options,
  });
  if (status === 0) return;
  say(`${command} ${args.join(' ')} failed${error ? `: ${error.message}` : ''}.`);
  process.exit(1);
}

/** Does `work` while no other process of this checkout does work of that name. */
export function withLock(name, work) {
  const lock = inRoot(`.${name}.lock`);
  while (!takeLock(lock)) Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, 200);
  const release = () => rmSync(lock, { force: true });
  process.once('exit', release);
  try {
    work();
  } finally {
    release();
    process.off('exit', release);
  }
}

/** Writes a file so that another process sees the old content or the new, never a part. */
export function writeWhole(file, content) {
  mkdirSync(dirname(file), { recursive: true });
  const temporary = `${file}.${process.pid}`;
  writeFileSync(temporary, content);
  renameSync(temporary, file);
}

export const readIfThere = (file) => (existsSync(file) ? readFileSync(file, 'utf8') : undefined);
export const sha256 = (content) => createHash('sha256').update(content).digest('hex');

function takeLock(lock) {
  try {
    writeFileSync(lock, String(process.pid), { flag: 'wx' });
    return true;
  } catch (error) {
    if (error.code !== 'EEXIST') throw error;
  }
  const holder = Number(readIfThere(lock));
  const ageMs = Date.now() - (statSync(lock, { throwIfNoEntry: false })?.mtimeMs ?? Date.now());
  if (ageMs > 1000 && !isAlive(holder)) rmSync(lock, { force: true });
  return false;
}

function isAlive(pid) {
  try {
    return pid > 0 && process.kill(pid, 0);
  } catch (error) {
    return error.code === 'EPERM';
  }
}

/** npm must not run under the Node it is about to replace. */
function pathWithoutPackages() {
  const folders = (process.env.PATH ?? '').split(delimiter);
  return folders.filter((folder) => !folder.startsWith(inRoot('node_modules'))).join(delimiter);
}

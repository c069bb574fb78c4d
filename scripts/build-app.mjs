// The Next app: built into .next where a file that can reach it has changed.
import { createHash } from 'node:crypto';
import { existsSync, readFileSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { inRoot, nodePath, readIfThere, run, say, withLock, writeWhole } from './boot.mjs';

/** Everything app imports, directly or not (eslint.config.mjs keeps it so), and what steers the build. */
const sources = ['app', 'components', 'lib', 'public'];
const settings = ['next.config.js', 'package-lock.json', 'tsconfig.json'];

export const next = inRoot('node_modules', 'next', 'dist', 'bin', 'next');
export const nextEnv = { ...process.env, NODE_ENV: 'production', NEXT_TELEMETRY_DISABLED: '1' };

export function buildApp() {
  const stamp = inRoot('.next', 'watchfloor-stamp');
  if (readIfThere(stamp) === hashSources()) return;
  withLock('build', () => {
    const wanted = hashSources();
    if (readIfThere(stamp) === wanted) return; // another command did it meanwhile
    say('building the app, about a minute...');
    run(nodePath(), [next, 'build'], { env: nextEnv });
    writeWhole(stamp, wanted);
  });
}

function hashSources() {
  const hash = createHash('sha256');
  for (const file of [...sources.flatMap(filesBelow), ...settings]) {
    hash
      .update(file)
      .update('\0')
      .update(readFileSync(inRoot(file)))
      .update('\0');
  }
  return hash.digest('hex');
}

function filesBelow(folder) {
  if (!existsSync(inRoot(folder))) return [];
  return readdirSync(inRoot(folder), { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile() && !/\.test\.tsx?$/.test(entry.name))
    .map((entry) => join(entry.parentPath, entry.name).slice(inRoot().length + 1))
    .sort();
}

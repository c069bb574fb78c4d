// The command line and its like: TypeScript folders with a main.ts, bundled to dist/NAME by esbuild.
import { readdirSync, statSync } from 'node:fs';
import { relative } from 'node:path';
import { inRoot, readIfThere, root, say, writeWhole } from './boot.mjs';

/** Packages with native code cannot be bundled; they are loaded from node_modules. */
const external = ['@duckdb/node-api'];

/**
 * Bundles NAME/main.ts, and each NAME/*.worker.ts beside it, where a file that went into the last bundle has changed.
 * Two commands may do so at once: each writes whole files, the stamp last.
 */
export async function bundle(name) {
  const stamp = inRoot('dist', name, 'stamp.json');
  if (isFresh(name, readIfThere(stamp))) return;
  const startedAt = Date.now();
  const { build } = await import('esbuild');
  const { outputFiles, metafile } = await build({
    absWorkingDir: root,
    entryPoints: entryPoints(name),
    outdir: `dist/${name}`,
    bundle: true,
    format: 'esm',
    platform: 'node',
    target: 'node24',
    external,
    sourcemap: true,
    metafile: true,
    write: false,
    logLevel: 'warning',
  }).catch(() => process.exit(1)); // esbuild has printed why
  for (const { path, contents } of outputFiles) writeWhole(path, contents);
  const inputs = Object.keys(metafile.inputs).filter((file) => !file.startsWith('node_modules/'));
  writeWhole(stamp, JSON.stringify(describe(name, inputs)));
  say(`bundled ${name} in ${Date.now() - startedAt} ms`);
}

function isFresh(name, stamp) {
  if (stamp === undefined) return false;
  const last = JSON.parse(stamp);
  return stamp === JSON.stringify(describe(name, Object.keys(last.inputs)));
}

/** What a bundle was made of. Sizes and times do: a bundle too many costs a fraction of a second. */
function describe(name, inputs) {
  const settings = ['package-lock.json', 'tsconfig.json', relative(root, import.meta.filename)];
  return {
    entryPoints: entryPoints(name),
    inputs: Object.fromEntries([...new Set([...inputs, ...settings])].map((f) => [f, version(f)])),
  };
}

function version(file) {
  const stats = statSync(inRoot(file), { throwIfNoEntry: false });
  return stats ? `${stats.size} ${stats.mtimeMs}` : 'gone';
}

function entryPoints(name) {
  const workers = readdirSync(inRoot(name)).filter((file) => file.endsWith('.worker.ts'));
  return ['main.ts', ...workers.sort()].map((file) => `${name}/${file}`);
}

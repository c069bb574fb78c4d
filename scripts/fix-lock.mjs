// Run after each `npm install`. Where npm cannot resolve another platform's optional package, it leaves it out of the
// lock in silence, and `npm ci` then refuses the lock ("Missing: x from lock file"). This adds those entries back, so
// that the lock serves every platform, and drops the addresses packages came from: the registry is the reader's choice.
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

const file = join(import.meta.dirname, '..', 'package-lock.json');
const lock = JSON.parse(readFileSync(file, 'utf8'));
const packages = {};
let added = 0;

for (const [path, { resolved: _resolved, ...entry }] of Object.entries(lock.packages)) {
  if (!entry.extraneous) packages[path] = entry;
}
for (const [path, entry] of Object.entries(packages)) {
  for (const [name, version] of Object.entries(entry.optionalDependencies ?? {})) {
    const isLocked =
      `${path}/node_modules/${name}` in packages || `node_modules/${name}` in packages;
    const platform = platformOf(name);
    if (isLocked || !platform || !/^\d/.test(version)) continue; // only exact versions can be written by hand
    packages[`node_modules/${name}`] = {
      version,
      ...platform,
      ...(entry.dev && { dev: true }),
      optional: true,
    };
    added++;
  }
}
const sorted = Object.entries(packages).sort(([a], [b]) => (a < b ? -1 : 1));
lock.packages = Object.fromEntries(sorted);
writeFileSync(file, `${JSON.stringify(lock, null, 2)}\n`);
console.log(`fix-lock: ${added} entries added`);

/** `@duckdb/node-bindings-linux-arm64-musl` -> the fields by which npm skips it elsewhere. */
function platformOf(name) {
  const os = /aix|android|darwin|freebsd|linux|netbsd|openbsd|openharmony|sunos|win32/.exec(
    name,
  )?.[0];
  const cpu = /arm64|\barm\b|ia32|loong64|ppc64|riscv64|s390x|wasm32|x64/.exec(name)?.[0];
  if (!os || !cpu) return undefined;
  const libc = os === 'linux' ? { libc: [name.includes('musl') ? 'musl' : 'glibc'] } : {};
  return { cpu: [cpu], os: [os], ...libc };
}

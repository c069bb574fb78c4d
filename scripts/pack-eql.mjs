// `npm pack` in packages/eql runs this first: dist, JavaScript modules of lib/eql and their types as any runtime reads them.
// The manifest stands apart from the sources: beside them it would decide what an import of `@/lib/eql` means.
// Afterwards it runs `pack-eql.mjs clean`: the repository's own checks shall not meet the copies.
import { spawnSync } from 'node:child_process';
import { copyFileSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { inRoot } from './boot.mjs';

const out = inRoot('packages', 'eql', 'dist');
const copies = [
  [inRoot('lib', 'eql', 'README.md'), inRoot('packages', 'eql', 'README.md')],
  [inRoot('LICENSE'), inRoot('packages', 'eql', 'LICENSE')],
];
for (const made of [out, ...copies.map(([, copy]) => copy)]) {
  rmSync(made, { recursive: true, force: true });
}
if (process.argv[2] === 'clean') process.exit();
const { status } = spawnSync(
  process.execPath,
  [
    inRoot('node_modules', 'typescript', 'bin', 'tsc'),
    inRoot('lib', 'eql', 'index.ts'),
    ...['--outDir', out, '--rootDir', inRoot('lib', 'eql'), '--declaration', '--strict'],
    // ES2023 and nothing of a browser or Node, so that it runs anywhere
    ...['--target', 'es2023', '--lib', 'es2023', '--typeRoots', out],
    ...['--module', 'esnext', '--moduleResolution', 'bundler', '--verbatimModuleSyntax'],
  ],
  { stdio: 'inherit' },
);
if (status !== 0) process.exit(1);
for (const file of readdirSync(out, { recursive: true, encoding: 'utf8' })) {
  if (!/\.(js|d\.ts)$/.test(file)) continue;
  const text = readFileSync(join(out, file), 'utf8');
  writeFileSync(
    join(out, file),
    text.replace(/(from |import\()(['"])(\.{1,2}\/[^'"]+)\2/g, '$1$2$3.js$2'),
  );
}
for (const [file, copy] of copies) copyFileSync(file, copy);

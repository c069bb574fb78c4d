// `run-bundle.mjs NAME ARGS..` runs NAME/main.ts, after installing and bundling what is missing or stale.
import module from 'node:module';
import { pathToFileURL } from 'node:url';
import { inRoot, install, rightNode } from './boot.mjs';

const [name, ...args] = process.argv.slice(2);
install();
await rightNode();
const { bundle } = await import('./bundle.mjs');
await bundle(name);

const main = inRoot('dist', name, 'main.js');
process.argv = [process.execPath, main, ...args];
process.setSourceMapsEnabled(true);
module.enableCompileCache(inRoot('dist', 'compile-cache'));
await import(pathToFileURL(main).href);

import { install, rightNode } from './boot.mjs';
import { buildApp } from './build-app.mjs';
import { bundle } from './bundle.mjs';

install();
await rightNode();
await bundle('cli');
buildApp();

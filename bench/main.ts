import { parseArgs } from 'node:util';

/** A bench prints its figures, or one JSON object with them. */
interface Bench {
  run(options: { readonly json: boolean }): Promise<void>;
}

const benches: Readonly<Record<string, () => Promise<Bench>>> = {
  detect: () => import('./detect'),
  eql: () => import('./eql'),
};

const { values: options, positionals } = parseArgs({
  allowPositionals: true,
  options: { json: { type: 'boolean', default: false } },
});
const names = positionals.length > 0 ? positionals : Object.keys(benches);
const unknown = names.filter((name) => !Object.hasOwn(benches, name));
if (unknown.length > 0) {
  console.error(
    `Unknown bench "${unknown[0]}". The benches are: ${Object.keys(benches).join(', ')}.`,
  );
  process.exit(2);
}
for (const name of names) {
  const bench = await benches[name]?.();
  await bench?.run(options);
}

import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join, resolve } from 'node:path';

/** Queries of our own, one for each part of the grammar. */
const OWN_QUERIES: readonly string[] = [
  'any where true',
  'process where process.name : ("cmd.exe", "power*.exe") and not user.id in ("S-1-5-18", "S-1-5-19")',
  '"my category" where ?labels.team == null or `odd name` != """C:\\raw"""',
  'network where cidrMatch(source.ip, "10.0.0.0/8", "fe80::/10") and source.port + 1 >= 49152 * 2 % 7',
  'file where length(file.name) > 3 and substring(file.name, -4, -1) in~ (".ex", ".dl")',
  'any where between~(message, "start", "end", true) regex~ ("[a-z]{2,5}(ing)?", "a.*~b") /* why */',
  'sequence by host.id with maxspan=1m [process where event.type == "start"] by process.entity_id with runs=2 ![network where true] by process.entity_id until [process where event.type == "end"] by process.entity_id | head 5 | tail 2',
  'sample by host.id, ?user.id [file where true] [process where not not false]',
  'join by a [x where 1 == 1.5e3] [y where "\\u{1f600}\\n" == null] until [z where b]',
];

/** The own queries, and every query and rule of the corpora folder where there is one. */
export function loadQueries(): readonly string[] {
  const folder = resolve(process.env.WATCHFLOOR_CORPORA ?? '../shared/corpora');
  if (!existsSync(folder)) return OWN_QUERIES;
  const files = readdirSync(folder, { recursive: true, encoding: 'utf8' });
  const found = files.flatMap((file) => {
    if (file.endsWith('.toml')) return queriesOfToml(readFileSync(join(folder, file), 'utf8'));
    return file.endsWith('.json') ? queriesOfJson(readFileSync(join(folder, file), 'utf8')) : [];
  });
  return [...new Set([...OWN_QUERIES, ...found])];
}

function queriesOfToml(text: string): string[] {
  return [...text.matchAll(/^query = '''\n([^]*?)'''/gm)].flatMap(([, query]) => query ?? []);
}

function queriesOfJson(text: string): string[] {
  const found: string[] = [];
  JSON.parse(text, (key, value: unknown) => {
    if ((key === 'query' || key === 'expression') && typeof value === 'string') found.push(value);
    return value;
  });
  return found;
}

import { readFile } from 'node:fs/promises';
import { fieldReader } from '@/lib/ecs/field-reader';
import { MappingError } from '@/lib/ecs/field-mapping';
import { JsonError, parseJson, type JsonObject } from '@/lib/ecs/json';
import { ecsMapping, fromElasticsearchMapping, type Mapping } from '@/lib/ecs/mapping';
import {
  applyPipes,
  compileQuery,
  EqlError,
  formatProblem,
  parseQuery,
  readQuery,
  runQuery,
  suggest,
  type EqlProblem,
  type PlacedEvent,
  type Query,
  type QueryResult,
} from '@/lib/eql';
import { readArguments, readCount } from './arguments';
import { CommandError, UsageError } from './command-error';
import { placing, readDocuments, type ReadSummary } from './eql-documents';
import { errorAsJson, resultAsJson } from './eql-json';
import { resultAsText } from './eql-text';
import { counted, printable, say, writeOut } from './output';
import { UnseenFields } from './unseen-fields';

const OPTIONS = {
  'timestamp-field': { type: 'string', default: '@timestamp' },
  'tiebreaker-field': { type: 'string' },
  'event-category-field': { type: 'string', default: 'event.category' },
  mapping: { type: 'string' },
  size: { type: 'string' },
  'max-samples-per-key': { type: 'string' },
  json: { type: 'boolean', default: false },
} as const;

interface Request {
  /** The query, or `@` and the file that holds it. */
  readonly query: string;
  readonly files: readonly string[];
  readonly timestampField: string;
  readonly tiebreakerField: string | undefined;
  readonly categoryField: string;
  readonly mappingFile: string | undefined;
  readonly size: number | undefined;
  readonly maxSamplesPerKey: number | undefined;
  readonly json: boolean;
}

/** `watchfloor eql QUERY FILE..`: answers its exit code. Throws CommandError. */
export async function eqlCommand(args: string[]): Promise<number> {
  const request = readRequest(args);
  const text = await readQueryText(request.query);
  try {
    return await run(text, request);
  } catch (error) {
    if (!(error instanceof EqlError)) throw error;
    sayProblems(error.text, error.problems, request);
    if (request.json) await writeOut([errorAsJson(error)]);
    return 1;
  }
}

function readRequest(args: readonly string[]): Request {
  const { values, positionals } = readArguments(args, OPTIONS);
  const [query, ...files] = positionals;
  if (query === undefined) throw new UsageError('There is no query.');
  if (files.length === 0) {
    const example = `watchfloor eql '${query.startsWith('@') ? query : 'process where true'}' events.ndjson`;
    throw new UsageError('There is no file to search.', `Name one or more, such as: ${example}`);
  }
  return {
    query,
    files: [...new Set(files)],
    timestampField: values['timestamp-field'],
    tiebreakerField: values['tiebreaker-field'],
    categoryField: values['event-category-field'],
    mappingFile: values.mapping,
    size: readCount('--size', values.size, 0),
    maxSamplesPerKey: readCount('--max-samples-per-key', values['max-samples-per-key'], 1),
    json: values.json,
  };
}

async function run(text: string, request: Request): Promise<number> {
  const { categoryField, timestampField, size, maxSamplesPerKey } = request;
  parseQuery(text); // a query that is no EQL is told before any file is read
  const mapping = await mappingFor(request);
  const { query, warnings } = readQuery(text, { schema: mapping, categoryField });
  sayProblems(text, warnings, request);
  const needsTime = query.kind !== 'sample';
  expectMapped(mapping, 'timestamp', needsTime ? timestampField : undefined);
  expectMapped(mapping, 'tiebreaker', request.tiebreakerField);

  const source = { reader: (field: string) => fieldReader(mapping, field) };
  const compiled = compileQuery<JsonObject>(query, { schema: mapping, source, categoryField });
  const tiebreakerField = request.tiebreakerField ?? 'event.sequence';
  const place = placing(mapping, { timestampField, tiebreakerField, needsTime });
  const unseen = new UnseenFields(query, mapping);
  const taken: PlacedEvent<JsonObject>[] = [];
  const read = await readDocuments(request.files, (document) => {
    unseen.look(document.source);
    const placed = place(document);
    if (typeof placed === 'string') return placed;
    if (compiled.hits(document.source).length > 0) taken.push({ ...placed, id: document.id() });
    return undefined;
  });
  const result = runQuery(compiled, taken, { size, maxSamplesPerKey });

  sayRead(read);
  if (read.documents > 0) sayUnseen(unseen, mapping);
  sayLimits(query, result, size);
  await writeOut(
    request.json ? resultAsJson(result, read.skipped) : resultAsText(result, query.kind),
  );
  return read.failures.length > 0 ? 1 : 0;
}

async function readQueryText(query: string): Promise<string> {
  if (!query.startsWith('@')) return query;
  return readTextFile(query.slice(1), 'Write @FILE for a query in a file.');
}

async function readTextFile(file: string, hint: string): Promise<string> {
  try {
    return (await readFile(file, 'utf8')).replace(/^\uFEFF/, '');
  } catch (cause) {
    const { code, message } = cause as NodeJS.ErrnoException;
    const reason = READ_FAILURES[code ?? ''] ?? `The file cannot be read (${message})`;
    throw new CommandError(`${file}: ${reason}.`, hint, { cause });
  }
}

const READ_FAILURES: Readonly<Record<string, string>> = {
  ENOENT: 'There is no such file',
  EISDIR: 'This is a folder',
  EACCES: 'The file may not be read',
};

/** ECS; or the mapping that was named, with the fields that documents add to it as in Elasticsearch. */
async function mappingFor({ mappingFile, files }: Request): Promise<Mapping> {
  if (mappingFile === undefined) return ecsMapping({ unknownFields: 'dynamic' });
  const hint = 'Give a mapping as Elasticsearch prints it: GET my-index/_mapping.';
  const text = await readTextFile(mappingFile, hint);
  let mapping: Mapping;
  try {
    mapping = fromElasticsearchMapping(parseJson(text));
  } catch (error) {
    if (!(error instanceof MappingError || error instanceof JsonError)) throw error;
    throw new CommandError(`${mappingFile}: ${error.message}`, hint, { cause: error });
  }
  for (const note of mapping.notes) say(`${mappingFile}: ${note}`);
  await readDocuments(files, ({ source }) => {
    mapping.observe(source);
    return undefined;
  });
  return mapping;
}

function expectMapped(mapping: Mapping, role: string, field: string | undefined): void {
  if (field === undefined || mapping.field(field)) return;
  const hint =
    suggest(field, mapping.names()) ?? `Name the field that holds it with --${role}-field.`;
  throw new CommandError(`The ${role} field "${field}" is not in the mapping.`, hint);
}

function sayProblems(text: string, problems: readonly EqlProblem[], { query }: Request): void {
  const origin = query.startsWith('@') ? { file: query.slice(1), line: 1, column: 1 } : undefined;
  for (const problem of problems) say(formatProblem(text, problem, origin));
}

const SHOWN_SKIPS = 5;

function sayRead({ documents, skipped, failures }: ReadSummary): void {
  for (const failure of failures) say(printable(failure.message));
  const lines = skipped.filter(({ line }) => line !== null);
  if (lines.length === 0) return;
  for (const { file, line, reason } of lines.slice(0, SHOWN_SKIPS)) {
    say(`${file}:${line} skipped: ${printable(reason)}`);
  }
  const more = lines.length - SHOWN_SKIPS;
  if (more > 0) say(`.. and ${more} more (--json lists them all)`);
  say(`${counted(lines.length, 'line')} skipped, ${counted(documents, 'document')} read`);
}

/** Without a mapping any name is a field, so that a mistyped one would be missing everywhere in silence. */
function sayUnseen(unseen: UnseenFields, mapping: Mapping): void {
  for (const name of unseen.names()) {
    const hint = suggest(name, mapping.names());
    say(`No document has the field "${name}".${hint ? ` ${hint}` : ''}`);
  }
}

function sayLimits(query: Query, result: QueryResult<JsonObject>, size: number | undefined): void {
  const shown = result.kind === 'events' ? result.events.length : result.sequences.length;
  const left = applyPipes(Array.from({ length: result.total }), query.pipes).length - shown;
  if (left > 0) {
    const which = query.kind === 'sample' || query.pipes.length > 0 ? 'more' : 'earlier';
    say(`${counted(left, `${which} result`)} not shown (--size ${size})`);
  }
  if (result.kind === 'sequences' && result.ties > 0) {
    say(
      `${counted(result.ties, 'event')} with the timestamp and tiebreaker of another, ordered by index and id ` +
        '(--tiebreaker-field names a field that decides)',
    );
  }
}

import { readFile } from 'node:fs/promises';
import { EVENT_CATEGORIES } from '@/lib/ecs/event-categories';
import { MappingError } from '@/lib/ecs/field-mapping';
import { JsonError, parseJson, type JsonObject } from '@/lib/ecs/json';
import { fromElasticsearchMapping, type Mapping } from '@/lib/ecs/mapping';
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
import { mappedFields, unmappedFields, type DocumentFields } from './document-fields';
import {
  momentReader,
  readDocuments,
  type FileDocument,
  type Moment,
  type ReadSummary,
} from './eql-documents';
import { errorAsJson, resultAsJson } from './eql-json';
import { resultAsText } from './eql-text';
import { counted, printable, say, writeOut } from './output';
import { UnseenFields } from './unseen-fields';

const DEFAULT_CATEGORY_FIELD = 'event.category';

const OPTIONS = {
  'timestamp-field': { type: 'string', default: '@timestamp' },
  'tiebreaker-field': { type: 'string' },
  'event-category-field': { type: 'string', default: DEFAULT_CATEGORY_FIELD },
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
  const fields = await fieldsFor(request);
  const isEcs = request.mappingFile === undefined && categoryField === DEFAULT_CATEGORY_FIELD;
  const categories = isEcs ? { categories: EVENT_CATEGORIES } : { categoryField };
  const { query, warnings } = readQuery(text, { schema: fields, ...categories });
  sayProblems(text, warnings, request);
  const needsTime = query.kind !== 'sample';
  expectMapped(fields, 'timestamp', needsTime ? timestampField : undefined);
  expectMapped(fields, 'tiebreaker', request.tiebreakerField);

  const context = { schema: fields, source: fields, categoryField };
  const compiled = compileQuery<JsonObject>(query, context);
  const momentOf = momentReader(fields, {
    timestampField,
    tiebreakerField: request.tiebreakerField ?? 'event.sequence',
    needsTime,
  });
  const unseen = new UnseenFields(query, fields);
  const taken = new TakenDocuments();
  const read = await readDocuments(request.files, (document) => {
    unseen.look(document.source);
    const moment = momentOf(document.source);
    if (typeof moment === 'string') return moment;
    return compiled.hits(document.source).length > 0 ? taken.add(document, moment) : undefined;
  });
  const result = runQuery(compiled, taken.documents, { size, maxSamplesPerKey });

  sayRead(read);
  if (read.documents > 0) sayUnseen(unseen, fields);
  sayLimits(query, result, size);
  await writeOut(
    request.json ? resultAsJson(result, read.skipped) : resultAsText(result, query.kind),
  );
  return read.failures.length > 0 ? 1 : 0;
}

/** The documents that some stage takes: the others need not be kept. */
class TakenDocuments {
  readonly documents: PlacedEvent<JsonObject>[] = [];
  private readonly identities = new Set<string>();

  /** Answers why it does not take the document. */
  add(document: FileDocument, moment: Moment): string | undefined {
    const index = document.index();
    const id = document.id();
    const identity = JSON.stringify([index, id]);
    if (this.identities.has(identity)) {
      return `_index "${index}" and _id "${id}" are those of a document before it`;
    }
    this.identities.add(identity);
    this.documents.push({ ...moment, index, id, event: document.source });
    return undefined;
  }
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
async function fieldsFor({ mappingFile, files }: Request): Promise<DocumentFields> {
  if (mappingFile === undefined) return unmappedFields();
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
  return mappedFields(mapping);
}

function expectMapped(fields: DocumentFields, role: string, field: string | undefined): void {
  if (field === undefined || fields.field(field)) return;
  const hint =
    suggest(field, fields.names()) ?? `Name the field that holds it with --${role}-field.`;
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
function sayUnseen(unseen: UnseenFields, fields: DocumentFields): void {
  for (const name of unseen.names()) {
    const hint = suggest(name, fields.names());
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

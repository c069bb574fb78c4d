import { createHash } from 'node:crypto';
import { parseDate } from '@/lib/ecs/dates';
import { compilePath } from '@/lib/ecs/document-path';
import { fieldReader } from '@/lib/ecs/field-reader';
import { unwrapDocument } from '@/lib/ecs/importers/detect-shape';
import { ImportFileError } from '@/lib/ecs/importers/import-file-error';
import { describeNoObject, tryParse } from '@/lib/ecs/importers/plan-file';
import { isJsonObject, stringifyJson, type JsonObject } from '@/lib/ecs/json';
import type { Mapping } from '@/lib/ecs/mapping';
import { readRecords } from '@/lib/ecs/read-lines';
import type { FieldValues, PlacedEvent, Value } from '@/lib/eql';

/** A document of a file, out of its envelope. */
export interface FileDocument {
  readonly index: string;
  /** The document's own; otherwise made of its text when asked for. */
  readonly id: () => string;
  readonly source: JsonObject;
  readonly file: string;
  /** From 1. */
  readonly line: number;
}

/** What was not read, and why. Without a line it is the file, or the rest of it. */
export interface Skipped {
  readonly file: string;
  readonly line: number | null;
  readonly reason: string;
}

export interface ReadSummary {
  readonly documents: number;
  /** In order of file and line. */
  readonly skipped: readonly Skipped[];
  readonly failures: readonly ImportFileError[];
}

/** Calls `visit` with every document of `files`; it answers why it cannot take one. A bad file leaves the others alone. */
export async function readDocuments(
  files: readonly string[],
  visit: (document: FileDocument) => string | undefined,
): Promise<ReadSummary> {
  let documents = 0;
  const skipped: Skipped[] = [];
  const failures: ImportFileError[] = [];
  for (const file of files) {
    const ofFile: (Skipped & { readonly line: number })[] = [];
    const skip = (line: number, reason: string) => ofFile.push({ file, line, reason });
    const idOf = contentIds();
    try {
      for await (const { block, count, starts, ends, lines, skipped: unread } of readRecords(file)) {
        ofFile.push(...unread);
        for (let at = 0; at < count; at++) {
          const text = block.toString('utf8', starts[at], ends[at]);
          const line = lines[at]!;
          const value = tryParse(text);
          if (!isJsonObject(value as JsonObject)) {
            skip(line, describeNoObject(value));
            continue;
          }
          documents += 1;
          const { index, id, source } = unwrapDocument(value as JsonObject);
          const reason = visit({
            index: index ?? indexOf(source),
            id: () => id ?? idOf(text),
            source,
            file,
            line,
          });
          if (reason !== undefined) skip(line, reason);
        }
      }
    } catch (error) {
      if (!(error instanceof ImportFileError)) throw error;
      failures.push(error);
    }
    skipped.push(...ofFile.sort((a, b) => a.line - b.line));
    const failure = failures.at(-1);
    if (failure?.file === file) skipped.push({ file, line: null, reason: failure.reason });
  }
  return { documents, skipped, failures };
}

/** Hash of the content and the number of its repetition: stable when lines are added, different for equal lines. */
function contentIds(): (text: string) => string {
  const seen = new Map<string, number>();
  return (text) => {
    const hash = createHash('sha256').update(text).digest('hex').slice(0, 32);
    const repetition = (seen.get(hash) ?? 0) + 1;
    seen.set(hash, repetition);
    return `${hash}:${repetition}`;
  };
}

const DATASETS = ['data_stream.dataset', 'event.dataset'].map(compilePath);

/** The data stream an agent would have written the document to, as an import names it. */
function indexOf(source: JsonObject): string {
  for (const walk of DATASETS) {
    let dataset: string | undefined;
    walk(source, (leaf) => {
      if (typeof leaf === 'string' && leaf !== '') dataset ??= leaf;
    });
    if (dataset !== undefined) return `logs-${dataset}-default`;
  }
  return 'files-default';
}

export interface PlaceOptions {
  readonly timestampField: string;
  readonly tiebreakerField: string;
  /** A sample does not look at time. */
  readonly needsTime: boolean;
}

/** The function that puts a document in its place in the order, or says why it has none. */
export function placing(
  mapping: Mapping,
  { timestampField, tiebreakerField, needsTime }: PlaceOptions,
): (document: FileDocument) => Omit<PlacedEvent<JsonObject>, 'id'> | string {
  const timestampOf = timestampReader(mapping, timestampField);
  const tiebreakerOf = exactReader(mapping, tiebreakerField);
  const isIn = compilePath(timestampField);
  return ({ source, index }) => {
    const timestamp = timestampOf(source);
    if (timestamp === undefined && needsTime) {
      let found = 'there is none';
      isIn(source, (leaf) => (found = excerpt(stringifyJson(leaf))));
      return `no readable ${timestampField}: ${found}; write ISO 8601 or epoch milliseconds`;
    }
    const tiebreaker = first(tiebreakerOf(source));
    return { timestamp: timestamp ?? 0, tiebreaker, index, event: source };
  };
}

/** Milliseconds, or nanoseconds where the field is mapped so. Where no mapping says that it is a date it is read as one. */
function timestampReader(
  mapping: Mapping,
  field: string,
): (source: JsonObject) => number | bigint | undefined {
  const type = mapping.field(field)?.type;
  const read = exactReader(mapping, field);
  const isDate = type === 'date' || type === 'date_nanos';
  return (source) => {
    const value = first(read(source));
    if (value === undefined || typeof value === 'boolean') return undefined;
    return isDate && typeof value !== 'string' ? value : parseDate(value);
  };
}

function exactReader(mapping: Mapping, field: string): (source: JsonObject) => FieldValues {
  return fieldReader(mapping, mapping.field(field)?.exact ?? field);
}

function first(values: FieldValues): Value | undefined {
  return typeof values === 'object' ? values[0] : values;
}

const EXCERPT_LENGTH = 60;

function excerpt(text: string): string {
  return text.length > EXCERPT_LENGTH ? `${text.slice(0, EXCERPT_LENGTH)}…` : text;
}

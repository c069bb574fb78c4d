import { parseDate } from '@/lib/ecs/dates';
import { compilePath } from '@/lib/ecs/document-path';
import { firstOf } from '@/lib/ecs/event-text';
import { contentHash } from '@/lib/ecs/importers/content-id';
import { unwrapDocument } from '@/lib/ecs/importers/detect-shape';
import { datasetIndex, unreadableTime } from '@/lib/ecs/importers/import-file';
import { ImportFileError } from '@/lib/ecs/importers/import-file-error';
import { describeNoObject, parseRecord } from '@/lib/ecs/importers/parse-record';
import { isJsonObject, JsonError, type JsonObject, type JsonScalar } from '@/lib/ecs/json';
import type { SkippedLine } from '@/lib/ecs/importers/record-batch';
import { readRecords } from '@/lib/ecs/read-lines';
import type { FieldValues, PlacedEvent } from '@/lib/eql';
import type { DocumentFields } from './document-fields';

/** A document of a file, out of its envelope. */
export interface FileDocument {
  /** Its own, or the one an import would give it. */
  readonly index: () => string;
  /** Its own, or made of its content; to be asked for at most once. */
  readonly id: () => string;
  readonly source: JsonObject;
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

/** Answers why it cannot take a document. */
type Visit = (document: FileDocument) => string | undefined;

/** Calls `visit` with every document of `files`. A bad line or file leaves the others alone. */
export async function readDocuments(files: readonly string[], visit: Visit): Promise<ReadSummary> {
  let documents = 0;
  let skipped: readonly Skipped[] = [];
  const failures: ImportFileError[] = [];
  for (const file of files) {
    const read = await readFileDocuments(file, visit);
    documents += read.documents;
    skipped = skipped.concat(read.skipped.sort((a, b) => a.line - b.line));
    if (read.failure === undefined) continue;
    failures.push(read.failure);
    skipped = skipped.concat({ file, line: null, reason: read.failure.reason });
  }
  return { documents, skipped, failures };
}

interface FileRead {
  readonly documents: number;
  readonly skipped: SkippedLine[];
  readonly failure?: ImportFileError;
}

async function readFileDocuments(file: string, visit: Visit): Promise<FileRead> {
  let documents = 0;
  const skipped: SkippedLine[] = [];
  const idOf = contentIds();
  try {
    for await (const batch of readRecords(file)) {
      for (const line of batch.skipped) skipped.push(line);
      for (let at = 0; at < batch.count; at++) {
        const value = parseRecord(batch, at);
        const isDocument = !(value instanceof JsonError) && isJsonObject(value);
        if (isDocument) documents += 1;
        const content = batch.block.subarray(batch.starts[at], batch.ends[at]);
        const reason = isDocument
          ? visit(toDocument(value, () => idOf(content)))
          : describeNoObject(value);
        if (reason !== undefined) skipped.push({ file, line: batch.lines[at]!, reason });
      }
    }
    return { documents, skipped };
  } catch (failure) {
    if (!(failure instanceof ImportFileError)) throw failure;
    return { documents, skipped, failure };
  }
}

function toDocument(value: JsonObject, idOfContent: () => string): FileDocument {
  const { index, id, source } = unwrapDocument(value);
  return { index: () => index ?? datasetIndex(source), id: () => id ?? idOfContent(), source };
}

/** Hash of the content and the number of its repetition: stable when lines are added, different for equal lines. */
function contentIds(): (content: Buffer) => string {
  const seen = new Map<string, number>();
  return (content) => {
    const hash = contentHash(content);
    const repetition = (seen.get(hash) ?? 0) + 1;
    seen.set(hash, repetition);
    return `${hash}:${repetition}`;
  };
}

export interface MomentOptions {
  readonly timestampField: string;
  readonly tiebreakerField: string;
  /** A sample does not look at time. */
  readonly needsTime: boolean;
}

/** A document's place in time. Without one (in a sample) `timestamp` is NaN. */
export type Moment = Pick<PlacedEvent<JsonObject>, 'timestamp' | 'tiebreaker'>;

/** The function that reads when a document happened, or says why that is not known. */
export function momentReader(
  fields: DocumentFields,
  { timestampField, tiebreakerField, needsTime }: MomentOptions,
): (source: JsonObject) => Moment | string {
  const timestampOf = timestampReader(fields, timestampField);
  const tiebreakerOf = exactReader(fields, tiebreakerField);
  const walkTimestamp = compilePath(timestampField);
  return (source) => {
    const timestamp = timestampOf(source);
    if (timestamp === undefined && needsTime) {
      let found: JsonScalar | undefined;
      walkTimestamp(source, (leaf) => (found = leaf));
      return unreadableTime(timestampField, found);
    }
    return { timestamp: timestamp ?? NaN, tiebreaker: firstOf(tiebreakerOf(source)) };
  };
}

/** Milliseconds, or nanoseconds where the field is mapped so. Where no mapping says that it is a date it is read as one. */
function timestampReader(
  fields: DocumentFields,
  field: string,
): (source: JsonObject) => number | bigint | undefined {
  const type = fields.field(field)?.type;
  const read = exactReader(fields, field);
  const isDate = type === 'date' || type === 'date_nanos';
  return (source) => {
    const value = firstOf(read(source));
    if (value === undefined || typeof value === 'boolean') return undefined;
    return isDate && typeof value !== 'string' ? value : parseDate(value);
  };
}

function exactReader(fields: DocumentFields, field: string): (source: JsonObject) => FieldValues {
  return fields.reader(fields.field(field)?.exact ?? field);
}

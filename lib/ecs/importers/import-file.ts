import { parseDate } from '../dates';
import {
  isJsonArray,
  isJsonObject,
  JsonError,
  stringifyJson,
  type JsonObject,
  type JsonValue,
} from '../json';
import type { ReadProgress } from './byte-source';
import { convertWindowsEvent } from './convert-windows-event';
import { describeCount } from './describe-count';
import { unwrapDocument, type FileShape, type UnwrappedDocument } from './detect-shape';
import { describeNoObject } from './parse-record';
import { planFile, type FilePlan } from './plan-file';
import { windowsShape, type WindowsShape } from './windows-event';

/** An event as it goes into a store. */
export interface ImportedEvent {
  readonly index: string;
  /** The document's own; without one, whoever reads the file makes it from the content. */
  readonly id: string | undefined;
  readonly source: JsonObject;
}

/** An event that is not taken, and why. */
export interface SkippedEvent {
  readonly skip: string;
}

/** A file whose events can be read: their shape is known, and their clocks. */
export interface FileImport {
  readonly file: string;
  readonly shape: FileShape;
  /** What the shape was found by, in words. */
  readonly evidence: string;
  /** Which times were used where an event's own was not one to trust, and how many events each way. */
  readonly timeNotes: readonly string[];
  /**
   * `false` where records are the events' sources as they stand (plain ECS), so that a test on a record's bytes holds
   * for the event, unless `mayConvert` says otherwise of its batch.
   */
  readonly needsParse: boolean;
  /** Turns one parsed record into an event. Each record decides by itself: a file may mix shapes. Never throws. */
  toEvent(record: JsonValue | JsonError): ImportedEvent | SkippedEvent;
}

export interface ImportOptions {
  /** Called while a file is read ahead for the clocks of its hosts. */
  readonly onProgress?: ReadProgress;
}

/** Finds out what `file` holds. Throws ImportFileError where no event can be read from it. */
export async function openImport(
  file: string,
  { onProgress }: ImportOptions = {},
): Promise<FileImport> {
  const plan = await planFile(file, onProgress);
  const { shape, evidence, timeNotes, sample } = plan;
  const isPlain = sample.wrapped + sample.withIndex + sample.nxlog + sample.exports === 0;
  const clocksAreKnown = sample.nxlog + sample.exports > 0;
  let late = 0;
  return {
    file,
    shape,
    evidence,
    get timeNotes() {
      return late === 0 ? timeNotes : [...timeNotes, lateNote(late)];
    },
    needsParse: !isPlain,
    toEvent(record) {
      const { result, isConverted } = toEvent(plan, record);
      if (isConverted && !clocksAreKnown) late++;
      return result;
    },
  };
}

/** Bytes of a plain ECS file without this text hold no Windows event that would be converted. */
const WINDOWS_EVENT_MARK = Buffer.from('"EventID"');

/** Whether bytes of a plain ECS file may hold Windows events all the same: a file may mix shapes. */
export function mayConvert(bytes: Buffer): boolean {
  return bytes.includes(WINDOWS_EVENT_MARK);
}

export function isSkipped(event: ImportedEvent | SkippedEvent): event is SkippedEvent {
  return 'skip' in event;
}

/** Windows events in a file that began with others, so that the clocks of their hosts were not learnt. */
function lateNote(count: number): string {
  const what = `${describeCount(count, 'Windows event')} after the first records`;
  return `${what}: UtcTime, else the collector's @timestamp, else local time taken as UTC`;
}

interface ReadEvent {
  readonly result: ImportedEvent | SkippedEvent;
  readonly isConverted: boolean;
}

function toEvent(plan: FilePlan, record: JsonValue | JsonError): ReadEvent {
  if (record instanceof JsonError || !isJsonObject(record)) {
    return { result: { skip: describeNoObject(record) }, isConverted: false };
  }
  const document = unwrapDocument(record);
  const shape = windowsShape(document.source);
  return shape === undefined
    ? { result: checkEvent(document), isConverted: false }
    : { result: convertEvent(document, shape, plan), isConverted: true };
}

function convertEvent(
  { index, id, source }: UnwrappedDocument,
  shape: WindowsShape,
  plan: FilePlan,
): ImportedEvent | SkippedEvent {
  const converted = convertWindowsEvent(source, shape, plan.clocks);
  if (converted === undefined) {
    return { skip: noTime('time (UtcTime, EventTime, TimeCreated or @timestamp)') };
  }
  return { index: index ?? converted.index, id, source: converted.source };
}

/** An ECS document goes in as it is, if it says when it happened. */
function checkEvent({ index, id, source }: UnwrappedDocument): ImportedEvent | SkippedEvent {
  const timestamp = firstValue(source['@timestamp']);
  if (!isReadableDate(timestamp)) {
    return { skip: unreadableTime('@timestamp', timestamp) };
  }
  return { index: index ?? datasetIndex(source), id, source };
}

/** Why a document without a time is not taken; `found` is what stands in the field. */
export function unreadableTime(field: string, found: JsonValue | undefined): string {
  return noTime(`${field}: ${found === undefined ? 'there is none' : excerpt(found)}`);
}

function noTime(what: string): string {
  return `no readable ${what}; write ISO 8601 or epoch milliseconds`;
}

function isReadableDate(value: JsonValue | undefined): boolean {
  if (typeof value !== 'string' && typeof value !== 'number' && typeof value !== 'bigint') {
    return false;
  }
  return parseDate(value) !== undefined;
}

const EXCERPT_LENGTH = 60;

function excerpt(value: JsonValue): string {
  const text = stringifyJson(value);
  return text.length > EXCERPT_LENGTH ? `${text.slice(0, EXCERPT_LENGTH)}…` : text;
}

/** The data stream an agent would have written the document to. */
export function datasetIndex(source: JsonObject): string {
  const dataset =
    fieldText(source, 'data_stream', 'dataset') ?? fieldText(source, 'event', 'dataset');
  return dataset === undefined ? 'files-default' : `logs-${dataset}-default`;
}

/** A field at depth two, dotted or nested. */
function fieldText(source: JsonObject, object: string, name: string): string | undefined {
  const parent = source[object];
  const nested = isJsonObject(parent) ? parent[name] : undefined;
  const value = firstValue(nested ?? source[`${object}.${name}`]);
  return typeof value === 'string' && value !== '' ? value : undefined;
}

function firstValue(value: JsonValue | undefined): JsonValue | undefined {
  return isJsonArray(value) ? value[0] : value;
}

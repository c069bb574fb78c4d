import { isJsonObject, type JsonObject, type JsonValue } from '../json';
import { windowsShape, type WindowsShape } from './windows-event';

/** How the events of a file are written. */
export type FileShape = 'ecs' | 'wrapped' | 'nxlog' | 'winexport12h' | 'winexportZone';

/** One event, out of the envelope in which Elasticsearch exports it. */
export interface UnwrappedDocument {
  readonly index: string | undefined;
  readonly id: string | undefined;
  readonly source: JsonObject;
  /** `_source` or `fields` around the document, or names beginning with `_` among its own. */
  readonly envelope: 'around' | 'beside' | undefined;
}

export function unwrapDocument(document: JsonObject): UnwrappedDocument {
  const { _index, _id, _source, fields } = document;
  const index = typeof _index === 'string' && _index !== '' ? _index : undefined;
  const id = typeof _id === 'string' && _id !== '' ? _id : undefined;
  if (isJsonObject(_source)) return { index, id, source: _source, envelope: 'around' };
  if (index === undefined && id === undefined) {
    return { index, id, source: document, envelope: undefined };
  }
  // A search that asked for fields and not for the source
  if (isJsonObject(fields) && document['@timestamp'] === undefined) {
    return { index, id, source: fields, envelope: 'around' };
  }
  const own = Object.entries(document).filter(([name]) => !ENVELOPE.has(name));
  return { index, id, source: Object.fromEntries(own), envelope: 'beside' };
}

/** What a search adds to a document. `sort`, `fields` and the like are left: they may be the document's own. */
const ENVELOPE: ReadonlySet<string> = new Set([
  '_index',
  '_id',
  '_score',
  '_type',
  '_version',
  '_ignored',
]);

/** What the first records of a file look like. */
export interface ShapeSample {
  readonly documents: number;
  readonly wrapped: number;
  readonly withIndex: number;
  readonly nxlog: number;
  readonly exports: number;
  readonly withTimestamp: number;
  readonly withCategory: number;
}

/** Counts what the documents look like. Those that are no JSON objects do not count. */
export function sampleShapes(values: readonly JsonValue[]): ShapeSample {
  const documents = values.filter(isJsonObject).map(unwrapDocument);
  const count = (test: (document: UnwrappedDocument) => boolean) => documents.filter(test).length;
  const countWindows = (shape: WindowsShape) =>
    count(({ source }) => windowsShape(source) === shape);
  return {
    documents: documents.length,
    wrapped: count(({ envelope }) => envelope === 'around'),
    withIndex: count(({ envelope }) => envelope === 'beside'),
    nxlog: countWindows('nxlog'),
    exports: countWindows('export'),
    withTimestamp: count(({ source }) => source['@timestamp'] !== undefined),
    withCategory: count(({ source }) => hasCategory(source)),
  };
}

function hasCategory(source: JsonObject): boolean {
  const { event } = source;
  return source['event.category'] !== undefined || (isJsonObject(event) && 'category' in event);
}

/** The shape of most of the sample, and in words what it was found by. */
export function describeShape(
  sample: ShapeSample,
  isTwelveHour: boolean,
): { readonly shape: FileShape; readonly evidence: string } {
  const { documents, wrapped, withIndex, nxlog, exports, withTimestamp, withCategory } = sample;
  const of = (count: number) => `${count} of ${documents} records`;
  const plain = documents - nxlog - exports;
  const found: string[] = [];
  if (wrapped > 0) found.push(`_source stands in an envelope with _index or _id in ${of(wrapped)}`);
  if (withIndex > 0) found.push(`_index or _id stands beside the fields in ${of(withIndex)}`);
  if (nxlog > 0) {
    found.push(
      `EventID, Channel and EventTime are there (Windows events by NXLog) in ${of(nxlog)}`,
    );
  }
  if (exports > 0) {
    const clock = isTwelveHour ? 'on a 12-hour clock' : 'on a 24-hour clock';
    found.push(
      `EventID, Channel and TimeCreated, ${clock}, are there (exported Windows events) in ${of(exports)}`,
    );
  }
  if (plain > 0) {
    found.push(
      `@timestamp is there in ${of(withTimestamp)}, event.category in ${of(withCategory)} (ECS)`,
    );
  }
  return { shape: shapeOf(sample, isTwelveHour), evidence: found.join('; ') };
}

function shapeOf(sample: ShapeSample, isTwelveHour: boolean): FileShape {
  const { documents, wrapped, nxlog, exports } = sample;
  if (wrapped * 2 > documents) return 'wrapped';
  if ((nxlog + exports) * 2 <= documents) return 'ecs';
  if (nxlog >= exports) return 'nxlog';
  return isTwelveHour ? 'winexport12h' : 'winexportZone';
}

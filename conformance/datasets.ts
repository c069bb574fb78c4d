import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { z } from 'zod';
import { firstOf } from '@/lib/ecs/event-text';
import { fieldReader } from '@/lib/ecs/field-reader';
import { isJsonObject, parseJson, type JsonObject } from '@/lib/ecs/json';
import { fromElasticsearchMapping, type Mapping } from '@/lib/ecs/mapping';
import type { FieldInfo, FieldSource, PlacedEvent, Schema } from '@/lib/eql';

const datasetSchema = z.looseObject({
  file: z.string(),
  mapping: z.string(),
  timestamp_field: z.string(),
  tiebreaker_field: z.string().nullish(),
  id_field: z.string(),
});

/** A document with the index whose mapping reads it. */
interface IndexedDocument {
  readonly source: JsonObject;
  readonly index: number;
}

/** Documents of one or several indices, searched together as Elasticsearch does. */
export interface Dataset {
  readonly events: readonly PlacedEvent<IndexedDocument>[];
  readonly schema: Schema;
  readonly source: FieldSource<IndexedDocument>;
  /** The id that a test expects of a document. */
  readonly idOf: (document: IndexedDocument) => number;
}

interface Index {
  readonly name: string;
  readonly mapping: Mapping;
  readonly documents: readonly JsonObject[];
  readonly timestampField: string;
  readonly tiebreakerField: string | null;
  readonly idField: string;
}

export function loadDataset(folder: string, names: readonly string[]): Dataset {
  const described = z
    .record(z.string(), datasetSchema)
    .parse(JSON.parse(readFileSync(join(folder, 'datasets.json'), 'utf8')));
  const indices = names.map((name) => {
    const dataset = described[name];
    if (!dataset) throw new Error(`datasets.json has no "${name}"`);
    return loadIndex(folder, name, dataset);
  });
  const source = combinedSource(indices);
  const ids = indices.map(({ mapping, idField }) => fieldReader(mapping, idField));
  return {
    events: indices.flatMap((index, number) => place(index, number)),
    schema: combinedSchema(indices.map(({ mapping }) => mapping)),
    source,
    idOf: ({ source: document, index }) => Number(ids[index]?.(document)),
  };
}

function loadIndex(folder: string, name: string, dataset: z.infer<typeof datasetSchema>): Index {
  const mapping = fromElasticsearchMapping(
    parseJson(readFileSync(join(folder, dataset.mapping), 'utf8')),
  );
  const lines = readFileSync(join(folder, dataset.file), 'utf8').split('\n').filter(Boolean);
  const documents = lines.map(parseJson).filter(isJsonObject);
  documents.forEach((document) => mapping.observe(document));
  return {
    name,
    mapping,
    documents,
    timestampField: dataset.timestamp_field,
    tiebreakerField: dataset.tiebreaker_field ?? null,
    idField: dataset.id_field,
  };
}

function place(index: Index, number: number): PlacedEvent<IndexedDocument>[] {
  const timestamp = fieldReader(index.mapping, index.timestampField);
  const tiebreaker =
    index.tiebreakerField === null ? undefined : fieldReader(index.mapping, index.tiebreakerField);
  return index.documents.map((source, position) => ({
    timestamp: firstOf(timestamp(source)) as number | bigint,
    tiebreaker: tiebreaker && firstOf(tiebreaker(source)),
    index: index.name,
    id: String(position).padStart(9, '0'),
    event: { source, index: number },
  }));
}

function combinedSchema(mappings: readonly Mapping[]): Schema {
  return {
    field: (name): FieldInfo | undefined =>
      mappings.map((mapping) => mapping.field(name)).find((info) => info !== undefined),
    names: () => new Set(mappings.flatMap((mapping) => [...mapping.names()])),
  };
}

function combinedSource(indices: readonly Index[]): FieldSource<IndexedDocument> {
  return {
    reader(field) {
      const readers = indices.map(({ mapping }) =>
        mapping.field(field) ? fieldReader(mapping, field) : undefined,
      );
      return ({ source, index }) => readers[index]?.(source);
    },
  };
}

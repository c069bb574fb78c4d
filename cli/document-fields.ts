import { compilePath } from '@/lib/ecs/document-path';
import { fieldReader } from '@/lib/ecs/field-reader';
import type { JsonObject } from '@/lib/ecs/json';
import { ecsMapping, type Mapping } from '@/lib/ecs/mapping';
import type { FieldSource, FieldValues, Schema, Value } from '@/lib/eql';

/** The fields of the searched documents, with their types and values. */
export interface DocumentFields extends Schema, FieldSource<JsonObject> {}

/** The fields that a mapping declares, or has observed. */
export function mappedFields(mapping: Mapping): DocumentFields {
  return {
    field: (name) => mapping.field(name),
    names: () => mapping.names(),
    reader: (name) => fieldReader(mapping, name),
  };
}

/**
 * The fields of documents without a mapping: ECS where it knows a name, else what the documents hold. They need not be ECS:
 * where it has an object (`host`, `user`) they may have a plain value.
 */
export function unmappedFields(): DocumentFields {
  const mapping = ecsMapping({ unknownFields: 'dynamic' });
  const isObject = (name: string) => mapping.field(name)?.type === 'object';
  return {
    field: (name) => (isObject(name) ? { type: 'keyword', dynamic: true } : mapping.field(name)),
    names: () => mapping.names(),
    reader: (name) => (isObject(name) ? plainReader(name) : fieldReader(mapping, name)),
  };
}

function plainReader(name: string): (source: JsonObject) => FieldValues {
  const walk = compilePath(name);
  return (source) => {
    const values: Value[] = [];
    walk(source, (leaf) => {
      if (leaf !== null) values.push(leaf);
    });
    return values.length > 1 ? values : values[0];
  };
}

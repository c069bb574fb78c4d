import type { FieldValues, Value } from '../eql/types';
import { coercionFor } from './coercion';
import { compilePath, forEachElement, MAX_PATH_LENGTH } from './document-path';
import {
  isJsonArray,
  isJsonObject,
  type JsonObject,
  type JsonScalar,
  type JsonValue,
} from './json';
import type { Mapping } from './mapping';

/**
 * The function that reads one field's indexed values from a document: typed, in document order, duplicates kept,
 * null and malformed ones left out. A field that `mapping` does not know has no values.
 */
export function fieldReader(mapping: Mapping, name: string): (source: JsonObject) => FieldValues {
  const field = mapping.definition(name);
  if (field === undefined) return () => undefined;
  const { constant } = field;
  if (constant !== undefined) return () => constant;

  const coerce = coercionFor(field);
  const walk = compilePath(field.source);
  let first: Value | undefined;
  let many: Value[] | undefined;
  const collect = (leaf: JsonScalar) => {
    const value = coerce(leaf);
    if (value === undefined) return;
    if (first === undefined) first = value;
    else if (many === undefined) many = [first, value];
    else many.push(value);
  };
  return (source) => {
    first = undefined;
    many = undefined;
    walk(source, collect);
    return many ?? first;
  };
}

/**
 * All fields of a document for display, in document order: the indexed values where the mapping knows the field, the
 * values as they stand in the document where it does not (below `nested` objects, for instance).
 */
export function readAll(mapping: Mapping, source: JsonObject): Map<string, FieldValues> {
  const all = new Map<string, FieldValues>();
  for (const [path, raw] of scalarsByPath(source)) {
    const isMapped = mapping.definition(path) !== undefined;
    const values = isMapped ? fieldReader(mapping, path)(source) : asFieldValues(raw);
    if (values !== undefined) all.set(path, values);
  }
  for (const [name, value] of mapping.constants()) all.set(name, value);
  return all;
}

function asFieldValues(values: readonly Value[]): FieldValues {
  return values.length > 1 ? values : values[0];
}

/** The document's values by full path. Null counts as a path without a value: a `null_value` may stand in for it. */
function scalarsByPath(source: JsonObject): Map<string, Value[]> {
  const found = new Map<string, Value[]>();
  const visit = (value: JsonValue | undefined, path: string, depth: number): void => {
    if (value === undefined || depth > MAX_PATH_LENGTH) return;
    if (isJsonArray(value)) {
      forEachElement(value, (element) => visit(element, path, depth));
    } else if (isJsonObject(value)) {
      for (const [key, inner] of Object.entries(value)) {
        visit(inner, path === '' ? key : `${path}.${key}`, depth + 1);
      }
    } else {
      const values = found.get(path) ?? [];
      if (value !== null) values.push(value);
      found.set(path, values);
    }
  };
  visit(source, '', 0);
  return found;
}

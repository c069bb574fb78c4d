import type { FieldValues, Value } from '@/lib/eql/types';
import { fieldReader } from './field-reader';
import type { JsonObject } from './json';
import { ecsMapping } from './mapping';

const mapping = ecsMapping();
const readers = new Map<string, (source: JsonObject) => FieldValues>();

function read(source: JsonObject, field: string): FieldValues {
  const known = readers.get(field);
  if (known) return known(source);
  const reader = fieldReader(mapping, field);
  readers.set(field, reader);
  return reader(source);
}

/** The first of a field's values. */
export function firstOf(values: FieldValues): Value | undefined {
  return typeof values === 'object' ? values[0] : values;
}

/** The first value of an ECS field of an event as text, to be shown; `undefined` where it has none. */
export function eventText(source: JsonObject, field: string): string | undefined {
  const first = firstOf(read(source, field));
  return first === undefined ? undefined : String(first);
}

/** All values of an ECS field of an event as text. */
export function eventTexts(source: JsonObject, field: string): readonly string[] {
  const values = read(source, field);
  if (values === undefined) return [];
  return typeof values === 'object' ? values.map(String) : [String(values)];
}

/** `10.0.0.5:445`, `[fe80::1]:445`, or the address alone. */
export function formatEndpoint(address: string, port: string | undefined): string {
  if (port === undefined) return address;
  return address.includes(':') ? `[${address}]:${port}` : `${address}:${port}`;
}

/**
 * What the language knows about types: the types a field can be mapped to, the values an index holds for them,
 * and where an evaluator gets both from. Nothing here reads a document; `lib/ecs` does.
 */

/** Elasticsearch's mapping types that EQL can meet, by their own names. */
export const FIELD_TYPES = [
  'keyword',
  'constant_keyword',
  'wildcard',
  'text',
  'match_only_text',
  'boolean',
  'byte',
  'short',
  'integer',
  'long',
  'unsigned_long',
  'half_float',
  'float',
  'scaled_float',
  'double',
  'date',
  'date_nanos',
  'ip',
  'version',
  'flattened',
  'object',
  'nested',
  'geo_point',
  'binary',
  'unsupported',
] as const;

export type FieldType = (typeof FIELD_TYPES)[number];

/**
 * One value as the index holds it.
 * - keyword, constant_keyword, wildcard, text, flattened leaf: the string, after the field's normalizer
 * - ip: canonical text (IPv4 dotted; IPv6 lower case, compressed; IPv4-mapped IPv6 as IPv4); version: its text
 * - whole numbers: `number`, or `bigint` where a `number` would not be exact; floating point: `number`
 * - boolean: `boolean`
 * - date: milliseconds since 1970 as `number`; date_nanos: nanoseconds since 1970 as `bigint`
 */
export type Value = string | number | bigint | boolean;

/** All values of one field in one event: none, one, or several. Never an array of length 0 or 1. */
export type FieldValues = Value | readonly Value[] | undefined;

/** What a mapping says of one field. `undefined` from `Schema.field` means: no mapping knows it. */
export interface FieldInfo {
  readonly type: FieldType;
  /**
   * `true` where no mapping types the field: its values are what they are in JSON, and each is compared as that.
   * A field that a mapping has typed by its first value is typed.
   */
  readonly dynamic?: boolean;
  /** For `text`: the keyword sub-field that EQL compares in its place, by full name. */
  readonly exact?: string;
  /** For keywords: the index folds A-Z (a `lowercase` normalizer), and patterns with it. */
  readonly normalizer?: 'lowercase';
}

/** The fields of the searched indices or files. */
export interface Schema {
  /** The field's type, following aliases; `undefined` where the field is not mapped. */
  field(name: string): FieldInfo | undefined;
  /** All mapped field names, for "did you mean". */
  names(): Iterable<string>;
}

/** Gives, once per field and query, the function that reads the field's indexed values from an event. */
export interface FieldSource<Event> {
  reader(field: string): (event: Event) => FieldValues;
}

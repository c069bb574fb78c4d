import type { FieldType } from '@/lib/eql';

/**
 * How the events table keeps the indexed view of a field (lib/ecs): in a typed column of its own.
 *
 * - One value: the column holds it. Of a field that nobody declared, a VARCHAR column holds the text of its JSON value.
 * - Several values of a VARCHAR column: all in it, each followed by SEPARATOR, and one SEPARATOR in front.
 * - No value: NULL.
 * - What this cannot hold (several values of another column, text with a SEPARATOR in it): the column is NULL, and `odd`
 *   holds the values, as the JSON text `{"<path>":[<value>, ..]}` without spaces; dates are milliseconds, or nanoseconds
 *   in a TIMESTAMP_NS column. Text is well-formed: a lone surrogate is stored as U+FFFD.
 */
export interface EventColumn {
  /** The column's physical name: column names ignore case, field names do not. */
  readonly name: string;
  readonly kind: ColumnKind;
}

export type ColumnKind =
  'varchar' | 'bigint' | 'hugeint' | 'double' | 'boolean' | 'timestamp_ms' | 'timestamp_ns';

/** The columns of the events table. `undefined`: a cold field, which only `source` holds. */
export interface Catalogue {
  column(path: string): EventColumn | undefined;
}

/** Ends each of several values in a VARCHAR column. */
export const SEPARATOR = '\u001f';

/** The kind of column that holds a field of the type; `undefined` where a field of the type has no values. */
export function columnKindFor(type: FieldType): ColumnKind | undefined {
  switch (type) {
    case 'keyword':
    case 'constant_keyword':
    case 'wildcard':
    case 'text':
    case 'match_only_text':
    case 'flattened':
    case 'ip':
    case 'version':
      return 'varchar';
    case 'byte':
    case 'short':
    case 'integer':
    case 'long':
      return 'bigint';
    case 'unsigned_long':
      return 'hugeint';
    case 'half_float':
    case 'float':
    case 'scaled_float':
    case 'double':
      return 'double';
    case 'boolean':
      return 'boolean';
    case 'date':
      return 'timestamp_ms';
    case 'date_nanos':
      return 'timestamp_ns';
    case 'object':
    case 'nested':
    case 'geo_point':
    case 'binary':
    case 'unsupported':
      return undefined;
  }
}

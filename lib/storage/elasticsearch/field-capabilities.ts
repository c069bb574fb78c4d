import type { FieldType } from '@/lib/eql';

/** What the searched indices can do with one field, as far as filters depend on it. */
export interface FieldCapabilities {
  /** Its mapping type; of a field seen without a declaration, the type that the index gave it. */
  readonly type: FieldType;
  /** The index folds values, and constants with them. */
  readonly normalizer?: 'lowercase';
  /** `wildcard` and `regexp` queries. A key of a `flattened` field takes none. */
  readonly patterns: boolean;
  /** `case_insensitive` of term, wildcard and regexp queries. */
  readonly caseInsensitive: boolean;
  /** `range` queries; between texts, in the order of code points. */
  readonly ranges: boolean;
}

/** By indexed name: of a `text` field its keyword sub-field's. `undefined` where no index has the field. */
export interface IndexCapabilities {
  field(name: string): FieldCapabilities | undefined;
}

/** What both engines can do with a type. */
export function capabilitiesFor(
  type: FieldType,
  normalizer?: 'lowercase',
): FieldCapabilities | undefined {
  const kind = KINDS[type];
  return kind && { type, ...(normalizer && { normalizer }), ...kind };
}

type Kind = Pick<FieldCapabilities, 'patterns' | 'caseInsensitive' | 'ranges'>;

const TEXT: Kind = { patterns: true, caseInsensitive: true, ranges: true };
const UNORDERED: Kind = { patterns: true, caseInsensitive: true, ranges: false };
const NUMERIC: Kind = { patterns: false, caseInsensitive: false, ranges: true };
const OPAQUE: Kind = { patterns: false, caseInsensitive: false, ranges: false };

const KINDS: Readonly<Partial<Record<FieldType, Kind>>> = {
  keyword: TEXT,
  // both refuse or ignore the range of a constant, OpenSearch also that of a wildcard field
  constant_keyword: UNORDERED,
  wildcard: UNORDERED,
  flattened: OPAQUE,
  version: OPAQUE,
  boolean: OPAQUE,
  byte: NUMERIC,
  short: NUMERIC,
  integer: NUMERIC,
  long: NUMERIC,
  unsigned_long: NUMERIC,
  half_float: NUMERIC,
  float: NUMERIC,
  scaled_float: NUMERIC,
  double: NUMERIC,
  date: NUMERIC,
  date_nanos: NUMERIC,
  ip: NUMERIC,
};

import type { FieldType } from '../eql/types';
import type { JsonObject, JsonScalar } from './json';

/** What a mapping says of one field: where its values stand in a document, and how the index changes them. */
export interface FieldMapping {
  readonly type: FieldType;
  /** The path of its values in a document: its own, or its parent's for a sub-field. */
  readonly source: string;
  /** Longer strings do not exist; in UTF-16 units, as Java counts. */
  readonly ignoreAbove?: number;
  /** Stands in for an explicit null. */
  readonly nullValue?: JsonScalar;
  /** For dates. */
  readonly format?: string;
  /** `false`: numbers in strings and fractions of whole numbers are malformed. */
  readonly coerce?: boolean;
  /** For `scaled_float`. */
  readonly scalingFactor?: number;
  readonly normalizer?: 'lowercase';
  /** The value of a `constant_keyword`, which every document has. Until the mapping names one, documents are read. */
  readonly constant?: string;
  /** For `text`: the keyword sub-field that holds it whole. */
  readonly exact?: string;
  /** Values stay as they are in JSON, whatever `type` says: no mapping is known for the field. */
  readonly isRaw?: boolean;
}

/** What new fields below an object become: Elasticsearch's `dynamic`. */
export type Dynamic = 'true' | 'runtime' | 'false' | 'strict';

/** An object of the mapping. Fields below a `nested` or `disabled` one do not exist for EQL. */
export interface ObjectMapping {
  readonly kind: 'object' | 'nested' | 'disabled';
  readonly dynamic: Dynamic;
}

/** One of the mapping's `dynamic_templates`, which decide before the general rules what a new field becomes. */
export interface DynamicTemplate {
  /** Whether a new field is meant: its path, and the type its JSON value suggests. */
  readonly matches: (path: string, jsonType: string) => boolean;
  /** The mapping JSON of the new field; `byValue` is what it would be without a template. */
  readonly mappingFor: (path: string, jsonType: string, byValue: JsonObject) => JsonObject;
}

/** A mapping's content, all names being full paths. `fields` and `objects` grow when documents are observed. */
export interface MappingContent {
  readonly fields: Map<string, FieldMapping>;
  readonly objects: Map<string, ObjectMapping>;
  /** Alias to target. */
  readonly aliases: Map<string, string>;
  /** Fields of any name below these paths: the path, and how to map them. */
  readonly patterns: ReadonlyMap<string, Omit<FieldMapping, 'source'>>;
  readonly root: ObjectMapping;
  readonly templates: readonly DynamicTemplate[];
  /** Strings that fit one of these formats become dates. */
  readonly dateFormats: readonly string[];
  /** Strings that are numbers become numbers. */
  readonly detectsNumbers: boolean;
  /** What of the mapping we do not follow, in sentences for people. */
  readonly notes: string[];
}

/** A mapping that cannot be read. */
export class MappingError extends Error {
  override readonly name = 'MappingError';
}

/** `a.b.c` gives `a`, `a.b`. */
export function ancestorsOf(path: string): string[] {
  const ancestors: string[] = [];
  for (let dot = path.indexOf('.'); dot !== -1; dot = path.indexOf('.', dot + 1)) {
    ancestors.push(path.slice(0, dot));
  }
  return ancestors;
}

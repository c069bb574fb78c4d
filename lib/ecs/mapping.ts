import type { FieldInfo, Schema } from '../eql/types';
import { addDynamicField, forEachNewField } from './dynamic-mapping';
import { readElasticsearchMapping } from './elasticsearch-mapping';
import { ancestorsOf, type FieldMapping, type MappingContent } from './field-mapping';
import { ecsContent } from './ecs-content';
import type { JsonObject, JsonValue } from './json';

/** Whether a name that the mapping does not know is a field all the same, its values as the document has them. */
export type UnknownFields = 'dynamic' | 'missing';

export interface EcsMappingOptions {
  readonly unknownFields?: UnknownFields;
}

/** For files without a mapping: the fields of ECS and of Elastic's Windows and Endpoint integrations. */
export function ecsMapping({ unknownFields = 'missing' }: EcsMappingOptions = {}): Mapping {
  return new Mapping(ecsContent(), 'raw', unknownFields);
}

/**
 * Reads a mapping as Elasticsearch prints it: `{properties}`, `{mappings: {..}}`, or `{<index>: {mappings: {..}}}`.
 * Throws MappingError for one that Elasticsearch would not take either, naming the field.
 */
export function fromElasticsearchMapping(json: JsonValue): Mapping {
  return new Mapping(readElasticsearchMapping(json), 'typed', 'missing');
}

/** The fields of one index, or of files, and how the index changes their values. */
export class Mapping implements Schema {
  constructor(
    private readonly content: MappingContent,
    /** What observed fields become: typed as Elasticsearch's dynamic mapping would, or raw. */
    private readonly observed: 'typed' | 'raw',
    private readonly unknownFields: UnknownFields,
  ) {}

  /** What of the given mapping is not followed, in sentences for people. */
  get notes(): readonly string[] {
    return this.content.notes;
  }

  field(name: string): FieldInfo | undefined {
    const field = this.definition(name);
    if (field === undefined) {
      const object = this.content.objects.get(name);
      if (object === undefined || object.kind === 'disabled') return undefined;
      return { type: object.kind };
    }
    const { type, isRaw, exact, normalizer } = field;
    return {
      type,
      ...(isRaw && { dynamic: true }),
      ...(exact !== undefined && { exact }),
      ...(normalizer !== undefined && { normalizer }),
    };
  }

  *names(): Iterable<string> {
    yield* this.content.fields.keys();
    yield* this.content.aliases.keys();
  }

  /** The whole mapping of a field, aliases followed; `undefined` for objects and for what is not mapped. */
  definition(name: string): FieldMapping | undefined {
    const path = this.content.aliases.get(name) ?? name;
    const declared = this.content.fields.get(path);
    if (declared !== undefined) return declared;
    if (this.content.objects.has(path)) return undefined;
    const inherited = this.fromAncestors(path);
    if (inherited !== 'unknown') return inherited;
    return this.unknownFields === 'dynamic' ? rawField(path) : undefined;
  }

  /** Fields that every document has, whatever it says. */
  *constants(): Iterable<[name: string, value: string]> {
    for (const [name, { constant }] of this.content.fields) {
      if (constant !== undefined) yield [name, constant];
    }
  }

  /** Adds the fields of `document` that are not mapped yet, where the mapping's `dynamic` allows it. */
  observe(document: JsonObject): void {
    forEachNewField(this.content, document, (path, value, dynamic) => {
      if (this.observed === 'typed') addDynamicField(this.content, path, value, dynamic);
      else this.content.fields.set(path, rawField(path));
    });
  }

  /** What the objects around a path make of it: keys of `flattened`, patterns, and nothing below `nested`. */
  private fromAncestors(path: string): FieldMapping | undefined | 'unknown' {
    const { fields, objects, patterns } = this.content;
    for (const ancestor of ancestorsOf(path).reverse()) {
      const field = fields.get(ancestor);
      if (field?.type === 'flattened') return { ...field, type: 'keyword', source: path };
      const pattern = patterns.get(ancestor);
      if (pattern !== undefined) return { ...pattern, source: path };
      const kind = objects.get(ancestor)?.kind;
      if (kind === 'nested' || kind === 'disabled') return undefined;
    }
    return 'unknown';
  }
}

function rawField(path: string): FieldMapping {
  return { type: 'keyword', source: path, isRaw: true };
}

import { FIELD_TYPES } from '../eql/types';
import {
  ancestorsOf,
  type FieldMapping,
  type MappingContent,
  type ObjectMapping,
} from './field-mapping';
import { ECS_FIELDS, ECS_FIELDS_WITH_TEXT, ECS_IGNORE_ABOVE, namesIn } from './field-types';
import {
  FIELDS_WITH_CASELESS,
  INTEGRATION_FIELDS,
  KEYWORD_OBJECTS,
} from './integration-field-types';

const IGNORE_ABOVE = 1024;
const OBJECT: ObjectMapping = { kind: 'object', dynamic: 'true' };
const NESTED: ObjectMapping = { kind: 'nested', dynamic: 'true' };

/** What the tables say, as the content of a mapping. Each call gives its own, to be extended by observation. */
export function ecsContent(): MappingContent {
  const objects = new Map<string, ObjectMapping>();
  const declared = new Map<string, FieldMapping>();
  for (const table of [ECS_FIELDS, INTEGRATION_FIELDS]) {
    for (const type of FIELD_TYPES) {
      for (const name of namesIn(table[type] ?? '')) {
        if (type === 'nested') objects.set(name, NESTED);
        else if (type === 'object') objects.set(name, OBJECT);
        else declared.set(name, fieldOf(name, type));
      }
    }
  }
  addSubFields(declared);
  const fields = new Map([...declared].filter(([name]) => !isBelowNested(name, objects)));
  for (const name of [...fields.keys(), ...KEYWORD_OBJECTS.map((object) => `${object}.*`)]) {
    for (const ancestor of ancestorsOf(name)) {
      if (!fields.has(ancestor) && !objects.has(ancestor)) objects.set(ancestor, OBJECT);
    }
  }
  return {
    fields,
    objects,
    aliases: new Map(),
    patterns: new Map(
      KEYWORD_OBJECTS.map((object) => [object, { type: 'keyword', ignoreAbove: IGNORE_ABOVE }]),
    ),
    root: OBJECT,
    templates: [],
    dateFormats: [],
    detectsNumbers: false,
    notes: [],
  };
}

function fieldOf(name: string, type: FieldMapping['type']): FieldMapping {
  const field: FieldMapping = { type, source: name };
  if (type === 'keyword') return { ...field, ignoreAbove: ECS_IGNORE_ABOVE[name] ?? IGNORE_ABOVE };
  return type === 'scaled_float' ? { ...field, scalingFactor: 1000 } : field;
}

function addSubFields(fields: Map<string, FieldMapping>): void {
  for (const name of namesIn(ECS_FIELDS_WITH_TEXT)) {
    fields.set(`${name}.text`, { type: 'match_only_text', source: name });
  }
  for (const name of namesIn(FIELDS_WITH_CASELESS)) {
    const ignoreAbove = IGNORE_ABOVE;
    fields.set(`${name}.caseless`, {
      type: 'keyword',
      source: name,
      ignoreAbove,
      normalizer: 'lowercase',
    });
  }
}

function isBelowNested(name: string, objects: ReadonlyMap<string, ObjectMapping>): boolean {
  return ancestorsOf(name).some((ancestor) => objects.get(ancestor)?.kind === 'nested');
}

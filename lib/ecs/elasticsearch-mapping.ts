import { DEFAULT_DATE_FORMAT } from './dates';
import { readDynamicTemplates } from './dynamic-templates';
import { declareProperties, dynamicOf, objectAt, stringsAt } from './field-declaration';
import { MappingError, type MappingContent } from './field-mapping';
import { isJsonObject, type JsonObject, type JsonValue } from './json';

/** Reads a mapping as Elasticsearch prints it, with or without its index around it. Throws MappingError. */
export function readElasticsearchMapping(json: JsonValue): MappingContent {
  const root = unwrapped(json);
  const notes: string[] = [];
  const isDetectingDates = root.date_detection !== false && root.date_detection !== 'false';
  const content: MappingContent = {
    fields: new Map(),
    objects: new Map(),
    aliases: new Map(),
    patterns: new Map(),
    root: {
      kind: root.enabled === false ? 'disabled' : 'object',
      dynamic: dynamicOf(root, 'true'),
    },
    templates: readDynamicTemplates(root.dynamic_templates, (note) => notes.push(note)),
    dateFormats: isDetectingDates ? dateFormatsOf(root) : [],
    detectsNumbers: root.numeric_detection === true || root.numeric_detection === 'true',
    notes,
  };
  for (const name of Object.keys(objectAt(root, 'runtime'))) {
    notes.push(`The runtime field "${name}" is ignored: its script does not run here.`);
  }
  declareProperties(content, '', root, content.root);
  for (const [alias, target] of content.aliases) {
    if (content.fields.has(target)) continue;
    throw new MappingError(`The alias "${alias}" points to "${target}", which is not a field.`);
  }
  return content;
}

/** What `dynamic_date_formats` is by default. */
const DYNAMIC_DATE_FORMATS = [
  DEFAULT_DATE_FORMAT,
  'yyyy/MM/dd HH:mm:ss||yyyy/MM/dd||epoch_millis',
] as const;

function dateFormatsOf(root: JsonObject): readonly string[] {
  return root.dynamic_date_formats === undefined
    ? DYNAMIC_DATE_FORMATS
    : stringsAt(root, 'dynamic_date_formats');
}

/** The object that holds `properties`: the mapping itself, below `mappings`, or below the name of its index. */
function unwrapped(json: JsonValue): JsonObject {
  if (!isJsonObject(json)) throw new MappingError('A mapping must be a JSON object.');
  if (isJsonObject(json.properties) || Object.keys(json).length === 0) return json;
  if (isJsonObject(json.mappings)) return json.mappings;
  const indices = Object.entries(json).flatMap(([name, value]) =>
    isJsonObject(value) && isJsonObject(value.mappings) ? [{ name, mappings: value.mappings }] : [],
  );
  const [index, ...others] = indices;
  if (index === undefined) {
    throw new MappingError(
      'Not an Elasticsearch mapping: it has neither "properties" nor "mappings".',
    );
  }
  if (others.length === 0) return index.mappings;
  const names = indices.map(({ name }) => name).join(', ');
  throw new MappingError(`The mappings of several indices (${names}): give that of one.`);
}

import { stringsAt } from './field-declaration';
import { MappingError, type DynamicTemplate } from './field-mapping';
import { isJsonArray, isJsonObject, type JsonObject, type JsonValue } from './json';

/** Reads `dynamic_templates`: a list of objects with one name and one template each. */
export function readDynamicTemplates(
  json: JsonValue | undefined,
  note: (text: string) => void,
): DynamicTemplate[] {
  if (!isJsonArray(json)) return [];
  return json.flatMap((entry) => {
    const named = isJsonObject(entry) ? Object.entries(entry)[0] : undefined;
    if (named === undefined) throw new MappingError('A dynamic template must be an object.');
    const [name, template] = named;
    if (!isJsonObject(template)) {
      throw new MappingError(`The dynamic template "${name}" must be an object.`);
    }
    if (template.match_pattern === 'regex') {
      note(`The dynamic template "${name}" is ignored: its patterns are regular expressions.`);
      return [];
    }
    return [{ matches: matcherOf(template), mappingFor: mappingBuilder(template) }];
  });
}

/** All conditions given must hold; `match` looks at the last part of the path, `path_match` at the whole. */
function matcherOf(template: JsonObject): DynamicTemplate['matches'] {
  const types = patternsOf(template, 'match_mapping_type');
  const notTypes = patternsOf(template, 'unmatch_mapping_type');
  const match = patternsOf(template, 'match');
  const unmatch = patternsOf(template, 'unmatch');
  const pathMatch = patternsOf(template, 'path_match');
  const pathUnmatch = patternsOf(template, 'path_unmatch');
  return (path, jsonType) => {
    const name = path.slice(path.lastIndexOf('.') + 1);
    return (
      (types?.test(jsonType) ?? true) &&
      !notTypes?.test(jsonType) &&
      (match?.test(name) ?? true) &&
      !unmatch?.test(name) &&
      (pathMatch?.test(path) ?? true) &&
      !pathUnmatch?.test(path)
    );
  };
}

/** One pattern or a list of them, `*` standing for any text. */
function patternsOf(template: JsonObject, key: string): RegExp | undefined {
  if (template[key] === undefined) return undefined;
  const patterns = stringsAt(template, key).map((pattern) =>
    pattern
      .split('*')
      .map((text) => text.replace(/[\\^$.+?()[\]{}|/-]/g, '\\$&'))
      .join('.*'),
  );
  return new RegExp(`^(?:${patterns.join('|')})$`);
}

/** The template's mapping with `{name}` and `{dynamic_type}` filled in; without a `type` that of the value. */
function mappingBuilder(template: JsonObject): DynamicTemplate['mappingFor'] {
  const mapping = template.mapping ?? template.runtime;
  return (path, jsonType, byValue) => {
    if (!isJsonObject(mapping)) return byValue;
    const name = path.slice(path.lastIndexOf('.') + 1);
    const fill = (value: JsonValue | undefined): JsonValue | undefined =>
      typeof value === 'string'
        ? value.replaceAll('{name}', name).replaceAll('{dynamic_type}', jsonType)
        : value;
    const filled = Object.entries(mapping).map(([key, value]) => [key, fill(value)]);
    return { type: byValue.type, ...(Object.fromEntries(filled) as JsonObject) };
  };
}

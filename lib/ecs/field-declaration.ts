import { FIELD_TYPES, type FieldType } from '../eql/types';
import { compileDateFormat } from './date-format';
import { MAX_PATH_LENGTH } from './document-path';
import {
  MappingError,
  type Dynamic,
  type FieldMapping,
  type MappingContent,
  type ObjectMapping,
} from './field-mapping';
import { isJsonArray, isJsonObject, type JsonObject } from './json';

/** Adds all `properties` of an object, `prefix` being its path with a dot behind. */
export function declareProperties(
  content: MappingContent,
  prefix: string,
  json: JsonObject,
  parent: ObjectMapping,
): void {
  if (parent.kind !== 'object') return;
  if (prefix.split('.').length > MAX_PATH_LENGTH) {
    throw new MappingError(`The mapping nests deeper than ${MAX_PATH_LENGTH} objects.`);
  }
  for (const [name, property] of Object.entries(objectAt(json, 'properties'))) {
    const path = prefix + name;
    if (!isJsonObject(property)) throw new MappingError(`The field "${path}" must be an object.`);
    declareField(content, path, property, parent);
  }
}

/** Adds one field with its sub-fields, or one object with all below it. */
export function declareField(
  content: MappingContent,
  path: string,
  json: JsonObject,
  parent: ObjectMapping = content.root,
): void {
  const type = json.type ?? 'object';
  if (type === 'alias') {
    content.aliases.set(path, textAt(json, 'path') ?? '');
    return;
  }
  if (type === 'object' || type === 'nested' || type === 'passthrough') {
    const kind = json.enabled === false ? 'disabled' : type === 'nested' ? 'nested' : 'object';
    const object: ObjectMapping = { kind, dynamic: dynamicOf(json, parent.dynamic) };
    content.objects.set(path, object);
    declareProperties(content, `${path}.`, json, object);
    return;
  }
  const shared = { source: path };
  const subFields = Object.entries(objectAt(json, 'fields')).map(([name, subJson]) => {
    const subPath = `${path}.${name}`;
    return { subPath, field: readField(content, subPath, isJsonObject(subJson) ? subJson : {}) };
  });
  const field = readField(content, path, json);
  const exact = isText(field.type) ? exactAmong(subFields) : undefined;
  content.fields.set(path, { ...field, ...shared, ...(exact !== undefined && { exact }) });
  for (const { subPath, field: subField } of subFields) {
    content.fields.set(subPath, { ...subField, ...shared });
  }
  for (const target of stringsAt(json, 'copy_to')) {
    content.notes.push(
      `"copy_to" of the field "${path}" is ignored: "${target}" lacks its values.`,
    );
  }
}

/** An object's own `dynamic`, else that of the object around it. */
export function dynamicOf(json: JsonObject, around: Dynamic): Dynamic {
  const dynamic = textAt(json, 'dynamic') ?? around;
  switch (dynamic) {
    case 'true':
    case 'false':
    case 'strict':
    case 'runtime':
      return dynamic;
    default:
      throw new MappingError(`"dynamic" cannot be "${dynamic}".`);
  }
}

export function objectAt(json: JsonObject, key: string): JsonObject {
  const value = json[key];
  return isJsonObject(value) ? value : {};
}

/** A parameter as text: Elasticsearch takes `true` and `"true"` alike. */
function textAt(json: JsonObject, key: string): string | undefined {
  return stringsAt(json, key)[0];
}

export function stringsAt(json: JsonObject, key: string): readonly string[] {
  const value = json[key];
  if (value === undefined) return [];
  return (isJsonArray(value) ? value : [value]).flatMap((each) =>
    isJsonArray(each) || isJsonObject(each) ? [] : [String(each)],
  );
}

type OwnMapping = Omit<FieldMapping, 'source'>;

/** The parameters of one field or sub-field. */
function readField({ notes }: MappingContent, path: string, json: JsonObject): OwnMapping {
  const typeName = textAt(json, 'type') ?? '';
  const type = fieldTypeOf(typeName);
  if (type === 'unsupported') {
    notes.push(`The field "${path}" has the type "${typeName}", which EQL cannot use.`);
  }
  const normalizerName = textAt(json, 'normalizer');
  const normalizer = normalizerName === 'lowercase' ? 'lowercase' : undefined;
  if (normalizerName !== undefined && normalizer === undefined) {
    notes.push(
      `The normalizer "${normalizerName}" of the field "${path}" is not known and not applied.`,
    );
  }
  const [ignoreAbove, scalingFactor] = [json.ignore_above, json.scaling_factor].map((value) =>
    value === undefined ? undefined : Number(value),
  );
  const nullValue =
    isJsonArray(json.null_value) || isJsonObject(json.null_value) ? undefined : json.null_value;
  const format = typeof json.format === 'string' ? json.format : undefined;
  if (format !== undefined && (type === 'date' || type === 'date_nanos')) checkFormat(path, format);
  const constant = textAt(json, 'value');
  return {
    type,
    ...(ignoreAbove !== undefined && { ignoreAbove }),
    ...(scalingFactor !== undefined && { scalingFactor }),
    ...(nullValue !== undefined && { nullValue }),
    ...(format !== undefined && { format }),
    ...(normalizer !== undefined && { normalizer }),
    ...(textAt(json, 'coerce') === 'false' && { coerce: false }),
    ...(type === 'constant_keyword' && constant !== undefined && { constant }),
  };
}

function fieldTypeOf(name: string): FieldType {
  if (name === 'flat_object') return 'flattened'; // OpenSearch's name for it
  return FIELD_TYPES.find((type) => type === name) ?? 'unsupported';
}

function isText(type: FieldType): boolean {
  return type === 'text' || type === 'match_only_text';
}

/** EQL compares text through its one keyword sub-field that keeps the spelling; two of them are ambiguous. */
function exactAmong(
  subFields: readonly { subPath: string; field: OwnMapping }[],
): string | undefined {
  const [exact, ...others] = subFields.filter(
    ({ field }) => EXACT_TYPES.has(field.type) && field.normalizer === undefined,
  );
  return others.length === 0 ? exact?.subPath : undefined;
}

const EXACT_TYPES: ReadonlySet<FieldType> = new Set(['keyword', 'constant_keyword', 'wildcard']);

function checkFormat(path: string, format: string): void {
  try {
    compileDateFormat(format);
  } catch (cause) {
    throw new MappingError(`The field "${path}": ${(cause as Error).message}`, { cause });
  }
}

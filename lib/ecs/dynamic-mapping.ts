import { parseDate } from './dates';
import { forEachElement, MAX_PATH_LENGTH } from './document-path';
import { declareField } from './field-declaration';
import { ancestorsOf, type Dynamic, type MappingContent } from './field-mapping';
import { isJsonArray, isJsonObject, type JsonObject, type JsonScalar } from './json';

type PresentValue = NonNullable<JsonScalar>;

/**
 * Calls `add` for each value of `document` whose field is not mapped, with what the objects around it say of new
 * fields. Of an array only the first value counts. Nothing below `nested`, `flattened` and disabled objects is new.
 */
export function forEachNewField(
  content: MappingContent,
  document: JsonObject,
  add: (path: string, value: PresentValue, dynamic: Dynamic) => void,
): void {
  const { fields, objects } = content;
  const visit = (object: JsonObject, prefix: string, around: Dynamic, depth: number): void => {
    if (depth > MAX_PATH_LENGTH) return;
    for (const key of Object.keys(object)) {
      const value = object[key];
      const path = prefix + key;
      if (value === null || value === undefined || isKnown(content, path)) continue;
      const dynamic = dynamicBelow(content, path, prefix, objects.get(path)?.dynamic ?? around);
      if (dynamic === undefined) continue;
      const visitElement = (element: JsonScalar | JsonObject) => {
        if (isJsonObject(element)) visit(element, `${path}.`, dynamic, depth + 1);
        else if (element !== null && !fields.has(path)) add(path, element, dynamic);
      };
      if (isJsonArray(value)) forEachElement(value, visitElement);
      else visitElement(value);
    }
  };
  visit(document, '', content.root.dynamic, 0);
}

/**
 * Maps a new field as Elasticsearch's dynamic mapping does by its first value: whole numbers to `long`, others to
 * `float`, strings to dates where they look so, else to `text` with a `keyword` sub-field.
 */
export function addDynamicField(
  content: MappingContent,
  path: string,
  value: PresentValue,
  dynamic: Dynamic,
): void {
  if (dynamic === 'false' || dynamic === 'strict') return;
  const [jsonType, mapping] = mappingByValue(content, value, dynamic);
  const template = content.templates.find(({ matches }) => matches(path, jsonType));
  declareField(content, path, template?.mappingFor(path, jsonType, mapping) ?? mapping);
  for (const ancestor of ancestorsOf(path)) {
    if (!content.objects.has(ancestor)) content.objects.set(ancestor, { kind: 'object', dynamic });
  }
}

/** Whether the path, and with it all below, needs no look: it is mapped, or no EQL field can come of it. */
function isKnown({ fields, aliases, objects, patterns }: MappingContent, path: string): boolean {
  if (fields.has(path) || aliases.has(path) || patterns.has(path)) return true;
  const object = objects.get(path);
  return object !== undefined && object.kind !== 'object';
}

/** For a dotted key the objects between decide as well; `undefined` where one of them admits no fields. */
function dynamicBelow(
  content: MappingContent,
  path: string,
  prefix: string,
  around: Dynamic,
): Dynamic | undefined {
  if (!path.includes('.', prefix.length)) return around;
  let dynamic = around;
  for (const ancestor of ancestorsOf(path)) {
    if (ancestor.length < prefix.length) continue;
    if (isKnown(content, ancestor)) return undefined;
    dynamic = content.objects.get(ancestor)?.dynamic ?? dynamic;
  }
  return dynamic;
}

type MappingByValue = [jsonType: string, mapping: JsonObject];

const TEXT_WITH_KEYWORD: JsonObject = {
  type: 'text',
  fields: { keyword: { type: 'keyword', ignore_above: 256 } },
};
const NUMERIC = /^\s*[+-]?(?:\d+\.?\d*|\.\d+)(?:[eE][+-]?\d+)?[fFdD]?\s*$/;
const WHOLE = /^[+-]?\d+$/;

function mappingByValue(
  content: MappingContent,
  value: PresentValue,
  dynamic: Dynamic,
): MappingByValue {
  const isRuntime = dynamic === 'runtime';
  const long: MappingByValue = ['long', { type: 'long' }];
  const decimal: MappingByValue = ['double', { type: isRuntime ? 'double' : 'float' }];
  if (typeof value === 'boolean') return ['boolean', { type: 'boolean' }];
  if (typeof value === 'bigint') return long;
  if (typeof value === 'number') return Number.isInteger(value) ? long : decimal;
  if (NUMERIC.test(value)) {
    if (content.detectsNumbers) return WHOLE.test(value) ? long : decimal;
  } else {
    const format = content.dateFormats.find((each) => parseDate(value, each) !== undefined);
    if (format !== undefined) return ['date', { type: 'date', format }];
  }
  return ['string', isRuntime ? { type: 'keyword' } : TEXT_WITH_KEYWORD];
}

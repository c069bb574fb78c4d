/** A JSON value as we hold it: whole numbers that a `number` cannot keep exactly are `bigint`. */
export type JsonValue = JsonScalar | readonly JsonValue[] | JsonObject;
export type JsonScalar = string | number | bigint | boolean | null;
export interface JsonObject {
  readonly [key: string]: JsonValue | undefined;
}

/** Elasticsearch's parser stops at this depth as well. */
const MAX_JSON_DEPTH = 1_000;

/** Text that is not JSON, or JSON nested too deep to be walked safely. */
export class JsonError extends Error {
  override readonly name = 'JsonError';
}

/** Reads one JSON text. Throws JsonError. */
export function parseJson(text: string): JsonValue {
  if (isTooDeep(text)) throw new JsonError(`Nested deeper than ${MAX_JSON_DEPTH} levels.`);
  try {
    return JSON.parse(text, hasLongNumber(text) ? keepExact : undefined) as JsonValue;
  } catch (cause) {
    throw new JsonError(`Not JSON: ${(cause as Error).message}.`, { cause });
  }
}

/** Writes `value` as JSON on one line, each `bigint` as its digits. Throws JsonError. */
export function stringifyJson(value: JsonValue): string {
  try {
    return JSON.stringify(value);
  } catch (error) {
    // JSON.stringify refuses `bigint`; asking it first keeps the usual case free of a replacer.
    if (error instanceof RangeError) throw new JsonError('Nested too deep.', { cause: error });
    return JSON.stringify(value, writeExact);
  }
}

export function isJsonArray(value: JsonValue | undefined): value is readonly JsonValue[] {
  return Array.isArray(value);
}

export function isJsonObject(value: JsonValue | undefined): value is JsonObject {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

/** Whether a number has 16 digits or more. Runs of digits are quickly looked for and rare; most stand in strings. */
function hasLongNumber(text: string): boolean {
  return LONG_DIGITS.test(text) && LONG_NUMBER.test(text);
}

const LONG_DIGITS = /\d{16}/;
const LONG_NUMBER = /(?:^|[:,[])\s*-?\d{16}/;
const WHOLE_NUMBER = /^-?\d+$/;

function keepExact(_key: string, value: unknown, context?: { source?: string }): unknown {
  if (typeof value !== 'number' || Number.isSafeInteger(value)) return value;
  const source = context?.source;
  return source !== undefined && WHOLE_NUMBER.test(source) ? BigInt(source) : value;
}

/** `JSON.rawJSON`, which TypeScript's libraries do not know yet. */
const { rawJSON } = JSON as unknown as { rawJSON: (text: string) => unknown };

function writeExact(_key: string, value: unknown): unknown {
  return typeof value === 'bigint' ? rawJSON(value.toString()) : value;
}

/** Whether brackets outside strings nest deeper than we walk. Looks at the characters only where it may be so. */
function isTooDeep(text: string): boolean {
  if (text.length <= 2 * MAX_JSON_DEPTH || !hasManyBrackets(text)) return false;
  let depth = 0;
  let quoted = false;
  for (let at = 0; at < text.length; at++) {
    const character = text[at];
    if (quoted) {
      if (character === '\\') at++;
      else if (character === '"') quoted = false;
    } else if (character === '"') {
      quoted = true;
    } else if (character === '{' || character === '[') {
      if (++depth > MAX_JSON_DEPTH) return true;
    } else if (character === '}' || character === ']') {
      depth--;
    }
  }
  return false;
}

function hasManyBrackets(text: string): boolean {
  let count = 0;
  for (const bracket of ['{', '[']) {
    for (let at = text.indexOf(bracket); at !== -1; at = text.indexOf(bracket, at + 1)) {
      if (++count > MAX_JSON_DEPTH) return true;
    }
  }
  return false;
}

import { isJsonArray, JsonError, parseJson, type JsonValue } from '../json';
import type { RecordBatch } from './record-batch';

/** One record of a batch, parsed. */
export function parseRecord(
  { block, starts, ends }: RecordBatch,
  at: number,
): JsonValue | JsonError {
  return tryParse(block.toString('utf8', starts[at], ends[at]));
}

/** Text that is not JSON gives its error as a value: the record is skipped, and the next one read. */
function tryParse(text: string): JsonValue | JsonError {
  try {
    return parseJson(text);
  } catch (error) {
    if (error instanceof JsonError) return error;
    throw error;
  }
}

/** Why a parsed record is no event. */
export function describeNoObject(value: JsonValue | JsonError): string {
  if (value instanceof JsonError) return value.message;
  const what = value === null ? 'null' : isJsonArray(value) ? 'an array' : `a ${typeof value}`;
  return `${what} where an event (a JSON object) is expected`;
}

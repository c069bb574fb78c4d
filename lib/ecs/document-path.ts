import {
  isJsonArray,
  isJsonObject,
  type JsonObject,
  type JsonScalar,
  type JsonValue,
} from './json';

/** Calls `visit` with each scalar, null included, that stands at one path of `source`. */
export type PathWalk = (source: JsonObject, visit: (leaf: JsonScalar) => void) => void;

/** Elasticsearch maps no deeper than 20 objects; keys of a `flattened` field may go on a little. */
export const MAX_PATH_LENGTH = 64;

/**
 * Compiles a path into the walk that finds its values however the document spells it: nested objects, dotted keys,
 * both at once, arrays at any level. Of two spellings of one field the more nested one comes first.
 */
export function compilePath(path: string): PathWalk {
  const segments = path.split('.');
  if (segments.length > MAX_PATH_LENGTH) return () => undefined;
  const levels = segments.map((_, from) =>
    segments.slice(from).map((_, count): Step => {
      const to = from + count + 1;
      const key = segments.slice(from, to).join('.');
      return { key, to: to === segments.length ? END : to, isInherited: key in Object.prototype };
    }),
  );
  return (source, visit) => walkObject(source, levels, 0, visit);
}

interface Step {
  readonly key: string;
  /** The level at which the path goes on below this key, or END. */
  readonly to: number;
  /** Every object answers to such a key (`constructor`), so only its own property counts. */
  readonly isInherited: boolean;
}

const END = -1;

type Visit = (leaf: JsonScalar) => void;

/** No deeper than the path is long, and without allocation while documents hold no arrays: this is the hot loop. */
function walkObject(
  object: JsonObject,
  levels: readonly (readonly Step[])[],
  level: number,
  visit: Visit,
): void {
  for (const step of levels[level]!) {
    if (step.isInherited && !Object.hasOwn(object, step.key)) continue;
    const value = object[step.key];
    if (value === undefined) continue;
    if (step.to === END) {
      if (typeof value !== 'object' || value === null) visit(value);
      else if (isJsonArray(value)) visitScalars(value, visit);
    } else if (typeof value === 'object' && value !== null) {
      if (!isJsonArray(value)) walkObject(value, levels, step.to, visit);
      else
        forEachElement(value, (element) => {
          if (isJsonObject(element)) walkObject(element, levels, step.to, visit);
        });
    }
  }
}

function visitScalars(array: readonly JsonValue[], visit: Visit): void {
  forEachElement(array, (element) => {
    if (typeof element !== 'object' || element === null) visit(element);
  });
}

type Element = Exclude<JsonValue, readonly JsonValue[]>;

/** Elements that are not arrays themselves, in order. */
export function forEachElement(
  array: readonly JsonValue[],
  visit: (element: Element) => void,
): void {
  for (let at = 0; at < array.length; at++) {
    const element = array[at]!;
    if (isJsonArray(element)) return forEachNested(array, at, visit);
    visit(element);
  }
}

/** The same from `start` on, on a stack of its own: arrays may nest as deep as they like. */
function forEachNested(
  array: readonly JsonValue[],
  start: number,
  visit: (element: Element) => void,
): void {
  const pending = array.slice(start).reverse();
  while (pending.length > 0) {
    const next = pending.pop()!;
    if (!isJsonArray(next)) visit(next);
    else for (let at = next.length - 1; at >= 0; at--) pending.push(next[at]!);
  }
}

import type { JsonObject, JsonValue } from '../json';

/** An ECS document being built, field by field, as nested objects. */
export class EcsDocument {
  private readonly root: MutableObject = {};

  /** Sets a field by its dotted name. `undefined` leaves the document as it is. */
  set(name: string, value: JsonValue | undefined): void {
    if (value === undefined) return;
    const path = pathOf(name);
    let object = this.root;
    for (let at = 0; at < path.length - 1; at++) {
      object = (object[path[at]!] ??= {}) as MutableObject;
    }
    object[path.at(-1)!] = value;
  }

  get(name: string): JsonValue | undefined {
    let value: JsonValue | undefined = this.root;
    for (const key of pathOf(name)) value = (value as JsonObject | undefined)?.[key];
    return value;
  }

  text(name: string): string | undefined {
    const value = this.get(name);
    return typeof value === 'string' ? value : undefined;
  }

  /** Adds to a list of distinct values, such as `related.user`. */
  append(name: string, value: string | undefined): void {
    if (value === undefined) return;
    const values = (this.get(name) ?? []) as readonly string[];
    if (!values.includes(value)) this.set(name, [...values, value]);
  }

  toObject(): JsonObject {
    return this.root;
  }
}

interface MutableObject {
  [key: string]: JsonValue;
}

/** Names are few and events many. */
const paths = new Map<string, readonly string[]>();

function pathOf(name: string): readonly string[] {
  let path = paths.get(name);
  if (path === undefined) {
    path = name.split('.');
    paths.set(name, path);
  }
  return path;
}

import type { Field } from './ast';
import type { EqlProblem } from './error';
import { suggest } from './suggest';
import type { Schema } from './types';

/** Comparing a name with all of a mapping takes a while; beyond this many the hint is the general one. */
const MAX_SUGGESTED = 20;

/** The problems of fields that no mapping knows, each name looked up once. */
export class UnknownFields {
  private readonly hints = new Map<string, string>();

  constructor(private readonly schema: Schema) {}

  problem({ name, span }: Field): EqlProblem {
    return { kind: 'semantic', message: `Unknown field "${name}".`, span, hint: this.hint(name) };
  }

  private hint(name: string): string {
    const known = this.hints.get(name);
    if (known !== undefined) return known;
    const similar =
      this.hints.size < MAX_SUGGESTED ? suggest(name, this.schema.names()) : undefined;
    const hint = similar ?? `Write ?${name} if it may be missing from the mapping.`;
    if (similar !== undefined || this.hints.size < MAX_SUGGESTED) this.hints.set(name, hint);
    return hint;
  }
}

import { ALL_CODE_POINTS, union, type CodePointSet } from './code-points';

/**
 * A regular expression, whichever dialect it was written in. `nothing` matches no text at all, `empty` the empty
 * text only. Complement and intersection are Lucene's, assertions are Java's: no tree holds both.
 */
export type RegexNode =
  | { readonly kind: 'set'; readonly set: CodePointSet }
  | { readonly kind: 'empty' }
  | { readonly kind: 'nothing' }
  | { readonly kind: 'concat'; readonly parts: readonly RegexNode[] }
  | { readonly kind: 'alternation'; readonly options: readonly RegexNode[] }
  | {
      readonly kind: 'repeat';
      readonly body: RegexNode;
      readonly min: number;
      readonly max: number;
    }
  | { readonly kind: 'complement'; readonly body: RegexNode }
  | { readonly kind: 'intersection'; readonly left: RegexNode; readonly right: RegexNode }
  | { readonly kind: 'assertion'; readonly assertion: Assertion };

/**
 * What must hold between two characters, in Java's words.
 * - `inputStart` `\A`, `inputEnd` `\z`
 * - `lastLineEnd` `\Z` and `$`: at the end, or before the line terminator that ends the value
 * - `lineStart`, `lineEnd`: `^` and `$` under `(?m)`
 */
export type Assertion =
  | 'inputStart'
  | 'inputEnd'
  | 'lastLineEnd'
  | 'lineStart'
  | 'lineEnd'
  | 'wordBoundary'
  | 'notWordBoundary';

/** A pattern that cannot be used; `offset` is where in the pattern, in UTF-16 units from 0. */
export class RegexSyntaxError extends Error {
  override readonly name = 'RegexSyntaxError';

  constructor(
    message: string,
    readonly offset: number,
  ) {
    super(message);
  }
}

/** Elasticsearch's default of `index.max_regex_length`, in UTF-16 units as there. */
const MAX_PATTERN_LENGTH = 1_000;

/** How deep groups may nest: both parsers descend recursively. */
export const MAX_NESTING = 250;

/** Throws RegexSyntaxError for a pattern longer than Elasticsearch takes. */
export function checkPatternLength(pattern: string): void {
  if (pattern.length > MAX_PATTERN_LENGTH) {
    throw new RegexSyntaxError(
      `The regular expression has ${pattern.length} characters, ${MAX_PATTERN_LENGTH} are allowed`,
      MAX_PATTERN_LENGTH,
    );
  }
}

export const EMPTY: RegexNode = { kind: 'empty' };
export const NOTHING: RegexNode = { kind: 'nothing' };
export const ANY: RegexNode = { kind: 'set', set: ALL_CODE_POINTS };
export const ANY_STRING: RegexNode = { kind: 'repeat', body: ANY, min: 0, max: Infinity };

export function literalSet(set: CodePointSet): RegexNode {
  return set.length === 0 ? NOTHING : { kind: 'set', set };
}

export function concat(parts: readonly RegexNode[]): RegexNode {
  const kept = parts.filter((part) => part.kind !== 'empty');
  if (kept.length <= 1) return kept[0] ?? EMPTY;
  return { kind: 'concat', parts: kept };
}

/** One of `options`; single characters among them become one set, which keeps the automaton small. */
export function alternation(options: readonly RegexNode[]): RegexNode {
  const sets = options.flatMap((option) => (option.kind === 'set' ? [option.set] : []));
  const others = options.filter((option) => option.kind !== 'set');
  const merged = sets.length === 0 ? others : [literalSet(union(...sets)), ...others];
  if (merged.length <= 1) return merged[0] ?? NOTHING;
  return { kind: 'alternation', options: merged };
}

/** `body` from `min` to `max` times, `max` may be Infinity. `a+*?` becomes one repetition of the same language. */
export function repeat(body: RegexNode, min: number, max: number): RegexNode {
  if (max === 0) return EMPTY;
  if (min === 1 && max === 1) return body;
  if (body.kind === 'repeat' && isSimple(body.min, body.max) && isSimple(min, max)) {
    return repeat(body.body, body.min * min, Math.max(body.max, max));
  }
  return { kind: 'repeat', body, min, max };
}

/** Whether it is `?`, `*` or `+`. */
function isSimple(min: number, max: number): boolean {
  return min <= 1 && (max === Infinity || max === 1);
}

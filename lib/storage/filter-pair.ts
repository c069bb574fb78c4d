import {
  fieldsOf,
  type Comparison,
  type Expression,
  type Field,
  type Match,
  type Membership,
  type Schema,
} from '@/lib/eql';
import { compileSimplified } from '@/lib/eql/condition';
import { simplifyCondition } from '@/lib/eql/simplify';

/**
 * Two filters of a backend around one condition: `lower` implies it, `upper` is implied by it. Where they are one filter
 * the translation is exact, and the evaluator has nothing left to decide.
 */
export interface FilterPair<F> {
  readonly lower: F;
  readonly upper: F;
  readonly exact: boolean;
}

/** How a backend writes filters. Its filters are two-valued: a missing field makes them false, and `not` of them true. */
export interface FilterBuilder<F> {
  readonly all: F;
  readonly none: F;
  and(filters: readonly F[]): F;
  or(filters: readonly F[]): F;
  not(filter: F): F;
}

/** A condition without `and`, `or` and `not` of its own: what a backend translates in one piece. */
export type Leaf = Exclude<Expression, { kind: 'literal' | 'not' | 'and' | 'or' }>;

/** A backend's way to say one leaf, with what it must know of the fields bound already. */
export interface LeafTranslator<F> extends FilterBuilder<F> {
  leaf(leaf: Leaf): FilterPair<F>;
}

interface TranslatedLeaf {
  readonly leaf: Leaf;
  readonly exact: boolean;
}

/** The pair of a whole condition, and of which leaves it is the sum, in the order of the text. */
export interface Translation<F> extends FilterPair<F> {
  readonly leaves: readonly TranslatedLeaf[];
}

/** Translates a checked condition: the tree that the evaluator runs, leaf by leaf. */
export function translateCondition<F>(
  condition: Expression,
  schema: Schema,
  translator: LeafTranslator<F>,
): Translation<F> {
  const leaves: TranslatedLeaf[] = [];
  const translate = (node: Expression): FilterPair<F> => {
    switch (node.kind) {
      case 'literal':
        return exactly(node.value === true ? translator.all : translator.none);
      case 'not':
        return complement(translator, translate(node.operand));
      case 'and':
        return join(translator, 'and', node.operands.map(translate));
      case 'or':
        return join(translator, 'or', node.operands.map(translate));
      case 'field':
      case 'comparison':
      case 'membership':
      case 'match':
      case 'negation':
      case 'arithmetic':
      case 'call': {
        const pair = translator.leaf(node);
        leaves.push({ leaf: node, exact: pair.exact });
        return pair;
      }
    }
  };
  const pair = translate(simplifyCondition(condition, schema));
  return { ...pair, leaves };
}

export function exactly<F>(filter: F): FilterPair<F> {
  return { lower: filter, upper: filter, exact: true };
}

export function between<F>(lower: F, upper: F): FilterPair<F> {
  return { lower, upper, exact: false };
}

/** `not` swaps the two filters and complements each. */
function complement<F>(
  builder: FilterBuilder<F>,
  { lower, upper, exact }: FilterPair<F>,
): FilterPair<F> {
  const not = (filter: F): F =>
    filter === builder.all
      ? builder.none
      : filter === builder.none
        ? builder.all
        : builder.not(filter);
  return exact ? exactly(not(upper)) : between(not(upper), not(lower));
}

function join<F>(
  builder: FilterBuilder<F>,
  kind: 'and' | 'or',
  pairs: readonly FilterPair<F>[],
): FilterPair<F> {
  const upper = junction(
    builder,
    kind,
    pairs.map((pair) => pair.upper),
  );
  if (pairs.every(({ exact }) => exact)) return exactly(upper);
  return between(
    junction(
      builder,
      kind,
      pairs.map((pair) => pair.lower),
    ),
    upper,
  );
}

/** Without the operands that change nothing; the one that decides stands for all. */
function junction<F>(builder: FilterBuilder<F>, kind: 'and' | 'or', filters: readonly F[]): F {
  const [neutral, decisive] =
    kind === 'and' ? [builder.all, builder.none] : [builder.none, builder.all];
  if (filters.includes(decisive)) return decisive;
  const kept = filters.filter((filter) => filter !== neutral);
  const [only] = kept;
  if (only === undefined) return neutral;
  return kept.length === 1 ? only : builder[kind](kept);
}

/**
 * The pair of a leaf that the backend cannot say. Of a leaf on one field it still knows what a missing value makes of it:
 * mostly false, so that only events with the field may satisfy it.
 */
export function undecided<F>(
  builder: FilterBuilder<F>,
  leaf: Leaf,
  schema: Schema,
  exists: (field: Field) => F | undefined,
): FilterPair<F> {
  const [field, ...others] = fieldsOf(leaf);
  const present = field && others.length === 0 ? exists(field) : undefined;
  if (present === undefined) return between(builder.none, builder.all);
  return holdsWhenMissing(leaf, schema)
    ? between(builder.not(present), builder.all)
    : between(builder.none, present);
}

/** What an event without any of the leaf's fields makes of it. */
export function holdsWhenMissing(leaf: Leaf, schema: Schema): boolean {
  return compileSimplified(leaf, { schema, source: { reader: () => () => undefined } })(undefined);
}

/** The name whose values the evaluator reads: of a `text` field its keyword sub-field's. */
export function readName(field: Field, schema: Schema): string {
  return schema.field(field.name)?.exact ?? field.name;
}

/** `field == null`. */
export function isNullTest(leaf: Leaf): leaf is Comparison & { readonly left: Field } {
  return (
    leaf.kind === 'comparison' &&
    leaf.operator === '==' &&
    leaf.left.kind === 'field' &&
    leaf.right.kind === 'literal' &&
    leaf.right.value === null
  );
}

export type FieldMatch = Match & { readonly operand: Field };
export type FieldMembership = Membership & { readonly operand: Field };

export function isFieldMatch(leaf: Leaf): leaf is FieldMatch {
  return leaf.kind === 'match' && leaf.operand.kind === 'field';
}

export function isFieldMembership(leaf: Leaf): leaf is FieldMembership {
  return (
    leaf.kind === 'membership' &&
    !leaf.negated &&
    leaf.operand.kind === 'field' &&
    leaf.items.every((item) => item.kind === 'literal' && item.value !== null)
  );
}

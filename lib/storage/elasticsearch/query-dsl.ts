/** A filter of the query DSL, in what Elasticsearch and OpenSearch have in common. */
export type ElasticsearchFilter = { readonly [query: string]: unknown };

export type TermValue = string | number | boolean;
export interface RangeBounds {
  readonly gt?: TermValue;
  readonly gte?: TermValue;
  readonly lt?: TermValue;
  readonly lte?: TermValue;
  readonly format?: string;
}

export const MATCH_ALL: ElasticsearchFilter = { match_all: {} };
export const MATCH_NONE: ElasticsearchFilter = { match_none: {} };

export const allOf = (filters: readonly ElasticsearchFilter[]): ElasticsearchFilter => ({
  bool: { filter: filters },
});

export function anyOf(filters: readonly ElasticsearchFilter[]): ElasticsearchFilter {
  const [only] = filters;
  if (only === undefined) return MATCH_NONE;
  return filters.length === 1 ? only : { bool: { should: filters, minimum_should_match: 1 } };
}

/** Two of them cancel. */
export function not(filter: ElasticsearchFilter): ElasticsearchFilter {
  const negated = NEGATED.get(filter);
  if (negated) return negated;
  const negation = { bool: { must_not: [filter] } };
  NEGATED.set(negation, filter);
  return negation;
}

/** What each filter that `not` gave negates. */
const NEGATED = new WeakMap<ElasticsearchFilter, ElasticsearchFilter>();

export const exists = (field: string): ElasticsearchFilter => ({ exists: { field } });

export const range = (field: string, bounds: RangeBounds): ElasticsearchFilter => ({
  range: { [field]: bounds },
});

/** Equal to one of the values. */
export function terms(field: string, values: readonly TermValue[]): ElasticsearchFilter {
  const [only] = values;
  if (only === undefined) return MATCH_NONE;
  return values.length === 1
    ? { term: { [field]: { value: only } } }
    : { terms: { [field]: values } };
}

/** Equal but for the case of A-Z. `terms` has no such option. */
export const termInsensitive = (field: string, value: string): ElasticsearchFilter => ({
  term: { [field]: { value, case_insensitive: true } },
});

export const prefix = (field: string, value: string): ElasticsearchFilter => ({
  prefix: { [field]: { value } },
});

/** `pattern` in the query's own language: `*`, `?`, and `\` before a character that means itself. */
export const wildcard = (
  field: string,
  pattern: string,
  insensitive: boolean,
): ElasticsearchFilter => ({
  wildcard: { [field]: { value: pattern, ...(insensitive && { case_insensitive: true }) } },
});

export const regexp = (
  field: string,
  pattern: string,
  insensitive: boolean,
): ElasticsearchFilter => ({
  regexp: {
    [field]: { value: pattern, flags: 'ALL', ...(insensitive && { case_insensitive: true }) },
  },
});

/** A text that means itself in a wildcard query. */
export function escapeWildcards(text: string): string {
  return text.replace(/[*?\\]/g, '\\$&');
}

/** EQL's wildcards have no escape: a backslash there means itself. */
export function fromEqlPattern(pattern: string): string {
  return pattern.replaceAll('\\', '\\\\');
}

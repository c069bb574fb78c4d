import { EVENT_CATEGORIES } from '@/lib/ecs/event-categories';
import { formatProblem, type CheckOptions, type EqlProblem, type Schema } from '@/lib/eql';
import type { LoadedRule } from './load-rules';
import type { EqlRule } from './rule-schema';

/** How a rule's query is to be checked. Where another field holds the categories, ECS does not know them. */
export function checkOptionsOf(
  { event_category_override: categoryField }: EqlRule,
  schema: Schema,
): CheckOptions {
  return categoryField === undefined
    ? { schema, categories: EVENT_CATEGORIES }
    : { schema, categoryField };
}

/** A problem of a rule's query as people read it, at its place in the file as far as that is known. */
export function formatQueryProblem(
  problem: EqlProblem,
  { name, query }: EqlRule,
  { file, queryPosition }: Pick<LoadedRule, 'file' | 'queryPosition'>,
): string {
  if (queryPosition?.column !== undefined) {
    const { line, column } = queryPosition;
    return formatProblem(query, problem, { file, line, column });
  }
  const place = queryPosition ? `${file}:${queryPosition.line}` : file;
  return `${place} "${name}", in its query at\n${formatProblem(query, problem)}`;
}

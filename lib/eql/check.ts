import { toMilliseconds, type EventFilter, type Field, type Query, type Stage } from './ast';
import { checkExpression } from './check-expression';
import { EqlError, type EqlProblem } from './error';
import { parseQuery } from './parser';
import type { Span } from './source';
import { typeOfField } from './static-type';
import { suggest } from './suggest';
import type { Schema } from './types';
import { UnknownFields } from './unknown-field';

export interface CheckOptions {
  /** Without a schema fields are not judged. */
  readonly schema?: Schema;
  /** Known event categories: another one is a warning, since Elasticsearch accepts any. */
  readonly categories?: readonly string[];
  readonly categoryField?: string;
}

const MAX_SAMPLE_QUERIES = 5;
const OPEN_SCHEMA: Schema = { field: () => ({ type: 'keyword', dynamic: true }), names: () => [] };

/** Every semantic problem and warning of a query, in the order of the text. The query runs if none is `semantic`. */
export function checkQuery(
  query: Query,
  text: string,
  options: CheckOptions = {},
): readonly EqlProblem[] {
  const schema = options.schema ?? OPEN_SCHEMA;
  const problems = [...checkStructure(query), ...checkKeys(query, schema)];
  for (const filter of filtersOf(query)) {
    problems.push(
      ...checkCategory(filter, options, schema),
      ...checkExpression(filter.condition, text, schema),
    );
  }
  return problems.sort((a, b) => a.span.start - b.span.start);
}

/** Parses and checks; throws `EqlError` with every problem that keeps the query from running. */
export function readQuery(
  text: string,
  options: CheckOptions = {},
): { query: Query; warnings: readonly EqlProblem[] } {
  const query = parseQuery(text);
  const problems = checkQuery(query, text, options);
  const [first, ...rest] = problems.filter(({ kind }) => kind !== 'warning');
  if (first) throw new EqlError(text, [first, ...rest]);
  return { query, warnings: problems };
}

function filtersOf(query: Query): readonly EventFilter[] {
  return query.kind === 'event' ? [query.filter] : stagesOf(query).map(({ filter }) => filter);
}

function stagesOf(query: Query): readonly Stage[] {
  if (query.kind === 'event') return [];
  const until = query.kind === 'sample' ? undefined : query.until;
  return until ? [...query.stages, until] : query.stages;
}

function semantic(message: string, span: Span, hint?: string): EqlProblem {
  return { kind: 'semantic', message, span, ...(hint === undefined ? {} : { hint }) };
}

function checkStructure(query: Query): EqlProblem[] {
  switch (query.kind) {
    case 'event':
      return [];
    case 'join':
      return [
        semantic(
          'JOIN command is not supported.',
          query.span,
          'Use a sequence, or a sample where the order does not matter.',
        ),
      ];
    case 'sample':
      return checkSample(query.stages, query.by, query.span);
    case 'sequence':
      return checkSequence(query);
  }
}

function checkSample(stages: readonly Stage[], by: readonly Field[], span: Span): EqlProblem[] {
  const problems: EqlProblem[] = [];
  if (stages.length > MAX_SAMPLE_QUERIES) {
    problems.push(
      semantic(
        `A sample cannot contain more than [${MAX_SAMPLE_QUERIES}] queries; found [${stages.length}].`,
        span,
      ),
    );
  }
  if (by.length === 0 && stages.every((stage) => stage.by.length === 0)) {
    problems.push(
      semantic(
        'A sample must have at least one join key; found none.',
        span,
        'Write for example: sample by host.id',
      ),
    );
  }
  return problems;
}

function checkSequence(query: Extract<Query, { kind: 'sequence' }>): EqlProblem[] {
  const missing = query.stages.filter((stage) => stage.missing);
  const [first] = missing;
  if (!first) return [];
  if (missing.length === query.stages.length) {
    return [
      semantic('A sequence requires at least one positive event query; found none.', query.span),
    ];
  }
  if (query.maxspan && toMilliseconds(query.maxspan) > 0) return [];
  return [
    semantic(
      '[maxspan] is required for sequences with missing events queries; found none.',
      first.span,
      'Write for example: sequence with maxspan=5m',
    ),
  ];
}

function checkKeys(query: Query, schema: Schema): EqlProblem[] {
  if (query.kind === 'event') return [];
  const stages = stagesOf(query);
  const unknownFields = new UnknownFields(schema);
  const checkKeyField = (key: Field): EqlProblem[] =>
    schema.field(key.name) || key.optional ? [] : [unknownFields.problem(key)];
  const problems = query.by.flatMap(checkKeyField);
  const [first] = stages;
  if (!first) return problems;
  for (const stage of stages) {
    for (const key of stage.by) problems.push(...checkKeyField(key));
    if (stage.by.length !== first.by.length) {
      problems.push(
        semantic(
          `Inconsistent number of join keys specified; expected [${first.by.length}] but found [${stage.by.length}].`,
          stage.by[0]?.span ?? stage.span,
          'Each stage, until included, needs as many keys as the first one.',
        ),
      );
    }
    stage.by.forEach((key, index) => {
      const other = first.by[index];
      if (other && stage !== first) problems.push(...checkKeyTypes(key, other, schema));
    });
  }
  return problems;
}

function checkKeyTypes(key: Field, first: Field, schema: Schema): EqlProblem[] {
  const type = typeOfField(key, schema);
  const expected = typeOfField(first, schema);
  const open = ['unknown', 'null'];
  if (type === expected || open.includes(type) || open.includes(expected)) return [];
  const shown = (field: Field): string =>
    `[${field.name}] type [${schema.field(field.name)?.type ?? 'null'}]`;
  return [
    semantic(`Sequence key ${shown(key)} is incompatible with key ${shown(first)}.`, key.span),
  ];
}

function checkCategory(filter: EventFilter, options: CheckOptions, schema: Schema): EqlProblem[] {
  if (filter.category === null) return [];
  const field = options.categoryField ?? 'event.category';
  if (!schema.field(field)) {
    return [
      semantic(
        `Unknown field "${field}", which holds the event category.`,
        filter.categorySpan,
        'Name the field that holds it, or write "any where".',
      ),
    ];
  }
  if (!options.categories || options.categories.includes(filter.category)) return [];
  const hint =
    suggest(filter.category, options.categories) ?? `ECS has: ${options.categories.join(', ')}.`;
  return [
    {
      kind: 'warning',
      message: `Unknown event category "${filter.category}".`,
      span: filter.categorySpan,
      hint,
    },
  ];
}

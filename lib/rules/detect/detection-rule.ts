import { fieldReader } from '@/lib/ecs/field-reader';
import type { JsonObject } from '@/lib/ecs/json';
import { ecsMapping, type Mapping } from '@/lib/ecs/mapping';
import {
  compileQuery,
  readQuery,
  requiredLiterals,
  type CompiledQuery,
  type EqlProblem,
  type FieldSource,
  type FieldValues,
  type Query,
  type QueryContext,
} from '@/lib/eql';
import { compileExceptions, type CompiledExceptions } from '@/lib/exceptions/compile-exceptions';
import type { ExceptionItem } from '@/lib/exceptions/exception-item';
import { compileIndexPatterns } from '../index-pattern';
import { checkOptionsOf } from '../rule-query';
import type { EqlRule } from '../rule-schema';

/** An EQL rule ready to run over files. */
export interface DetectionRule {
  readonly rule: EqlRule;
  readonly query: CompiledQuery<JsonObject>;
  readonly exceptions: CompiledExceptions<JsonObject>;
  /** Text of each stage of the query, repeated ones singly. */
  readonly stageTexts: readonly string[];
  readonly takesIndex: (index: string) => boolean;
  readonly timestampField: string;
  readonly tiebreakerField: string;
  /** Texts of which one stands in every event that matters; `undefined` where there is no such promise. */
  readonly literals: readonly string[] | undefined;
  readonly warnings: readonly EqlProblem[];
}

/** The fields that rules read from files: ECS and whatever else a rule names. Readers are made once per field. */
export class EventFields implements FieldSource<JsonObject> {
  readonly schema: Mapping = ecsMapping({ unknownFields: 'dynamic' });
  private readonly readers = new Map<string, (event: JsonObject) => FieldValues>();

  reader(field: string): (event: JsonObject) => FieldValues {
    const known = this.readers.get(field);
    if (known) return known;
    const reader = fieldReader(this.schema, field);
    this.readers.set(field, reader);
    return reader;
  }
}

/** Exception items, and the time (ms) by which their expiry is judged. */
interface ExceptionsInForce {
  readonly items: readonly ExceptionItem[];
  readonly now: number;
}

/** Compiles a rule. Throws `EqlError` where its query cannot run. */
export function compileRule(
  rule: EqlRule,
  fields: EventFields,
  exceptions: ExceptionsInForce = { items: [], now: 0 },
): DetectionRule {
  const categoryField = rule.event_category_override ?? 'event.category';
  const { query, warnings } = readQuery(rule.query, checkOptionsOf(rule, fields.schema));
  const context: QueryContext<JsonObject> = {
    schema: fields.schema,
    source: fields,
    categoryField,
  };
  const compiled = compileQuery(query, context);
  const texts = filterTexts(query, rule.query);
  return {
    rule,
    query: compiled,
    exceptions: compileExceptions(exceptions.items, compiled.plan.missing, context, exceptions.now),
    stageTexts: compiled.stages.map(({ source }) => texts[source] ?? ''),
    takesIndex: compileIndexPatterns(rule.index),
    timestampField: rule.timestamp_field ?? '@timestamp',
    tiebreakerField: rule.tiebreaker_field ?? 'event.sequence',
    literals: literalsOf(query, fields, categoryField),
    warnings,
  };
}

function filterTexts(query: Query, text: string): string[] {
  const filters =
    query.kind === 'event' ? [query.filter] : query.stages.map(({ filter }) => filter);
  return filters.map(({ span }) => text.slice(span.start, span.end));
}

function literalsOf(
  query: Query,
  fields: EventFields,
  categoryField: string,
): readonly string[] | undefined {
  const stages =
    query.kind === 'event'
      ? [query]
      : [...query.stages, ...(query.kind !== 'sample' && query.until ? [query.until] : [])];
  const perStage = stages.map(({ filter }) =>
    requiredLiterals(filter, fields.schema, categoryField),
  );
  const promised = perStage.filter((texts) => texts !== undefined);
  return promised.length < perStage.length ? undefined : [...new Set(promised.flat())];
}

import {
  toMilliseconds,
  type EventFilter,
  type Field,
  type Pipe,
  type Query,
  type Stage,
} from './ast';
import { compileCondition, type Condition, type ConditionContext } from './condition';
import { formatDate } from './scalar';
import { UNTIL, type JoinKey, type SequencePlan, type StageHit } from './sequence';
import { typeOfField, type StaticType } from './static-type';
import type { FieldValues, Value } from './types';

export interface QueryContext<Event> extends ConditionContext<Event> {
  /** The field that `process where` compares; `event.category` unless told otherwise. */
  readonly categoryField?: string;
}

/** One stage ready to run: a repeated stage stands as often as it is repeated. */
export interface CompiledStage<Event> {
  /** Index of the stage in the query's tree. */
  readonly source: number;
  readonly missing: boolean;
  readonly matches: Condition<Event>;
  /** The join keys of an event: none where a mandatory key is missing, several where a key has many values. */
  readonly keys: (event: Event) => readonly JoinKey[];
}

/** A query ready to run over events. */
export interface CompiledQuery<Event> {
  readonly kind: 'event' | 'sequence' | 'sample';
  readonly stages: readonly CompiledStage<Event>[];
  readonly until: CompiledStage<Event> | undefined;
  readonly maxspanMs: number | undefined;
  readonly pipes: readonly Pipe[];
  /** Type of each join key, as the first stage has it. */
  readonly keyTypes: readonly StaticType[];
  /** What a sequence matcher needs to know. */
  readonly plan: SequencePlan;
  /** The stages an event can take; an empty list means that the query has no use for it. */
  hits(event: Event): readonly StageHit[];
}

const NO_HITS: readonly StageHit[] = [];
const NO_KEY: readonly JoinKey[] = [[]];

/** Compiles a checked query. Join queries and unchecked trees are the caller's mistake. */
export function compileQuery<Event>(
  query: Query,
  context: QueryContext<Event>,
): CompiledQuery<Event> {
  if (query.kind === 'event') {
    const stage: CompiledStage<Event> = {
      source: 0,
      missing: false,
      matches: compileFilter(query.filter, context),
      keys: () => NO_KEY,
    };
    return finishQuery({
      kind: 'event',
      stages: [stage],
      until: undefined,
      maxspanMs: undefined,
      pipes: query.pipes,
      keyTypes: [],
    });
  }
  if (query.kind === 'join') throw new Error('invariant: checkQuery refuses join');
  const dateFormat = query.kind === 'sample' ? 'milliseconds' : 'iso';
  const compile = (stage: Stage, source: number): CompiledStage<Event> => ({
    source,
    missing: stage.missing,
    matches: compileFilter(stage.filter, context),
    keys: compileKeys([...query.by, ...stage.by], context, dateFormat),
  });
  const stages = query.stages.flatMap((stage, index) =>
    Array<CompiledStage<Event>>(stage.runs).fill(compile(stage, index)),
  );
  const until = query.kind === 'sequence' && query.until ? compile(query.until, UNTIL) : undefined;
  const maxspanMs =
    query.kind === 'sequence' && query.maxspan ? toMilliseconds(query.maxspan) : undefined;
  const keyTypes = [...query.by, ...(query.stages[0]?.by ?? [])].map((field) =>
    typeOfField(field, context.schema),
  );
  return finishQuery({ kind: query.kind, stages, until, maxspanMs, pipes: query.pipes, keyTypes });
}

function finishQuery<Event>(
  parts: Omit<CompiledQuery<Event>, 'plan' | 'hits'>,
): CompiledQuery<Event> {
  const { stages, until, maxspanMs } = parts;
  const plan = { missing: stages.map(({ missing }) => missing), maxspanMs };
  const groups = groupRepeated(stages, until);
  const hits = (event: Event): readonly StageHit[] => {
    let found: StageHit[] | undefined;
    for (const { stage, places } of groups) {
      if (!stage.matches(event)) continue;
      const keys = stage.keys(event);
      if (keys.length === 0) continue;
      found ??= [];
      for (const place of places) found.push({ stage: place, keys });
    }
    return found ?? NO_HITS;
  };
  return { ...parts, plan, hits };
}

interface StageGroup<Event> {
  readonly stage: CompiledStage<Event>;
  readonly places: readonly number[];
}

/** Each stage of the text is evaluated once, however often it is repeated. */
function groupRepeated<Event>(
  stages: readonly CompiledStage<Event>[],
  until: CompiledStage<Event> | undefined,
): StageGroup<Event>[] {
  const places = new Map<CompiledStage<Event>, number[]>();
  stages.forEach((stage, place) => places.set(stage, [...(places.get(stage) ?? []), place]));
  if (until) places.set(until, [UNTIL]);
  return [...places].map(([stage, taken]) => ({ stage, places: taken }));
}

function compileFilter<Event>(filter: EventFilter, context: QueryContext<Event>): Condition<Event> {
  const condition = compileCondition(filter.condition, context);
  if (filter.category === null) return condition;
  const { category, categorySpan: span } = filter;
  const field: Field = {
    kind: 'field',
    name: context.categoryField ?? 'event.category',
    optional: false,
    span,
  };
  const isCategory = compileCondition(
    {
      kind: 'comparison',
      operator: '==',
      left: field,
      right: { kind: 'literal', type: 'string', value: category, span },
      span,
    },
    context,
  );
  return (event) => isCategory(event) && condition(event);
}

type DateKeyFormat = 'iso' | 'milliseconds';
type KeyReader<Event> = (event: Event) => readonly (string | null)[];

function compileKeys<Event>(
  fields: readonly Field[],
  context: QueryContext<Event>,
  dates: DateKeyFormat,
): (event: Event) => readonly JoinKey[] {
  if (fields.length === 0) return () => NO_KEY;
  const readers = fields.map((field) => keyReader(field, context, dates));
  return (event) => {
    let keys: (string | null)[][] = [[]];
    for (const read of readers) {
      const values = read(event);
      if (values.length === 0) return [];
      const [only] = values;
      if (values.length === 1 && only !== undefined) for (const key of keys) key.push(only);
      else keys = keys.flatMap((key) => values.map((value) => [...key, value]));
    }
    return keys;
  };
}

const NULL_KEY: readonly null[] = [null];
const NONE: readonly never[] = [];

/** Values of one key, sorted, each once; null joins only as an optional key. */
function keyReader<Event>(
  field: Field,
  context: QueryContext<Event>,
  dates: DateKeyFormat,
): KeyReader<Event> {
  const info = context.schema.field(field.name);
  const absent: readonly (string | null)[] = field.optional ? NULL_KEY : NONE;
  if (!info) return () => absent;
  const read: (event: Event) => FieldValues = context.source.reader(info.exact ?? field.name);
  const show = (value: Value): string =>
    (info.type === 'date' || info.type === 'date_nanos') &&
    typeof value !== 'string' &&
    typeof value !== 'boolean'
      ? showDate(value, info.type, dates)
      : String(value);
  return (event) => {
    const values = read(event);
    if (values === undefined) return absent;
    if (typeof values !== 'object') return [show(values)];
    return [...new Set(values.map(show))].sort();
  };
}

function showDate(
  value: number | bigint,
  type: 'date' | 'date_nanos',
  dates: DateKeyFormat,
): string {
  if (dates === 'iso') return formatDate(value, type);
  return String(type === 'date_nanos' ? BigInt(value) / 1_000_000n : value);
}

/** Elasticsearch's combination of `head` and `tail`: order stays ascending. */
export function applyPipes<T>(results: readonly T[], pipes: readonly Pipe[]): readonly T[] {
  return pipes.reduce<readonly T[]>((kept, pipe) => {
    if (pipe.name === 'head') return kept.slice(0, pipe.count);
    return pipe.count === 0 ? [] : kept.slice(-pipe.count);
  }, results);
}

import type { Pipe } from './ast';
import { compareOrder, isTie, type EventOrder } from './order';
import { applyPipes, type CompiledQuery } from './query';
import { SampleCollector } from './sample';
import { SequenceMatcher, type JoinKey, type StageHit } from './sequence';

/** A document with its place in the order. */
export interface PlacedEvent<Event> extends EventOrder {
  readonly event: Event;
}

export interface RunOptions {
  /** At most this many results; without a pipe the last ones, as Elasticsearch answers. */
  readonly size?: number;
  readonly maxSamplesPerKey?: number;
}

/** One sequence or sample. */
export interface QueryMatch<Event> {
  readonly joinKeys: JoinKey;
  /** `null` where a missing event was not there. */
  readonly events: readonly (PlacedEvent<Event> | null)[];
}

export type QueryResult<Event> =
  | {
      readonly kind: 'events';
      readonly events: readonly PlacedEvent<Event>[];
      readonly total: number;
      readonly ties: number;
    }
  | {
      readonly kind: 'sequences';
      readonly sequences: readonly QueryMatch<Event>[];
      readonly total: number;
      readonly ties: number;
    };

/** Runs a query over documents in memory, in any order. `total` counts results before pipes and size. */
export function runQuery<Event>(
  query: CompiledQuery<Event>,
  documents: readonly PlacedEvent<Event>[],
  options: RunOptions = {},
): QueryResult<Event> {
  const taken: { placed: PlacedEvent<Event>; hits: readonly StageHit[] }[] = [];
  for (const placed of documents) {
    const hits = query.hits(placed.event);
    if (hits.length > 0) taken.push({ placed, hits });
  }
  // A sample does not look at time: documents stay in the order they came, as Elasticsearch reads them.
  if (query.kind !== 'sample') taken.sort((a, b) => compareOrder(a.placed, b.placed));
  const ties = taken.filter(
    ({ placed }, index) => index > 0 && isTie(taken[index - 1]?.placed ?? placed, placed),
  ).length;
  if (query.kind === 'event') {
    const events = taken.map(({ placed }) => placed);
    return {
      kind: 'events',
      events: limit(events, query.pipes, options.size),
      total: events.length,
      ties,
    };
  }
  const matches =
    query.kind === 'sample' ? runSample(query, taken, options) : runSequence(query, taken);
  const isSample = query.kind === 'sample';
  return {
    kind: 'sequences',
    sequences: limit(matches, query.pipes, options.size, isSample),
    total: matches.length,
    ties: isSample ? 0 : ties,
  };
}

function limit<T>(
  results: readonly T[],
  pipes: readonly Pipe[],
  size: number | undefined,
  fromStart = false,
): readonly T[] {
  const piped = applyPipes(results, pipes);
  if (size === undefined || piped.length <= size) return piped;
  return fromStart || pipes.length > 0 ? piped.slice(0, size) : piped.slice(piped.length - size);
}

interface Taken<Event> {
  readonly placed: PlacedEvent<Event>;
  readonly hits: readonly StageHit[];
}

function runSequence<Event>(
  query: CompiledQuery<Event>,
  taken: readonly Taken<Event>[],
): QueryMatch<Event>[] {
  const matcher = new SequenceMatcher<PlacedEvent<Event>>(query.plan);
  const found = taken.flatMap(({ placed, hits }) =>
    matcher.push({ timestamp: placed.timestamp, hits, event: placed }),
  );
  return [...found, ...matcher.finish()].map(({ key, events }) => ({ joinKeys: key, events }));
}

function runSample<Event>(
  query: CompiledQuery<Event>,
  taken: readonly Taken<Event>[],
  options: RunOptions,
): QueryMatch<Event>[] {
  const collector = new SampleCollector<PlacedEvent<Event>>({
    stages: query.stages.length,
    keyTypes: query.keyTypes,
    maxSamplesPerKey: options.maxSamplesPerKey ?? 1,
  });
  for (const { placed, hits } of taken) collector.push(hits, placed);
  return collector.finish().map(({ key, events }) => ({ joinKeys: key, events }));
}

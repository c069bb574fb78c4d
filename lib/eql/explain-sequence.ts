import { compareOrder } from './order';
import type { CompiledQuery } from './query';
import type { PlacedEvent } from './run';
import {
  keyToText,
  SequenceMatcher,
  UNTIL,
  type JoinKey,
  type Sequence,
  type StageHit,
} from './sequence';

/** What was found of one stage. */
export interface StageFinding {
  /** From 1. */
  readonly stage: number;
  readonly missing: boolean;
  /** Events that satisfy the stage's condition. */
  readonly matching: number;
  /** Of these, events without a value for a mandatory join key, which can join nothing. */
  readonly withoutKey: number;
}

/** Two events of neighbouring stages that nearly went together. */
export interface NearMiss<Event> {
  /** The later stage of the two, from 1. */
  readonly stage: number;
  /**
   * - `over_maxspan`: same key, in order, too far apart
   * - `wrong_order`: same key and near, but the later stage came first
   * - `other_key`: in order and near, but another key
   */
  readonly reason: 'over_maxspan' | 'wrong_order' | 'other_key';
  readonly before: PlacedEvent<Event>;
  readonly after: PlacedEvent<Event>;
  readonly keys: readonly [before: JoinKey, after: JoinKey];
  /** From the first to the second event in milliseconds; negative in the wrong order. */
  readonly gapMs: number;
}

export interface SequenceExplanation<Event> {
  readonly stages: readonly StageFinding[];
  readonly untilMatching: number;
  readonly sequences: readonly Sequence<PlacedEvent<Event>>[];
  /** The nearest ones first; `nearMissTotal` counts all. */
  readonly nearMisses: readonly NearMiss<Event>[];
  readonly nearMissTotal: number;
}

const MAX_NEAR_MISSES = 20;

interface Taken<Event> {
  readonly placed: PlacedEvent<Event>;
  readonly hits: readonly StageHit[];
}

/** Why a sequence query fired or not over events that fit in memory, such as those of one host around a time. */
export function explainSequence<Event>(
  query: CompiledQuery<Event>,
  events: readonly PlacedEvent<Event>[],
): SequenceExplanation<Event> {
  const ordered = [...events].sort(compareOrder);
  const taken = ordered.map((placed): Taken<Event> => ({ placed, hits: query.hits(placed.event) }));
  const matcher = new SequenceMatcher<PlacedEvent<Event>>(query.plan);
  const found = taken.flatMap(({ placed, hits }) =>
    matcher.push({ timestamp: placed.timestamp, hits, event: placed }),
  );
  const sequences = [...found, ...matcher.finish()];
  const misses = nearMisses(query, taken, sequences);
  return {
    stages: query.stages.map(({ matches, keys, missing }, index) => {
      const matching = ordered.filter(({ event }) => matches(event));
      const withoutKey = matching.filter(({ event }) => keys(event).length === 0).length;
      return { stage: index + 1, missing, matching: matching.length, withoutKey };
    }),
    untilMatching: taken.filter(({ hits }) => hits.some(({ stage }) => stage === UNTIL)).length,
    sequences,
    nearMisses: misses.slice(0, MAX_NEAR_MISSES),
    nearMissTotal: misses.length,
  };
}

interface StageEvent<Event> {
  readonly placed: PlacedEvent<Event>;
  readonly keys: readonly JoinKey[];
}

/** For each event of a later stage that completed nothing: the nearest event of the stage before it, by each reason. */
function nearMisses<Event>(
  query: CompiledQuery<Event>,
  taken: readonly Taken<Event>[],
  sequences: readonly Sequence<PlacedEvent<Event>>[],
): NearMiss<Event>[] {
  const positive = query.stages.flatMap(({ missing }, stage) => (missing ? [] : [stage]));
  const misses: NearMiss<Event>[] = [];
  for (const [place, stage] of positive.entries()) {
    const previous = positive[place - 1];
    if (previous === undefined) continue;
    const used = new Set(sequences.map(({ events }) => events[stage]));
    const earlier = eventsOf(taken, previous);
    for (const after of eventsOf(taken, stage)) {
      if (used.has(after.placed)) continue;
      const nearest = earlier
        .filter(({ placed }) => placed !== after.placed)
        .flatMap((before) => classify(before, after, stage + 1, query.maxspanMs) ?? [])
        .sort((a, b) => Math.abs(a.gapMs) - Math.abs(b.gapMs));
      const reasons = new Set(nearest.map(({ reason }) => reason));
      for (const reason of reasons) {
        const first = nearest.find((miss) => miss.reason === reason);
        if (first) misses.push(first);
      }
    }
  }
  return misses.sort((a, b) => Math.abs(a.gapMs) - Math.abs(b.gapMs));
}

function eventsOf<Event>(taken: readonly Taken<Event>[], stage: number): StageEvent<Event>[] {
  return taken.flatMap(({ placed, hits }) =>
    hits.filter((hit) => hit.stage === stage).map(({ keys }) => ({ placed, keys })),
  );
}

function classify<Event>(
  before: StageEvent<Event>,
  after: StageEvent<Event>,
  stage: number,
  maxspanMs: number | undefined,
): NearMiss<Event> | undefined {
  const gapMs = millisecondsBetween(before.placed, after.placed);
  const isNear = maxspanMs === undefined || Math.abs(gapMs) <= maxspanMs;
  const texts = new Set(before.keys.map(keyToText));
  const shared = after.keys.find((key) => texts.has(keyToText(key)));
  const [first] = before.keys;
  const [second] = after.keys;
  if (!first || !second) return undefined;
  const isInOrder = compareOrder(before.placed, after.placed) < 0;
  const keys = shared ? ([shared, shared] as const) : ([first, second] as const);
  const miss = { stage, before: before.placed, after: after.placed, keys, gapMs };
  if (shared && isInOrder) return isNear ? undefined : { ...miss, reason: 'over_maxspan' };
  if (shared) return isNear ? { ...miss, reason: 'wrong_order' } : undefined;
  return isInOrder && isNear ? { ...miss, reason: 'other_key' } : undefined;
}

function millisecondsBetween(
  a: { timestamp: number | bigint },
  b: { timestamp: number | bigint },
): number {
  return typeof a.timestamp === 'bigint' && typeof b.timestamp === 'bigint'
    ? Number(b.timestamp - a.timestamp) / 1e6
    : Number(b.timestamp) - Number(a.timestamp);
}

import { UNTIL, type JoinKey, type OrderedEvent, type SequencePlan } from '../sequence';

/** A sequence as the model finds it: the events' places in the list, `null` for a missing stage. */
export interface ModelSequence {
  readonly key: JoinKey;
  readonly events: readonly (number | null)[];
}

interface Chain {
  readonly places: readonly number[];
}

/**
 * What a sequence query gives, by its definition and over the whole list at once: slow, and without any state that
 * could go wrong. Stage after stage, as Elasticsearch does; the matcher goes event after event.
 */
export function modelSequences(
  plan: SequencePlan,
  events: readonly OrderedEvent<unknown>[],
): ModelSequence[] {
  const positive = plan.missing.flatMap((missing, stage) => (missing ? [] : [stage]));
  const last = positive[positive.length - 1] ?? 0;
  const found: { place: number; order: number; sequence: ModelSequence }[] = [];
  for (const key of keysOf(events)) {
    const places = (stage: number): number[] => placesOf(events, stage, key);
    let chains: Chain[] = places(positive[0] ?? 0).map((place) => ({ places: [place] }));
    for (const stage of positive.slice(1)) {
      chains = extend(chains, places(stage), places(UNTIL), events, plan.maxspanMs);
    }
    for (const { places: taken } of chains) {
      if (isDropped(plan, positive, taken, places, events)) continue;
      const place = taken[taken.length - 1] ?? 0;
      const hit = events[place]?.hits.find(({ stage }) => stage === last);
      const order = hit?.keys.findIndex((other) => isSame(other, key)) ?? 0;
      const shown = plan.missing.map((missing, stage) =>
        missing ? null : (taken[positive.indexOf(stage)] ?? null),
      );
      found.push({ place, order, sequence: { key, events: shown } });
    }
  }
  found.sort((a, b) => a.place - b.place || a.order - b.order);
  return found.map(({ sequence }) => sequence);
}

/** Each event of the next stage takes the newest chain before it; that one and all older ones are gone. */
function extend(
  chains: readonly Chain[],
  next: readonly number[],
  until: readonly number[],
  events: readonly OrderedEvent<unknown>[],
  maxspanMs: number | undefined,
): Chain[] {
  let open = [...chains];
  return next.flatMap((place) => {
    const before = open.filter((chain) => endOf(chain) < place);
    const newest = before[before.length - 1];
    if (!newest) return [];
    open = open.filter((chain) => !before.includes(chain));
    if (isOver(timeOf(events, newest.places[0]), timeOf(events, place), maxspanMs)) return [];
    if (until.some((end) => end >= endOf(newest) && end < place)) return [];
    return [{ places: [...newest.places, place] }];
  });
}

function isDropped(
  plan: SequencePlan,
  positive: readonly number[],
  taken: readonly number[],
  places: (stage: number) => number[],
  events: readonly OrderedEvent<unknown>[],
): boolean {
  const first = taken[0] ?? 0;
  const end = taken[taken.length - 1] ?? 0;
  const isNear = (a: number, b: number): boolean =>
    !isOver(timeOf(events, a), timeOf(events, b), plan.maxspanMs);
  const leading: number[] = [];
  const trailing: number[] = [];
  for (const [stage, missing] of plan.missing.entries()) {
    if (!missing) continue;
    const after = positive.findLastIndex((other) => other < stage);
    const happened = places(stage);
    if (after < 0) {
      leading.push(...happened.filter((place) => place < first && isNear(place, end)));
    } else if (after === positive.length - 1) {
      trailing.push(...happened.filter((place) => place > end && isNear(first, place)));
    } else if (
      happened.some((place) => place > (taken[after] ?? 0) && place < (taken[after + 1] ?? 0))
    ) {
      return true;
    }
  }
  const hasLeading = plan.missing[0] === true;
  const hasTrailing = plan.missing[plan.missing.length - 1] === true;
  if (hasLeading && hasTrailing) {
    return leading.some((before) => trailing.some((after) => isNear(before, after)));
  }
  return leading.length > 0 || trailing.length > 0;
}

function endOf(chain: Chain): number {
  return chain.places[chain.places.length - 1] ?? 0;
}

function timeOf(
  events: readonly OrderedEvent<unknown>[],
  place: number | undefined,
): number | bigint {
  return events[place ?? 0]?.timestamp ?? 0;
}

function isOver(
  from: number | bigint,
  to: number | bigint,
  maxspanMs: number | undefined,
): boolean {
  if (maxspanMs === undefined) return false;
  if (typeof from === 'bigint' && typeof to === 'bigint') {
    return to - from > BigInt(maxspanMs) * 1_000_000n;
  }
  return Number(to) - Number(from) > maxspanMs;
}

function placesOf(events: readonly OrderedEvent<unknown>[], stage: number, key: JoinKey): number[] {
  return events.flatMap(({ hits }, place) =>
    hits.some((hit) => hit.stage === stage && hit.keys.some((other) => isSame(other, key)))
      ? [place]
      : [],
  );
}

function keysOf(events: readonly OrderedEvent<unknown>[]): JoinKey[] {
  const keys: JoinKey[] = [];
  for (const key of events.flatMap(({ hits }) => hits.flatMap((hit) => hit.keys))) {
    if (!keys.some((other) => isSame(other, key))) keys.push(key);
  }
  return keys;
}

function isSame(a: JoinKey, b: JoinKey): boolean {
  return a.length === b.length && a.every((value, index) => value === b[index]);
}

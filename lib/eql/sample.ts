import { compareAddresses, parseAddress } from './ip';
import { keyToText, type JoinKey, type StageHit } from './sequence';
import type { StaticType } from './static-type';
import { compareText, toNumber } from './values';
import { compareVersions } from './version';

/** One event per stage, in any order of time, that share the join key; an event stands once in a sample. */
export interface Sample<Event> {
  readonly key: JoinKey;
  readonly events: readonly Event[];
}

export interface SamplePlan {
  readonly stages: number;
  /** Type of each join key, for the order of results. */
  readonly keyTypes: readonly StaticType[];
  /** Elasticsearch's `max_samples_per_key`. */
  readonly maxSamplesPerKey: number;
}

interface KeyEvents<Event> {
  readonly key: JoinKey;
  readonly byStage: Event[][];
}

/** Collects the events of a sample query and gives the samples in order of their key, null first. */
export class SampleCollector<Event> {
  private readonly keys = new Map<string, KeyEvents<Event>>();
  private readonly enough: number;

  constructor(private readonly plan: SamplePlan) {
    this.enough = plan.maxSamplesPerKey + plan.stages - 1;
  }

  push(hits: readonly StageHit[], event: Event): void {
    for (const { stage, keys } of hits) {
      for (const key of keys) {
        const text = keyToText(key);
        const state = this.keys.get(text) ?? {
          key,
          byStage: Array.from({ length: this.plan.stages }, (): Event[] => []),
        };
        this.keys.set(text, state);
        const events = state.byStage[stage];
        if (events && events.length < this.enough) events.push(event);
      }
    }
  }

  finish(): Sample<Event>[] {
    const sorted = [...this.keys.values()].sort((a, b) => this.compareKeys(a.key, b.key));
    return sorted.flatMap(({ key, byStage }) =>
      combinations(byStage, this.plan.maxSamplesPerKey).map((events) => ({ key, events })),
    );
  }

  private compareKeys(a: JoinKey, b: JoinKey): number {
    for (let index = 0; index < a.length; index += 1) {
      const order = compareKey(
        a[index] ?? null,
        b[index] ?? null,
        this.plan.keyTypes[index] ?? 'string',
      );
      if (order !== 0) return order;
    }
    return 0;
  }
}

function compareKey(a: string | null, b: string | null, type: StaticType): number {
  if (a === null || b === null) return a === b ? 0 : a === null ? -1 : 1;
  if (type === 'version') return compareVersions(a, b);
  if (type === 'ip') {
    const left = parseAddress(a);
    const right = parseAddress(b);
    return left && right ? compareAddresses(left, right) : compareText(a, b);
  }
  const left = type === 'string' || type === 'boolean' ? undefined : toNumber(a);
  const right = left === undefined ? undefined : toNumber(b);
  if (left === undefined || right === undefined) return compareText(a, b);
  return left < right ? -1 : left > right ? 1 : 0;
}

/** Up to `limit` ways to choose one event per stage, all different within a choice. */
function combinations<Event>(byStage: readonly (readonly Event[])[], limit: number): Event[][] {
  const found: Event[][] = [];
  const choose = (chosen: readonly Event[]): void => {
    const events = byStage[chosen.length];
    if (!events) {
      found.push([...chosen]);
      return;
    }
    for (const event of events) {
      if (found.length >= limit) return;
      if (!chosen.includes(event)) choose([...chosen, event]);
    }
  };
  choose([]);
  return found;
}

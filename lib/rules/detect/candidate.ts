import { compareOrder, type EventOrder, type StageHit } from '@/lib/eql';
import type { SourceRef } from './source-store';

/** The stages of one rule that an event can take. */
export interface RuleHits {
  /** Index of the rule in the list of rules. */
  readonly rule: number;
  readonly hits: readonly StageHit[];
}

/** An event that some stage of some rule takes: its place in the order and where to find it again, not the event. */
export interface Candidate extends EventOrder {
  readonly timestamp: number;
  /** `false`: `id` is a hash of the content, to which the number among identical records is added later. */
  readonly hasOwnId: boolean;
  readonly file: number;
  readonly line: number;
  readonly source: SourceRef;
  readonly rules: readonly RuleHits[];
}

export function compareCandidates(a: Candidate, b: Candidate): number {
  return compareOrder(a, b) || a.file - b.file || a.line - b.line;
}

/**
 * Gives candidates, in order, their final ids: a content hash becomes `hash:n` for the n-th identical record of its file,
 * and what stands in two files (or twice under one own id) is one event.
 */
export function* identify(ordered: Iterable<Candidate>): Generator<Candidate> {
  let group: Candidate | undefined;
  let counts = new Map<number, number>();
  let seen = new Set<string>();
  for (const candidate of ordered) {
    if (!group || compareOrder(group, candidate) !== 0) {
      group = candidate;
      counts = new Map();
      seen = new Set();
    }
    const nth = (counts.get(candidate.file) ?? 0) + 1;
    counts.set(candidate.file, nth);
    const id = candidate.hasOwnId ? candidate.id : `${candidate.id}:${nth}`;
    if (seen.has(id)) continue;
    seen.add(id);
    yield candidate.hasOwnId ? candidate : { ...candidate, id };
  }
}

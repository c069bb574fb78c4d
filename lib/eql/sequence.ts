/**
 * The sequence machine, semantics as in Elasticsearch's SequenceMatcher (README.md has them in words). It takes events in
 * order and gives sequences in order of completion; it knows no clock, store or condition.
 */

/** One value per join key, as shown; null only for an optional key. */
export type JoinKey = readonly (string | null)[];

/** Marks `until` in a hit's `stage`. */
export const UNTIL = -1;

/** A stage (counted from 0, repeated ones singly; or `UNTIL`) that an event can take, with the join keys it has there. */
export interface StageHit {
  readonly stage: number;
  readonly keys: readonly JoinKey[];
  /** Bit i is set where the event satisfies all entries that exception item i has on this stage. */
  readonly excepted?: bigint;
}

export interface SequencePlan {
  /** Per stage: must the event be absent (`![ ]`)? */
  readonly missing: readonly boolean[];
  /** In milliseconds; with nanosecond timestamps it is scaled. */
  readonly maxspanMs: number | undefined;
  /** Number of exception items that may be in force; 0 gives Elasticsearch's answer. */
  readonly exceptionItems?: number;
}

/** An event in its place: `timestamp` is milliseconds as `number` or nanoseconds as `bigint`, the same for all events. */
export interface OrderedEvent<Event> {
  readonly timestamp: number | bigint;
  readonly hits: readonly StageHit[];
  readonly event: Event;
}

/** A complete sequence; `null` stands where a missing event was not there. */
export interface Sequence<Event> {
  readonly key: JoinKey;
  readonly events: readonly (Event | null)[];
  /** The exception items that forbid this combination; empty for an alert. */
  readonly hiddenBy: readonly number[];
}

/** Part of a sequence: an event of one positive stage, and what led to it. */
interface Candidate<Event> {
  /** Time of the first event. */
  start: number | bigint;
  /** Place of this event in the stream. */
  position: number;
  event: Event;
  readonly previous: Candidate<Event> | undefined;
  /** Exception items whose entries on all stages so far are satisfied. */
  readonly alive: bigint;
  /** The next older candidate of the same stage and key; there is one only with exceptions. Its start is no later. */
  older: Candidate<Event> | undefined;
  /** Taken by a completing event. It stays in its place for the next one: keys come back, and new places cost. */
  isUsed: boolean;
}

/** What has happened of one missing stage under one key: places and times, oldest first. */
interface Occurrences {
  positions: number[];
  timestamps: (number | bigint)[];
}

interface Pending<Event> {
  readonly sequence: Sequence<Event>;
  readonly deadline: number | bigint;
  /** Times of leading missing events that would drop it together with a trailing one; `undefined`: a trailing one alone does. */
  readonly leading: readonly (number | bigint)[] | undefined;
  dropped: boolean;
}

export interface MatcherState {
  /** Keys with an open candidate, counted at each stage; used and expired ones are counted until the next sweep. */
  readonly keys: number;
  readonly largestKeys: number;
}

const ALL_ALIVE = (count: number): bigint => (1n << BigInt(count)) - 1n;
/** Events between two sweeps, at least; after one that leaves much, as many events as that: a sweep costs little. */
const SWEEP_INTERVAL = 64;

export class SequenceMatcher<Event> {
  private readonly positive: readonly number[];
  private readonly last: number;
  private readonly stages: number;
  private readonly span: number | undefined;
  private readonly exceptions: bigint;
  /** Per positive stage but the last, by key, the newest candidate that waits for the next stage. */
  private readonly slots: readonly Map<string, Candidate<Event>>[];
  private readonly hasMissing: boolean;
  /** Per stage that must be absent, what has happened of it by key. */
  private readonly occurrences: readonly (Map<string, Occurrences> | undefined)[];
  /** Per positive stage the missing stages between it and the one before. */
  private readonly between: readonly (readonly number[])[];
  private readonly leadingStages: readonly number[];
  private readonly trailingStages: readonly number[];
  /** Complete sequences that a trailing missing event may still drop, in order of completion, and the same by key. */
  private pending: Pending<Event>[] = [];
  private readonly pendingByKey = new Map<string, Pending<Event>[]>();
  private position = 0;
  private largestKeys = 0;
  private untilSweep = SWEEP_INTERVAL;

  constructor(private readonly plan: SequencePlan) {
    const stages = plan.missing.map((_, stage) => stage);
    const positive = stages.filter((stage) => !plan.missing[stage]);
    const first = positive[0] ?? 0;
    const last = positive[positive.length - 1] ?? 0;
    this.positive = positive;
    this.last = positive.length - 1;
    this.slots = positive.slice(0, -1).map(() => new Map<string, Candidate<Event>>());
    this.stages = plan.missing.length;
    this.span = plan.maxspanMs;
    this.exceptions = ALL_ALIVE(plan.exceptionItems ?? 0);
    this.hasMissing = positive.length < stages.length;
    this.occurrences = plan.missing.map((missing) =>
      missing ? new Map<string, Occurrences>() : undefined,
    );
    this.between = positive.map((stage, index) =>
      index === 0
        ? []
        : stages.filter((other) => other > (positive[index - 1] ?? 0) && other < stage),
    );
    this.leadingStages = stages.filter((stage) => stage < first);
    this.trailingStages = stages.filter((stage) => stage > last);
  }

  get state(): MatcherState {
    return { keys: this.openKeys(), largestKeys: this.largestKeys };
  }

  /** Takes the next event in order and gives the sequences that are complete and decided by now. */
  push(next: OrderedEvent<Event>): Sequence<Event>[] {
    this.position += 1;
    const completed: Sequence<Event>[] = [];
    const { hits } = next;
    if (this.trailingStages.length > 0) this.settleTrailing(next, completed);
    // Later stages go first, so that an event never follows itself
    for (let index = this.last; index >= 0; index -= 1) {
      const stage = this.positive[index];
      for (const hit of hits) if (hit.stage === stage) this.takeStage(index, hit, next, completed);
    }
    if (this.hasMissing) this.noteMissing(next);
    for (const hit of hits) if (hit.stage === UNTIL) this.endKeys(hit.keys);
    this.sweep(next.timestamp);
    return completed;
  }

  /** The sequences that waited for a trailing missing event; no event will come any more. */
  finish(): Sequence<Event>[] {
    const rest = this.pending.filter(({ dropped }) => !dropped).map(({ sequence }) => sequence);
    this.pending = [];
    this.pendingByKey.clear();
    for (const slot of this.slots) slot.clear();
    for (const happened of this.occurrences) happened?.clear();
    return rest;
  }

  private takeStage(
    index: number,
    hit: StageHit,
    next: OrderedEvent<Event>,
    completed: Sequence<Event>[],
  ): void {
    const satisfied = this.exceptions === 0n ? 0n : (hit.excepted ?? 0n) & this.exceptions;
    for (const key of hit.keys) {
      const keyText = keyToText(key);
      if (index === 0) this.begin(key, keyText, satisfied, next, completed);
      else this.advance(index, key, keyText, satisfied, next, completed);
    }
  }

  private begin(
    key: JoinKey,
    keyText: string,
    satisfied: bigint,
    next: OrderedEvent<Event>,
    completed: Sequence<Event>[],
  ): void {
    if (this.last === 0) {
      const candidate = this.toCandidate(next.timestamp, undefined, satisfied, next);
      if (this.isPossible(candidate, keyText, next.timestamp))
        this.complete(candidate, key, keyText, next.timestamp, completed);
      return;
    }
    const before = this.exceptions === 0n ? this.slots[0]?.get(keyText) : undefined;
    if (before === undefined) {
      this.open(0, keyText, this.toCandidate(next.timestamp, undefined, satisfied, next));
      return;
    }
    before.start = next.timestamp;
    before.position = this.position;
    before.event = next.event;
    before.isUsed = false;
  }

  /**
   * The event takes the newest candidate of the stage before it and uses up all older ones, even if maxspan then rejects
   * it. With exceptions, one candidate per set of satisfied items goes on.
   */
  private advance(
    index: number,
    key: JoinKey,
    keyText: string,
    satisfied: bigint,
    next: OrderedEvent<Event>,
    completed: Sequence<Event>[],
  ): void {
    const slot = this.slots[index - 1];
    const newest = slot?.get(keyText);
    if (slot === undefined || newest === undefined || newest.isUsed) return;
    if (index < this.last) {
      slot.delete(keyText);
      this.moveOn(index, newest, keyText, satisfied, next);
    } else if (this.exceptions === 0n) {
      newest.isUsed = true;
      if (this.exceedsSpan(newest.start, next.timestamp)) return;
      const candidate = this.toCandidate(newest.start, newest, 0n, next);
      if (this.isPossible(candidate, keyText, next.timestamp))
        this.complete(candidate, key, keyText, next.timestamp, completed);
    } else {
      this.completeWithExceptions(slot, newest, key, keyText, satisfied, next, completed);
    }
  }

  /** To the next stage but the last: all candidates within maxspan, oldest first, so that the newer of two alike stays. */
  private moveOn(
    index: number,
    newest: Candidate<Event>,
    keyText: string,
    satisfied: bigint,
    next: OrderedEvent<Event>,
  ): void {
    const inside: Candidate<Event>[] = [];
    for (let waiting: Candidate<Event> | undefined = newest; waiting; waiting = waiting.older) {
      if (!this.exceedsSpan(waiting.start, next.timestamp)) inside.push(waiting);
    }
    for (const waiting of inside.reverse()) {
      const alive = waiting.alive & satisfied;
      this.open(index, keyText, this.toCandidate(waiting.start, waiting, alive, next));
    }
  }

  /**
   * A completing event takes the newest candidate that no exception forbids, and uses up that one and all older ones,
   * as it would without exceptions: also where a missing event or maxspan then rejects it. An excepted combination
   * uses up nothing. Where no sequence comes of it, the newest excepted one is recorded as hidden.
   */
  private completeWithExceptions(
    slot: Map<string, Candidate<Event>>,
    newest: Candidate<Event>,
    key: JoinKey,
    keyText: string,
    satisfied: bigint,
    next: OrderedEvent<Event>,
    completed: Sequence<Event>[],
  ): void {
    let found: Candidate<Event> | undefined;
    let newer: Candidate<Event> | undefined;
    for (let waiting: Candidate<Event> | undefined = newest; waiting; waiting = waiting.older) {
      const isOver = this.exceedsSpan(waiting.start, next.timestamp);
      const candidate = this.toCandidate(waiting.start, waiting, waiting.alive & satisfied, next);
      const isPossible = !isOver && this.isPossible(candidate, keyText, next.timestamp);
      if (isOver || candidate.alive === 0n) {
        if (isPossible) found = candidate;
        if (newer) newer.older = undefined;
        else slot.delete(keyText);
        break;
      }
      if (isPossible) found ??= candidate;
      newer = waiting;
    }
    if (found) this.complete(found, key, keyText, next.timestamp, completed);
  }

  private toCandidate(
    start: number | bigint,
    previous: Candidate<Event> | undefined,
    alive: bigint,
    next: OrderedEvent<Event>,
  ): Candidate<Event> {
    const { position } = this;
    return { start, position, event: next.event, previous, alive, older: undefined, isUsed: false };
  }

  /** The newest candidate per set of satisfied exception items stays; without exceptions the newest alone. */
  private open(index: number, keyText: string, candidate: Candidate<Event>): void {
    const slot = this.slots[index];
    const newest = this.exceptions === 0n ? undefined : slot?.get(keyText);
    slot?.set(keyText, candidate);
    this.largestKeys = Math.max(this.largestKeys, this.openKeys());
    if (newest === undefined) return;
    candidate.older = newest;
    for (let newer = candidate; newer.older !== undefined; newer = newer.older) {
      if (newer.older.alive !== candidate.alive) continue;
      newer.older = newer.older.older;
      return;
    }
  }

  private openKeys(): number {
    let keys = 0;
    for (const slot of this.slots) keys += slot.size;
    return keys;
  }

  /** Whether no event that must be absent has come before or between; a trailing one may still come. */
  private isPossible(candidate: Candidate<Event>, keyText: string, now: number | bigint): boolean {
    if (!this.hasMissing) return true;
    if (this.hasBetween(candidate, keyText)) return false;
    return (
      this.trailingStages.length > 0 || this.leadingTimes(candidate, keyText, now).length === 0
    );
  }

  private complete(
    candidate: Candidate<Event>,
    key: JoinKey,
    keyText: string,
    now: number | bigint,
    completed: Sequence<Event>[],
  ): void {
    const sequence = this.toSequence(candidate, key);
    if (this.trailingStages.length === 0) {
      completed.push(sequence);
      return;
    }
    const deadline = this.plus(candidate.start, this.span ?? 0);
    const leading =
      this.leadingStages.length > 0 ? this.leadingTimes(candidate, keyText, now) : undefined;
    const waiting: Pending<Event> = { sequence, deadline, leading, dropped: false };
    this.pending.push(waiting);
    const ofKey = this.pendingByKey.get(keyText);
    if (ofKey) ofKey.push(waiting);
    else this.pendingByKey.set(keyText, [waiting]);
  }

  private toSequence(candidate: Candidate<Event>, key: JoinKey): Sequence<Event> {
    const events = Array<Event | null>(this.stages).fill(null);
    let part: Candidate<Event> | undefined = candidate;
    for (let index = this.last; part; index -= 1, part = part.previous)
      events[this.positive[index] ?? 0] = part.event;
    return { key, events, hiddenBy: bitsOf(candidate.alive) };
  }

  /** Whether a missing stage between two positive ones has happened between their events. */
  private hasBetween(candidate: Candidate<Event>, keyText: string): boolean {
    let part = candidate;
    for (let index = this.last; part.previous; index -= 1, part = part.previous) {
      for (const stage of this.between[index] ?? []) {
        const positions = this.occurrences[stage]?.get(keyText)?.positions;
        if (positions === undefined) continue;
        const next = positions[firstAbove(positions, part.previous.position)];
        if (next !== undefined && next < part.position) return true;
      }
    }
    return false;
  }

  /** Times of leading missing events before the first event and not earlier than the last minus maxspan. */
  private leadingTimes(
    candidate: Candidate<Event>,
    keyText: string,
    now: number | bigint,
  ): (number | bigint)[] {
    let first = candidate;
    while (first.previous) first = first.previous;
    return this.leadingStages.flatMap((stage) => {
      const happened = this.occurrences[stage]?.get(keyText);
      if (!happened) return [];
      const { positions, timestamps } = happened;
      const end = firstAbove(positions, first.position - 1);
      return timestamps.slice(this.firstNear(timestamps, now), end);
    });
  }

  /** A trailing missing event drops what waits for it under its key; what no event can drop any more is decided. */
  private settleTrailing(next: OrderedEvent<Event>, completed: Sequence<Event>[]): void {
    for (const hit of next.hits) {
      if (!this.trailingStages.includes(hit.stage)) continue;
      for (const key of hit.keys) {
        for (const waiting of this.pendingByKey.get(keyToText(key)) ?? []) {
          if (next.timestamp > waiting.deadline) continue;
          const isNear = (time: number | bigint): boolean =>
            !this.exceedsSpan(time, next.timestamp);
          if (waiting.leading === undefined || waiting.leading.some(isNear)) waiting.dropped = true;
        }
      }
    }
    const isDecided = (waiting: Pending<Event>): boolean =>
      waiting.dropped || next.timestamp > waiting.deadline;
    let decided = 0;
    for (const waiting of this.pending) {
      if (!isDecided(waiting)) break;
      if (!waiting.dropped) completed.push(waiting.sequence);
      decided += 1;
    }
    if (decided === 0) return;
    for (const waiting of this.pending.splice(0, decided)) this.forgetPending(waiting);
  }

  /** It is the first of its key: both lists are in order of completion. */
  private forgetPending(waiting: Pending<Event>): void {
    const keyText = keyToText(waiting.sequence.key);
    const ofKey = this.pendingByKey.get(keyText);
    if (ofKey && ofKey.length > 1) ofKey.shift();
    else this.pendingByKey.delete(keyText);
  }

  private noteMissing(next: OrderedEvent<Event>): void {
    for (const hit of next.hits) {
      const byKey = hit.stage === UNTIL ? undefined : this.occurrences[hit.stage];
      if (byKey === undefined) continue;
      for (const key of hit.keys) {
        const keyText = keyToText(key);
        const happened = byKey.get(keyText);
        if (happened) {
          happened.positions.push(this.position);
          happened.timestamps.push(next.timestamp);
        } else {
          byKey.set(keyText, { positions: [this.position], timestamps: [next.timestamp] });
        }
      }
    }
  }

  private endKeys(keys: readonly JoinKey[]): void {
    for (const key of keys) {
      const keyText = keyToText(key);
      for (const slot of this.slots) slot.delete(keyText);
    }
  }

  /** Forgets what is used, and what is older than maxspan and can be part of nothing any more. */
  private sweep(now: number | bigint): void {
    this.untilSweep -= 1;
    if (this.untilSweep > 0) return;
    let kept = 0;
    for (const slot of this.slots) {
      slot.forEach((newest, keyText) => {
        if (newest.isUsed || this.exceedsSpan(newest.start, now)) slot.delete(keyText);
      });
      kept += slot.size;
    }
    for (const byKey of this.occurrences) if (byKey) kept += this.sweepOccurrences(byKey, now);
    this.untilSweep = Math.max(SWEEP_INTERVAL, kept);
  }

  /** The number of occurrences that stay. */
  private sweepOccurrences(byKey: Map<string, Occurrences>, now: number | bigint): number {
    let kept = 0;
    for (const [keyText, happened] of byKey) {
      const near = this.firstNear(happened.timestamps, now);
      if (near > 0) {
        happened.positions = happened.positions.slice(near);
        happened.timestamps = happened.timestamps.slice(near);
      }
      if (happened.timestamps.length === 0) byKey.delete(keyText);
      kept += happened.timestamps.length;
    }
    return kept;
  }

  /** Index of the first of ascending times that is no more than maxspan before `now`; their count where none is. */
  private firstNear(times: readonly (number | bigint)[], now: number | bigint): number {
    let low = 0;
    let high = times.length;
    while (low < high) {
      const middle = (low + high) >> 1;
      if (this.exceedsSpan(times[middle] ?? now, now)) low = middle + 1;
      else high = middle;
    }
    return low;
  }

  /** A span equal to maxspan is inside. */
  private exceedsSpan(from: number | bigint, to: number | bigint): boolean {
    return this.span !== undefined && to > this.plus(from, this.span);
  }

  private plus(time: number | bigint, milliseconds: number): number | bigint {
    return typeof time === 'bigint'
      ? time + BigInt(milliseconds) * 1_000_000n
      : time + milliseconds;
  }
}

/** Index of the first of ascending numbers that is above `limit`; their count where none is. */
function firstAbove(ascending: readonly number[], limit: number): number {
  let low = 0;
  let high = ascending.length;
  while (low < high) {
    const middle = (low + high) >> 1;
    if ((ascending[middle] ?? 0) > limit) high = middle;
    else low = middle + 1;
  }
  return low;
}

const NULL_MARK = '\u0000';
const SEPARATOR = '\u0001';

/** A join key as one text, different for different keys of the same length. */
export function keyToText(key: JoinKey): string {
  let text = '';
  for (let index = 0; index < key.length; index += 1) {
    const value = partToText(key[index] ?? null);
    text = index === 0 ? value : text + SEPARATOR + value;
  }
  return text;
}

/** Most values stand as they are; one that holds a mark itself says its length. */
function partToText(value: string | null): string {
  if (value === null) return NULL_MARK;
  const isPlain = !value.includes(NULL_MARK) && !value.includes(SEPARATOR);
  return isPlain ? value : `${NULL_MARK}${value.length}=${value}`;
}

/** The numbers of the bits that are set, lowest first. */
export function bitsOf(bits: bigint): number[] {
  const found: number[] = [];
  for (let index = 0, rest = bits; rest > 0n; index += 1, rest >>= 1n)
    if (rest & 1n) found.push(index);
  return found;
}

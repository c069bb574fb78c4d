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

/** Part of a sequence: the events of the first positive stages. */
interface Candidate<Event> {
  readonly start: number | bigint;
  /** Place in the stream of the first and the newest event. */
  readonly positions: readonly number[];
  readonly events: readonly Event[];
  /** Exception items whose entries on all stages so far are satisfied. */
  readonly alive: bigint;
}

interface KeyState<Event> {
  readonly key: JoinKey;
  /** Per positive stage, oldest first; without exceptions at most one. */
  readonly slots: (Candidate<Event>[] | undefined)[];
  touched: number | bigint;
}

/** What has happened of one missing stage under one key: places and times, oldest first. */
interface Occurrences {
  readonly positions: number[];
  readonly timestamps: (number | bigint)[];
}

interface Pending<Event> {
  readonly sequence: Sequence<Event>;
  readonly keyText: string;
  readonly deadline: number | bigint;
  /** Times of leading missing events that would drop it together with a trailing one; `undefined`: a trailing one alone does. */
  readonly leading: readonly (number | bigint)[] | undefined;
  dropped: boolean;
}

export interface MatcherState {
  /** Keys with an open candidate. */
  readonly keys: number;
  readonly largestKeys: number;
}

const ALL_ALIVE = (count: number): bigint => (1n << BigInt(count)) - 1n;

export class SequenceMatcher<Event> {
  private readonly positive: readonly number[];
  private readonly stages: number;
  private readonly span: number | undefined;
  private readonly exceptions: bigint;
  private readonly states = new Map<string, KeyState<Event>>();
  private readonly occurrences = new Map<string, Occurrences>();
  private readonly leadingStages: readonly number[];
  private readonly trailingStages: readonly number[];
  private pending: Pending<Event>[] = [];
  private position = 0;
  private largestKeys = 0;
  private sinceSweep = 0;

  constructor(private readonly plan: SequencePlan) {
    const stages = plan.missing.map((_, stage) => stage);
    this.positive = stages.filter((stage) => !plan.missing[stage]);
    this.stages = plan.missing.length;
    this.span = plan.maxspanMs;
    this.exceptions = ALL_ALIVE(plan.exceptionItems ?? 0);
    const first = this.positive[0] ?? 0;
    const last = this.positive[this.positive.length - 1] ?? 0;
    this.leadingStages = stages.filter((stage) => stage < first);
    this.trailingStages = stages.filter((stage) => stage > last);
  }

  get state(): MatcherState {
    return { keys: this.states.size, largestKeys: this.largestKeys };
  }

  /** Takes the next event in order and gives the sequences that are complete and decided by now. */
  push(next: OrderedEvent<Event>): Sequence<Event>[] {
    this.position += 1;
    const completed: Sequence<Event>[] = [];
    if (this.trailingStages.length > 0) this.settleTrailing(next, completed);
    for (let index = this.positive.length - 1; index >= 0; index -= 1) this.takeStage(index, next, completed);
    if (this.positive.length < this.stages) this.noteMissing(next);
    for (const hit of next.hits) if (hit.stage === UNTIL) this.endKeys(hit.keys);
    this.forgetExpired(next.timestamp);
    return completed;
  }

  /** The sequences that waited for a trailing missing event; no event will come any more. */
  finish(): Sequence<Event>[] {
    const rest = this.pending.filter(({ dropped }) => !dropped).map(({ sequence }) => sequence);
    this.pending = [];
    this.states.clear();
    this.occurrences.clear();
    return rest;
  }

  /** Later stages go first, so that an event never follows itself. */
  private takeStage(index: number, next: OrderedEvent<Event>, completed: Sequence<Event>[]): void {
    const stage = this.positive[index];
    for (const hit of next.hits) {
      if (hit.stage !== stage) continue;
      const satisfied = this.exceptions === 0n ? 0n : (hit.excepted ?? 0n) & this.exceptions;
      for (const key of hit.keys) {
        const keyText = keyToText(key);
        if (index === 0) this.begin(key, keyText, satisfied, next, completed);
        else this.advance(index, key, keyText, satisfied, next, completed);
      }
    }
  }

  private begin(key: JoinKey, keyText: string, satisfied: bigint, next: OrderedEvent<Event>, completed: Sequence<Event>[]): void {
    const candidate: Candidate<Event> = {
      start: next.timestamp,
      positions: [this.position],
      events: [next.event],
      alive: satisfied,
    };
    if (this.positive.length === 1) this.complete(candidate, key, keyText, next.timestamp, completed);
    else this.open(0, key, keyText, candidate, next.timestamp);
  }

  /**
   * The event takes the newest candidate of the stage before it and uses up all older ones, even if maxspan then rejects
   * it. With exceptions, one candidate per set of satisfied items goes on; a completing event takes the newest that is
   * allowed, uses up that one and what is older, and where none is allowed the newest is recorded as hidden.
   */
  private advance(index: number, key: JoinKey, keyText: string, satisfied: bigint, next: OrderedEvent<Event>, completed: Sequence<Event>[]): void {
    const state = this.states.get(keyText);
    const waiting = state?.slots[index - 1];
    if (!state || !waiting) return;
    const extended = waiting.map((candidate): Candidate<Event> | undefined =>
      this.exceedsSpan(candidate.start, next.timestamp)
        ? undefined
        : {
            start: candidate.start,
            positions: [...candidate.positions, this.position],
            events: [...candidate.events, next.event],
            alive: candidate.alive & satisfied,
          },
    );
    if (index < this.positive.length - 1) {
      this.clearSlot(state, index - 1, keyText);
      for (const candidate of extended) if (candidate) this.open(index, key, keyText, candidate, next.timestamp);
      return;
    }
    const allowed = extended.findLastIndex((candidate) => candidate !== undefined && candidate.alive === 0n);
    const taken = allowed >= 0 ? allowed : extended.findLastIndex((candidate) => candidate !== undefined);
    const candidate = extended[taken];
    if (!candidate) this.clearSlot(state, index - 1, keyText);
    else if (allowed >= 0) this.useUp(state, index - 1, keyText, waiting, taken);
    if (candidate) this.complete(candidate, key, keyText, next.timestamp, completed);
  }

  /** The taken candidate and all older ones go; newer ones, which an exception forbade, stay. */
  private useUp(state: KeyState<Event>, slot: number, keyText: string, waiting: readonly Candidate<Event>[], taken: number): void {
    const rest = waiting.slice(taken + 1);
    if (rest.length > 0) state.slots[slot] = rest;
    else this.clearSlot(state, slot, keyText);
  }

  private clearSlot(state: KeyState<Event>, slot: number, keyText: string): void {
    state.slots[slot] = undefined;
    if (state.slots.every((candidates) => candidates === undefined)) this.states.delete(keyText);
  }

  /** The newest candidate per set of satisfied exception items stays; without exceptions the newest alone. */
  private open(slot: number, key: JoinKey, keyText: string, candidate: Candidate<Event>, now: number | bigint): void {
    const before = this.states.get(keyText);
    const state = before ?? { key, slots: [], touched: now };
    const others = this.exceptions === 0n ? undefined : state.slots[slot]?.filter(({ alive }) => alive !== candidate.alive);
    state.slots[slot] = others && others.length > 0 ? [...others, candidate] : [candidate];
    if (this.span !== undefined && before && before.touched !== now) this.states.delete(keyText);
    state.touched = now;
    this.states.set(keyText, state);
    if (this.states.size > this.largestKeys) this.largestKeys = this.states.size;
  }

  private complete(candidate: Candidate<Event>, key: JoinKey, keyText: string, now: number | bigint, completed: Sequence<Event>[]): void {
    const sequence = this.toSequence(candidate, key);
    if (this.positive.length === this.stages) {
      completed.push(sequence);
      return;
    }
    if (this.hasBetween(candidate, keyText)) return;
    const leading = this.leadingTimes(candidate, keyText, now);
    if (this.trailingStages.length === 0) {
      if (leading.length === 0) completed.push(sequence);
      return;
    }
    const deadline = this.plus(candidate.start, this.span ?? 0);
    const isBoth = this.leadingStages.length > 0;
    this.pending.push({ sequence, keyText, deadline, leading: isBoth ? leading : undefined, dropped: false });
  }

  private toSequence(candidate: Candidate<Event>, key: JoinKey): Sequence<Event> {
    let taken = 0;
    const events = this.plan.missing.map((missing) => (missing ? null : (candidate.events[taken++] ?? null)));
    return { key, events, hiddenBy: bitsOf(candidate.alive) };
  }

  /** Whether a missing stage between two positive ones has happened between their events. */
  private hasBetween(candidate: Candidate<Event>, keyText: string): boolean {
    for (let index = 1; index < this.positive.length; index += 1) {
      const after = candidate.positions[index - 1] ?? 0;
      const before = candidate.positions[index] ?? 0;
      for (let stage = (this.positive[index - 1] ?? 0) + 1; stage < (this.positive[index] ?? 0); stage += 1) {
        const happened = this.occurrences.get(`${stage} ${keyText}`);
        if (happened?.positions.some((position) => position > after && position < before)) return true;
      }
    }
    return false;
  }

  /** Times of leading missing events before the first event and not earlier than the last minus maxspan. */
  private leadingTimes(candidate: Candidate<Event>, keyText: string, now: number | bigint): (number | bigint)[] {
    const first = candidate.positions[0] ?? 0;
    return this.leadingStages.flatMap((stage) => {
      const happened = this.occurrences.get(`${stage} ${keyText}`);
      if (!happened) return [];
      return happened.timestamps.filter((time, index) => (happened.positions[index] ?? 0) < first && !this.exceedsSpan(time, now));
    });
  }

  /** A trailing missing event drops what waits for it under its key; what no event can drop any more is decided. */
  private settleTrailing(next: OrderedEvent<Event>, completed: Sequence<Event>[]): void {
    for (const hit of next.hits) {
      if (!this.trailingStages.includes(hit.stage)) continue;
      const keys = new Set(hit.keys.map(keyToText));
      for (const waiting of this.pending) {
        if (!keys.has(waiting.keyText) || next.timestamp > waiting.deadline) continue;
        const isNear = (time: number | bigint): boolean => !this.exceedsSpan(time, next.timestamp);
        if (waiting.leading === undefined || waiting.leading.some(isNear)) waiting.dropped = true;
      }
    }
    let decided = 0;
    for (const waiting of this.pending) {
      if (!waiting.dropped && next.timestamp <= waiting.deadline) break;
      if (!waiting.dropped) completed.push(waiting.sequence);
      decided += 1;
    }
    if (decided > 0) this.pending.splice(0, decided);
  }

  private noteMissing(next: OrderedEvent<Event>): void {
    for (const hit of next.hits) {
      if (hit.stage === UNTIL || !this.plan.missing[hit.stage]) continue;
      for (const key of hit.keys) {
        const name = `${hit.stage} ${keyToText(key)}`;
        const happened = this.occurrences.get(name) ?? { positions: [], timestamps: [] };
        happened.positions.push(this.position);
        happened.timestamps.push(next.timestamp);
        this.occurrences.delete(name);
        this.occurrences.set(name, happened);
        while (this.isExpired(happened.timestamps[0], next.timestamp)) {
          happened.positions.shift();
          happened.timestamps.shift();
        }
      }
    }
  }

  private endKeys(keys: readonly JoinKey[]): void {
    for (const key of keys) this.states.delete(keyToText(key));
  }

  /** Keys stand in order of their last change, so the expired ones are in front. */
  private forgetExpired(now: number | bigint): void {
    this.sinceSweep += 1;
    if (this.span === undefined || this.sinceSweep < 64) return;
    this.sinceSweep = 0;
    for (const [keyText, state] of this.states) {
      if (!this.isExpired(state.touched, now)) break;
      this.states.delete(keyText);
    }
    for (const [name, happened] of this.occurrences) {
      if (!this.isExpired(happened.timestamps[happened.timestamps.length - 1], now)) break;
      this.occurrences.delete(name);
    }
  }

  /** Twice maxspan old: a leading event counts up to maxspan before the last event. */
  private isExpired(time: number | bigint | undefined, now: number | bigint): boolean {
    return time !== undefined && this.span !== undefined && now > this.plus(time, 2 * this.span);
  }

  /** A span equal to maxspan is inside. */
  private exceedsSpan(from: number | bigint, to: number | bigint): boolean {
    return this.span !== undefined && to > this.plus(from, this.span);
  }

  private plus(time: number | bigint, milliseconds: number): number | bigint {
    return typeof time === 'bigint' ? time + BigInt(milliseconds) * 1_000_000n : time + milliseconds;
  }
}

/** A join key as one text, different for different keys. */
export function keyToText(key: JoinKey): string {
  const [only] = key;
  if (key.length === 1 && typeof only === 'string') return `=${only}`;
  return key.map((value) => (value === null ? '-' : `${value.length}=${value}`)).join(' ');
}

function bitsOf(bits: bigint): number[] {
  const found: number[] = [];
  for (let index = 0, rest = bits; rest > 0n; index += 1, rest >>= 1n) if (rest & 1n) found.push(index);
  return found;
}

import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  SequenceMatcher,
  UNTIL,
  type JoinKey,
  type OrderedEvent,
  type Sequence,
  type SequencePlan,
  type StageHit,
} from './sequence';
import { stream, type RandomStream } from './testing/arbitraries';
import { modelSequences } from './testing/sequence-model';

const A = 0;
const B = 1;
const C = 2;

interface Step {
  readonly at: number;
  readonly name: string;
  readonly stages: readonly number[];
  readonly keys?: readonly JoinKey[];
  readonly excepted?: bigint;
}

function step(
  at: number,
  name: string,
  stages: number | readonly number[],
  ...keys: string[]
): Step {
  const list = typeof stages === 'number' ? [stages] : stages;
  return { at, name, stages: list, keys: keys.length > 0 ? keys.map((key) => [key]) : [[]] };
}

function excepted(bits: bigint, plain: Step): Step {
  return { ...plain, excepted: bits };
}

function toEvent({ at, name, stages, keys = [[]], excepted: bits }: Step): OrderedEvent<string> {
  const hits = stages.map((stage): StageHit => ({
    stage,
    keys,
    ...(bits === undefined ? {} : { excepted: bits }),
  }));
  return { timestamp: at, hits, event: name };
}

function show({ key, events, hiddenBy }: Sequence<string>): string {
  const shown = events.map((event) => event ?? '-').join(' ');
  const prefix = key.length > 0 ? `${key.map((value) => value ?? 'null').join(',')}: ` : '';
  return prefix + shown + (hiddenBy.length > 0 ? ` hidden by ${hiddenBy.join()}` : '');
}

/** Runs a plan over steps; the sequences as text, in the order in which they come. */
function run(plan: Partial<SequencePlan> & { stages?: string }, ...steps: Step[]): string[] {
  const { stages = 'ABC', maxspanMs, exceptionItems = 0 } = plan;
  const missing = [...stages].map((letter) => letter === '!');
  const matcher = new SequenceMatcher<string>({ missing, maxspanMs, exceptionItems });
  const found = steps.flatMap((one) => matcher.push(toEvent(one)));
  return [...found, ...matcher.finish()].map(show);
}

const two = { stages: 'AB' };

describe('a sequence', () => {
  it('is one event of each stage, in order', () => {
    expect(run({}, step(1, 'a', A), step(2, 'b', B), step(3, 'c', C))).toEqual(['a b c']);
    expect(run({}, step(1, 'b', B), step(2, 'a', A), step(3, 'c', C))).toEqual([]);
  });

  it('follows the order of the stream where times are equal', () => {
    expect(run(two, step(1, 'a', A), step(1, 'b', B))).toEqual(['a b']);
    expect(run(two, step(1, 'b', B), step(1, 'a', A))).toEqual([]);
  });

  it('takes the newest candidate, which replaces the older', () => {
    expect(run(two, step(1, 'a1', A), step(2, 'a2', A), step(3, 'b', B))).toEqual(['a2 b']);
  });

  it('uses up a candidate with the step that takes it, and the older ones', () => {
    expect(
      run(two, step(1, 'a1', A), step(2, 'a2', A), step(3, 'b1', B), step(4, 'b2', B)),
    ).toEqual(['a2 b1']);
  });

  it('uses up a candidate even where maxspan rejects the step', () => {
    const plan = { stages: 'ABC', maxspanMs: 5 };
    expect(run(plan, step(1, 'a', A), step(7, 'b1', B), step(8, 'b2', B), step(9, 'c', C))).toEqual(
      [],
    );
  });

  it('never follows one event with itself', () => {
    expect(run(two, step(1, 'both', [A, B]))).toEqual([]);
    expect(run(two, step(1, 'x', [A, B]), step(2, 'y', [A, B]), step(3, 'z', [A, B]))).toEqual([
      'x y',
      'y z',
    ]);
  });

  it('lets one event end a sequence and start the next', () => {
    expect(
      run({ stages: 'AAA' }, ...[1, 2, 3, 4, 5].map((at) => step(at, `e${at}`, [0, 1, 2]))),
    ).toEqual(['e1 e2 e3', 'e2 e3 e4', 'e3 e4 e5']);
  });

  it('comes in order of completion', () => {
    const steps = [
      step(1, 'a1', A, 'x'),
      step(2, 'a2', A, 'y'),
      step(3, 'b2', B, 'y'),
      step(4, 'b1', B, 'x'),
    ];
    expect(run(two, ...steps)).toEqual(['y: a2 b2', 'x: a1 b1']);
  });
});

describe('maxspan', () => {
  const plan = { stages: 'ABC', maxspanMs: 10 };

  it('keeps a sequence whose span equals it', () => {
    expect(run(plan, step(1, 'a', A), step(5, 'b', B), step(11, 'c', C))).toEqual(['a b c']);
  });

  it('drops a sequence one millisecond longer', () => {
    expect(run(plan, step(1, 'a', A), step(5, 'b', B), step(12, 'c', C))).toEqual([]);
  });

  it('counts from the first event, not from the last step', () => {
    expect(run(plan, step(1, 'a', A), step(10, 'b', B), step(15, 'c', C))).toEqual([]);
  });

  it('counts nanoseconds exactly', () => {
    const start = 1_600_000_000_000_000_001n;
    const found = (gap: bigint): number => {
      const matcher = new SequenceMatcher<string>({ missing: [false, false], maxspanMs: 1 });
      matcher.push({ timestamp: start, hits: [{ stage: A, keys: [[]] }], event: 'a' });
      return matcher.push({ timestamp: start + gap, hits: [{ stage: B, keys: [[]] }], event: 'b' })
        .length;
    };
    expect(found(1_000_000n)).toBe(1);
    expect(found(1_000_001n)).toBe(0);
  });

  it('bounds the state: expired keys are forgotten', () => {
    const matcher = new SequenceMatcher<number>({ missing: [false, true, false], maxspanMs: 100 });
    for (let at = 0; at < 100_000; at += 1) {
      const keys = [[`key ${at}`]];
      matcher.push({
        timestamp: at,
        hits: [
          { stage: 0, keys },
          { stage: 1, keys },
        ],
        event: at,
      });
    }
    expect(matcher.state.largestKeys).toBeLessThan(500);
  });

  it('without it, keys are kept', () => {
    const matcher = new SequenceMatcher<number>({ missing: [false, false], maxspanMs: undefined });
    for (let at = 0; at < 1_000; at += 1) {
      matcher.push({ timestamp: at, hits: [{ stage: 0, keys: [[`key ${at}`]] }], event: at });
    }
    expect(matcher.state).toEqual({ keys: 1_000, largestKeys: 1_000 });
  });
});

describe('until', () => {
  it('ends what is open under its key', () => {
    expect(run(two, step(1, 'a', A, 'x'), step(2, 'u', UNTIL, 'x'), step(3, 'b', B, 'x'))).toEqual(
      [],
    );
    expect(run(two, step(1, 'a', A, 'x'), step(2, 'u', UNTIL, 'y'), step(3, 'b', B, 'x'))).toEqual([
      'x: a b',
    ]);
  });

  it('lets an event that is the last stage too complete', () => {
    expect(run(two, step(1, 'a', A), step(2, 'bu', [B, UNTIL]))).toEqual(['a bu']);
  });

  it('ends what the same event began', () => {
    expect(run(two, step(1, 'au', [A, UNTIL]), step(2, 'b', B))).toEqual([]);
  });

  it('does not keep later events from a new start', () => {
    expect(
      run(two, step(1, 'a1', A), step(2, 'u', UNTIL), step(3, 'a2', A), step(4, 'b', B)),
    ).toEqual(['a2 b']);
  });
});

describe('join keys', () => {
  it('keep different keys apart', () => {
    expect(run(two, step(1, 'a', A, 'x'), step(2, 'b', B, 'y'))).toEqual([]);
  });

  it('give one sequence per value of a key with many', () => {
    expect(run(two, step(1, 'a', A, 'x', 'y'), step(2, 'b', B, 'y', 'z', 'x'))).toEqual([
      'y: a b',
      'x: a b',
    ]);
  });

  it('join null with null only', () => {
    const nulls = (at: number, name: string, stage: number, keys: JoinKey[]): Step => ({
      at,
      name,
      stages: [stage],
      keys,
    });
    const steps = [
      nulls(1, 'a1', A, [[null]]),
      nulls(2, 'a2', A, [['']]),
      nulls(3, 'a3', A, [['\u0000']]),
      nulls(4, 'b', B, [[null], [''], ['\u0000']]),
    ];
    expect(run(two, ...steps)).toEqual(['null: a1 b', ': a2 b', '\u0000: a3 b']);
  });

  it('are told apart value by value', () => {
    const keyed = (at: number, name: string, stage: number, key: JoinKey): Step => ({
      at,
      name,
      stages: [stage],
      keys: [key],
    });
    expect(run(two, keyed(1, 'a', A, ['a b', 'c']), keyed(2, 'b', B, ['a', 'b c']))).toEqual([]);
    expect(run(two, keyed(1, 'a', A, ['1=', '']), keyed(2, 'b', B, ['', '1=']))).toEqual([]);
    expect(run(two, keyed(1, 'a', A, [null, 'c']), keyed(2, 'b', B, ['-', 'c']))).toEqual([]);
  });
});

describe('a missing event', () => {
  const span = { maxspanMs: 10 };

  it('between two stages drops the sequence, whose candidate is used up', () => {
    const plan = { ...span, stages: 'A!C' };
    expect(run(plan, step(1, 'a', A), step(3, 'c', C))).toEqual(['a - c']);
    expect(run(plan, step(1, 'a', A), step(2, 'm', 1), step(3, 'c1', C), step(4, 'c2', C))).toEqual(
      [],
    );
  });

  it('counts under its own key only', () => {
    const plan = { ...span, stages: 'A!C' };
    expect(run(plan, step(1, 'a', A, 'x'), step(2, 'm', 1, 'y'), step(3, 'c', C, 'x'))).toEqual([
      'x: a - c',
    ]);
  });

  it('does not count where it is one of the two events itself', () => {
    const plan = { ...span, stages: 'A!C' };
    expect(run(plan, step(1, 'a', [A, 1]), step(2, 'c', [1, C]))).toEqual(['a - c']);
  });

  it('at the start drops within maxspan before the last event', () => {
    const plan = { ...span, stages: '!BC' };
    const with_ = (at: number): string[] =>
      run(plan, step(at, 'm', 0), step(15, 'b', 1), step(20, 'c', 2));
    expect(with_(9)).toEqual(['- b c']);
    expect(with_(10)).toEqual([]);
  });

  it('at the end drops within maxspan after the first event', () => {
    const plan = { ...span, stages: 'AB!' };
    const with_ = (at: number): string[] =>
      run(plan, step(1, 'a', 0), step(5, 'b', 1), step(at, 'm', 2));
    expect(with_(11)).toEqual([]);
    expect(with_(12)).toEqual(['a b -']);
  });

  it('at the end makes the sequence wait until no event can drop it', () => {
    const matcher = new SequenceMatcher<string>({ missing: [false, false, true], maxspanMs: 10 });
    const push = (one: Step): string[] => matcher.push(toEvent(one)).map(show);
    expect(push(step(1, 'a', A))).toEqual([]);
    expect(push(step(5, 'b', B))).toEqual([]);
    expect(push(step(11, 'a2', A))).toEqual([]);
    expect(push(step(12, 'a3', A))).toEqual(['a b -']);
    expect(matcher.finish()).toEqual([]);
  });

  it('at both ends drops only if both happen, no more than maxspan apart', () => {
    const plan = { ...span, stages: '!BC!' };
    const around = (before: number | undefined, after: number | undefined): string[] =>
      run(
        plan,
        ...(before === undefined ? [] : [step(before, 'm', 0)]),
        step(20, 'b', 1),
        step(22, 'c', 2),
        ...(after === undefined ? [] : [step(after, 'm', 3)]),
      );
    expect(around(15, undefined)).toEqual(['- b c -']);
    expect(around(undefined, 24)).toEqual(['- b c -']);
    expect(around(15, 25)).toEqual([]);
    expect(around(15, 26)).toEqual(['- b c -']);
  });

  it('repeated stands for each of its places', () => {
    expect(run({ ...span, stages: 'A!!B' }, step(1, 'a', 0), step(2, 'b', 3))).toEqual(['a - - b']);
  });

  it('beside a single positive stage is judged by that event', () => {
    expect(
      run({ ...span, stages: '!B' }, step(1, 'm', 0), step(5, 'b1', 1), step(12, 'b2', 1)),
    ).toEqual(['- b2']);
    expect(
      run({ ...span, stages: 'A!' }, step(1, 'a1', 0), step(5, 'm', 1), step(6, 'a2', 0)),
    ).toEqual(['a2 -']);
  });
});

function runStream({ plan, events }: RandomStream): Sequence<number>[] {
  const matcher = new SequenceMatcher<number>(plan);
  const found = events.flatMap((event) => matcher.push(event));
  return [...found, ...matcher.finish()];
}

describe('any stream', () => {
  it('gives what the definition gives', () => {
    fc.assert(
      fc.property(stream(), (random) => {
        const found = runStream(random).map(({ key, events }) => ({ key, events }));
        expect(found).toEqual(modelSequences(random.plan, random.events));
      }),
      { numRuns: 10_000 },
    );
  });

  it('loses no completion to exceptions: each is an alert or a hidden record', () => {
    fc.assert(
      fc.property(stream({ exceptionItems: 2 }), (random) => {
        const { exceptionItems: _, ...plain } = random.plan;
        const endings = runStream(random).map((sequence) => endingOf(sequence));
        for (const sequence of runStream({ ...random, plan: plain })) {
          expect(endings).toContain(endingOf(sequence));
        }
      }),
      { numRuns: 10_000 },
    );
  });

  it('gives each completion once: no event ends two sequences of one key', () => {
    fc.assert(
      fc.property(stream({ exceptionItems: 2 }), (random) => {
        const endings = runStream(random).map((sequence) => endingOf(sequence));
        expect(new Set(endings).size).toBe(endings.length);
      }),
      { numRuns: 3_000 },
    );
  });

  it('is unchanged by exceptions that no event satisfies', () => {
    fc.assert(
      fc.property(stream(), (random) => {
        const withItems = { ...random, plan: { ...random.plan, exceptionItems: 3 } };
        expect(runStream(withItems)).toEqual(runStream(random));
      }),
      { numRuns: 3_000 },
    );
  });

  it('alerts only on combinations that no exception forbids', () => {
    fc.assert(
      fc.property(stream({ exceptionItems: 2 }), ({ plan, events }) => {
        for (const { key, events: taken, hiddenBy } of runStream({ plan, events })) {
          const bits = taken.flatMap((place, stage) => {
            const hit =
              place === null ? undefined : events[place]?.hits.find((one) => one.stage === stage);
            return hit ? [hit.excepted ?? 0n] : [];
          });
          const all = bits.reduce((left, right) => left & right);
          expect({ key, hiddenBy }).toEqual({
            key,
            hiddenBy: [0, 1].filter((item) => (all >> BigInt(item)) & 1n),
          });
        }
      }),
      { numRuns: 3_000 },
    );
  });
});

/** Key and last event, which an alert keeps however it is paired. */
function endingOf({ key, events }: Sequence<number>): string {
  return JSON.stringify([key, events.findLast((event) => event !== null)]);
}

describe('an exception', () => {
  const item = { stages: 'AB', maxspanMs: 1000, exceptionItems: 1 };
  const yes = 1n;
  const no = 0n;

  it('hides a sequence whose events satisfy all its entries, and records it', () => {
    expect(
      run(item, excepted(yes, step(0, 'sccm', A)), excepted(yes, step(100, 'child', B))),
    ).toEqual(['sccm child hidden by 0']);
  });

  it('on the first stage re-pairs a child with the attacker, whose connection came 0.2 s before the excepted one', () => {
    const steps = [
      excepted(no, step(0, 'attacker', A, 'host')),
      excepted(yes, step(200, 'sccm', A, 'host')),
      excepted(yes, step(500, 'child', B, 'host')),
    ];
    expect(run({ stages: 'AB', maxspanMs: 1000 }, ...steps)).toEqual(['host: sccm child']);
    expect(run(item, ...steps)).toEqual(['host: attacker child']);
  });

  it("over two stages still alerts on the attacker's child where the excepted child starts first", () => {
    const steps = [
      excepted(no, step(0, 'attacker', A, 'host')),
      excepted(yes, step(200, 'sccm', A, 'host')),
      excepted(yes, step(300, 'sccm child', B, 'host')),
      excepted(no, step(500, 'attacker child', B, 'host')),
    ];
    expect(run(item, ...steps)).toContain('host: sccm attacker child');
    const [, ...withoutAttacker] = steps;
    expect(run(item, ...withoutAttacker)).toEqual([
      'host: sccm sccm child hidden by 0',
      'host: sccm attacker child',
    ]);
  });

  it('uses up nothing with a combination that it forbids', () => {
    const steps = [
      excepted(yes, step(0, 'sccm', A)),
      excepted(yes, step(100, 'child 1', B)),
      excepted(no, step(200, 'child 2', B)),
      excepted(no, step(300, 'child 3', B)),
    ];
    expect(run(item, ...steps)).toEqual(['sccm child 1 hidden by 0', 'sccm child 2']);
  });

  it('leaves a forbidden newer candidate for later', () => {
    const steps = [
      excepted(no, step(0, 'attacker', A)),
      excepted(yes, step(100, 'sccm', A)),
      excepted(yes, step(200, 'child 1', B)),
      excepted(no, step(300, 'child 2', B)),
    ];
    expect(run(item, ...steps)).toEqual(['attacker child 1', 'sccm child 2']);
  });

  it('does not trade an excepted sequence for one that a missing event rules out', () => {
    const plan = { stages: 'A!C', maxspanMs: 1000, exceptionItems: 1 };
    const steps = [
      excepted(no, step(0, 'a1', A)),
      step(100, 'm', 1),
      excepted(yes, step(200, 'a2', A)),
      excepted(yes, step(300, 'c', C)),
    ];
    expect(run(plan, ...steps)).toEqual(['a2 - c hidden by 0']);
  });

  it('names every item that forbids the combination', () => {
    const plan = { ...item, exceptionItems: 3 };
    expect(run(plan, excepted(0b111n, step(0, 'a', A)), excepted(0b101n, step(1, 'b', B)))).toEqual(
      ['a b hidden by 0,2'],
    );
  });

  it('uses up what is older than the allowed candidate, and nothing newer', () => {
    const steps = [
      excepted(0b01n, step(0, 'a1', A)),
      excepted(0b00n, step(1, 'a2', A)),
      excepted(0b11n, step(2, 'a3', A)),
      excepted(0b10n, step(3, 'b1', B)),
      excepted(0b00n, step(4, 'b2', B)),
      excepted(0b00n, step(5, 'b3', B)),
    ];
    expect(run({ ...item, exceptionItems: 2 }, ...steps)).toEqual(['a2 b1', 'a3 b2']);
  });

  it('gives way to a candidate that no item forbids, one per set of items being kept', () => {
    const plan = { ...item, exceptionItems: 2 };
    const steps = [
      excepted(0b01n, step(0, 'a1', A)),
      excepted(0b10n, step(1, 'a2', A)),
      excepted(0b01n, step(2, 'a3', A)),
      excepted(0b01n, step(3, 'b', B)),
    ];
    expect(run(plan, ...steps)).toEqual(['a2 b']);
  });
});

import { buildAlphabet, type Alphabet } from './alphabet';
import { charactersOf, rangeSet, type CodePointSet } from './code-points';
import { RegexSyntaxError, type Assertion, type RegexNode } from './syntax';

/** One state of a Thompson automaton; `next` and `other` are indexes of states. */
type State =
  | { readonly kind: 'match' }
  | { readonly kind: 'dead' }
  | { readonly kind: 'read'; readonly mask: Uint8Array; next: number }
  | { readonly kind: 'split'; next: number; other: number }
  | { readonly kind: 'assert'; readonly assertion: Assertion; readonly next: number };

export interface Automaton {
  readonly alphabet: Alphabet;
  readonly states: readonly State[];
  readonly start: number;
  readonly hasAssertions: boolean;
}

/** Bounds on what one pattern may cost before it has seen a value. */
const MAX_STATES = 20_000;
const MAX_DETERMINISTIC_STATES = 10_000;
const MAX_STEPS = 5_000_000;

export const LINE_TERMINATORS = charactersOf('\n\r\u0085\u2028\u2029');
const ASCII_WORD = rangeSet([0x30, 0x39], [0x41, 0x5a], [0x5f, 0x5f], [0x61, 0x7a]);

/** What assertions look at besides the pattern's own sets. */
export const CONTEXT_SETS = [
  charactersOf('\n'),
  charactersOf('\r'),
  LINE_TERMINATORS,
  ASCII_WORD,
] as const;

/**
 * The automaton of a tree. Complements and intersections are made deterministic on the way, as Lucene does, within
 * its bound on states. Throws RegexSyntaxError ("too complex") when a bound is passed.
 */
export function buildAutomaton(tree: RegexNode): Automaton {
  const sets = new Set<CodePointSet>();
  const hasAssertions = collect(tree, sets);
  if (hasAssertions) for (const set of CONTEXT_SETS) sets.add(set);
  const alphabet = buildAlphabet(sets);
  const budget = new Budget();
  const builder = new Builder(alphabet, budget);
  const start = builder.build(tree, builder.add({ kind: 'match' }));
  return { alphabet, states: builder.states, start, hasAssertions };
}

/** Adds the sets of the tree to `sets`; whether it has assertions. */
function collect(node: RegexNode, sets: Set<CodePointSet>): boolean {
  switch (node.kind) {
    case 'set':
      sets.add(node.set);
      return false;
    case 'empty':
    case 'nothing':
      return false;
    case 'concat':
      return node.parts.map((part) => collect(part, sets)).includes(true);
    case 'alternation':
      return node.options.map((option) => collect(option, sets)).includes(true);
    case 'repeat':
    case 'complement':
      return collect(node.body, sets);
    case 'intersection':
      return [collect(node.left, sets), collect(node.right, sets)].includes(true);
    case 'assertion':
      return true;
  }
}

/** What compiling a pattern has left to spend. */
class Budget {
  private states = MAX_STATES;
  private steps = MAX_STEPS;

  spendState(): void {
    if (--this.states < 0) throw tooComplex();
  }

  spendSteps(count: number): void {
    this.steps -= count;
    if (this.steps < 0) throw tooComplex();
  }
}

function tooComplex(): RegexSyntaxError {
  return new RegexSyntaxError(
    'The regular expression is too complex: repetition counts, "~" and "&" multiply its size',
    0,
  );
}

/** Builds from the end: each fragment is told where it continues, and answers where it starts. */
class Builder {
  readonly states: State[] = [];
  private readonly masks = new Map<CodePointSet, Uint8Array>();

  constructor(
    private readonly alphabet: Alphabet,
    private readonly budget: Budget,
  ) {}

  add(state: State): number {
    this.budget.spendState();
    return this.states.push(state) - 1;
  }

  build(node: RegexNode, next: number): number {
    this.budget.spendSteps(1);
    switch (node.kind) {
      case 'set':
        return this.add({ kind: 'read', mask: this.maskOf(node.set), next });
      case 'empty':
        return next;
      case 'nothing':
        return this.add({ kind: 'dead' });
      case 'concat':
        return node.parts.reduceRight((after, part) => this.build(part, after), next);
      case 'alternation':
        return this.choice(node.options.map((option) => this.build(option, next)));
      case 'repeat':
        return this.repeat(node.body, node.min, node.max, next);
      case 'complement':
        return this.embed(complement(this.determinise(node.body)), next);
      case 'intersection':
        return this.embed(this.intersect(node.left, node.right), next);
      case 'assertion':
        return this.add({ kind: 'assert', assertion: node.assertion, next });
    }
  }

  private choice(starts: readonly number[]): number {
    return starts.reduceRight((other, next) => this.add({ kind: 'split', next, other }));
  }

  private repeat(body: RegexNode, min: number, max: number, next: number): number {
    let start = next;
    if (max === Infinity) {
      const loop = this.add({ kind: 'split', next, other: next });
      const again = this.build(body, loop);
      (this.states[loop] as { next: number }).next = again;
      // x+ enters the loop at its body
      if (min > 0) {
        start = again;
        min--;
      } else start = loop;
    } else {
      for (let count = min; count < max; count++) {
        start = this.add({ kind: 'split', next: this.build(body, start), other: next });
      }
    }
    for (let count = 0; count < min; count++) start = this.build(body, start);
    return start;
  }

  private maskOf(set: CodePointSet): Uint8Array {
    const mask = this.masks.get(set) ?? this.alphabet.maskOf(set);
    this.masks.set(set, mask);
    return mask;
  }

  /** A deterministic automaton as a fragment: its accepting states continue at `next`. */
  private embed({ rows, accepting }: Deterministic, next: number): number {
    const entries = rows.map(() => this.add({ kind: 'split', next: 0, other: 0 }));
    const dead = this.add({ kind: 'dead' });
    rows.forEach((row, state) => {
      const masks = new Map<number, Uint8Array>();
      row.forEach((target, symbol) => {
        if (target === NO_STATE) return;
        const mask = masks.get(target) ?? new Uint8Array(row.length);
        masks.set(target, mask);
        mask[symbol] = 1;
      });
      const ways = [...masks].map(([target, mask]) =>
        this.add({ kind: 'read', mask, next: entries[target]! }),
      );
      if (accepting[state]) ways.push(next);
      const entry = this.states[entries[state]!] as { next: number; other: number };
      entry.next = this.choice(ways.length > 0 ? ways : [dead]);
      entry.other = entry.next;
    });
    return entries[0]!;
  }

  /** The subset construction. */
  private determinise(node: RegexNode): Deterministic {
    const inner = new Builder(this.alphabet, this.budget);
    const start = inner.build(node, inner.add({ kind: 'match' }));
    const rows: Int32Array[] = [];
    const accepting: boolean[] = [];
    const subsets = new Registry<readonly number[]>((subset) => subset.join());
    subsets.idOf(inner.closure([start]));
    for (let id = 0; id < subsets.size; id++) {
      if (id >= MAX_DETERMINISTIC_STATES) throw tooComplex();
      const subset = subsets.at(id);
      const row = new Int32Array(this.alphabet.classCount).fill(NO_STATE);
      for (let symbol = 0; symbol < row.length; symbol++) {
        this.budget.spendSteps(1 + subset.length);
        const targets = inner.targets(subset, symbol);
        if (targets.length > 0) row[symbol] = subsets.idOf(inner.closure(targets));
      }
      rows.push(row);
      accepting.push(subset.some((state) => inner.states[state]!.kind === 'match'));
    }
    return { rows, accepting };
  }

  private intersect(left: RegexNode, right: RegexNode): Deterministic {
    const first = this.determinise(left);
    const second = this.determinise(right);
    const rows: Int32Array[] = [];
    const accepting: boolean[] = [];
    const pairs = new Registry<readonly [number, number]>((pair) => pair.join());
    pairs.idOf([0, 0]);
    for (let id = 0; id < pairs.size; id++) {
      if (id >= MAX_DETERMINISTIC_STATES) throw tooComplex();
      const [one, two] = pairs.at(id);
      this.budget.spendSteps(this.alphabet.classCount);
      rows.push(
        first.rows[one]!.map((target, symbol) => {
          const other = second.rows[two]![symbol]!;
          return target === NO_STATE || other === NO_STATE ? NO_STATE : pairs.idOf([target, other]);
        }),
      );
      accepting.push(first.accepting[one]! && second.accepting[two]!);
    }
    return { rows, accepting };
  }

  private targets(subset: readonly number[], symbol: number): number[] {
    const targets: number[] = [];
    for (const index of subset) {
      const state = this.states[index]!;
      if (state.kind === 'read' && state.mask[symbol] === 1) targets.push(state.next);
    }
    return targets;
  }

  /** The states reached without reading, ascending. */
  private closure(starts: readonly number[]): readonly number[] {
    const seen = new Set(starts);
    for (const index of seen) {
      const state = this.states[index]!;
      if (state.kind === 'split') seen.add(state.next).add(state.other);
    }
    this.budget.spendSteps(seen.size);
    return [...seen].filter((index) => this.states[index]!.kind !== 'split').sort((a, b) => a - b);
  }
}

/** A deterministic automaton over the classes of the alphabet; state 0 starts, a missing transition is NO_STATE. */
interface Deterministic {
  readonly rows: readonly Int32Array[];
  readonly accepting: readonly boolean[];
}

const NO_STATE = -1;

function complement({ rows, accepting }: Deterministic): Deterministic {
  const sink = rows.length;
  const all = [...rows, new Int32Array(rows[0]!.length).fill(sink)];
  return {
    rows: all.map((row) => row.map((target) => (target === NO_STATE ? sink : target))),
    accepting: [...accepting.map((accepts) => !accepts), true],
  };
}

/** Numbers values from 0 in the order they are first met; equal keys are one value. */
class Registry<Value> {
  private readonly ids = new Map<string, number>();
  private readonly values: Value[] = [];

  constructor(private readonly keyOf: (value: Value) => string) {}

  get size(): number {
    return this.values.length;
  }

  at(id: number): Value {
    return this.values[id]!;
  }

  idOf(value: Value): number {
    const key = this.keyOf(value);
    const known = this.ids.get(key);
    if (known !== undefined) return known;
    this.ids.set(key, this.values.length);
    return this.values.push(value) - 1;
  }
}

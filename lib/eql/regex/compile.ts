import { After, Before, describeClasses, finalTerminatorOf, holds } from './assertions';
import { buildAutomaton, type Automaton } from './automaton';
import { Operation, toProgram, type Program } from './program';
import { StateSet } from './state-set';
import type { RegexNode } from './syntax';

/** Whether the whole of a value matches; in time linear in its length, whatever the pattern. */
export type RegexMatcher = (text: string) => boolean;

/** The matcher of a tree. Throws RegexSyntaxError when the pattern is too complex. */
export function compileRegex(tree: RegexNode): RegexMatcher {
  const matcher = new LazyMatcher(buildAutomaton(tree));
  return (text) => matcher.matches(text);
}

/** Bounds on what one pattern remembers: deterministic states, their transitions, the automaton states they stand for. */
const MAX_CACHED_STATES = 5_000;
const MAX_CACHED_TRANSITIONS = 1_000_000;
const MAX_CACHED_MEMBERS = 500_000;

/** Instead of the offset of a row: a transition not yet made, and one that the cache has no room for. */
const UNKNOWN = -1;
const FULL = -2;
/** Row 0: nothing can match any more. Row 1, at offset `width`: whatever follows matches. */
const DEAD = 0;

/**
 * Reads a value once, one deterministic state at a time. Such a state is a set of the automaton's states and what
 * stands before; it is made when first reached and kept, so that the next value finds it. Past the bounds nothing
 * more is kept and the sets are followed directly: slower by their size, still linear.
 *
 * Symbols are the alphabet's classes; with assertions also, from `classCount` on, the same classes where the line
 * terminator that ends the value begins. The last symbol is the end, whose transitions are answers: 0 no, 1 yes.
 */
class LazyMatcher {
  private readonly program: Program;
  private readonly classCount: number;
  private readonly width: number;
  private readonly end: number;
  private readonly beforeClass: readonly Before[];
  private readonly afterSymbol: readonly number[];

  private transitions: Int32Array;
  private memberCount = 0;
  private readonly rowMembers: Uint16Array[] = [];
  private readonly rowBefore: Before[] = [];
  private readonly rowByKey = new Map<string, number>();
  private readonly startRow: number;
  private readonly universal: Uint8Array;

  private current: StateSet;
  private following: StateSet;
  private readonly pending: number[] = [];

  constructor(private readonly automaton: Automaton) {
    const { states, alphabet, hasAssertions } = automaton;
    this.program = toProgram(automaton);
    this.classCount = alphabet.classCount;
    this.end = hasAssertions ? 2 * alphabet.classCount : alphabet.classCount;
    this.width = this.end + 1;
    const contexts = describeClasses(automaton);
    this.beforeClass = contexts.before;
    this.afterSymbol = [
      ...contexts.after,
      ...(hasAssertions ? contexts.after.map((bits) => bits | After.final) : []),
      After.end,
    ];
    this.current = new StateSet(states.length);
    this.following = new StateSet(states.length);
    this.universal = new Uint8Array(states.length);

    this.transitions = new Int32Array(8 * this.width).fill(UNKNOWN);
    this.transitions.fill(DEAD, 0, this.width);
    for (let settled = 0; settled < 2; settled++) this.addRow(new Uint16Array(), Before.other);
    this.findUniversal();
    this.following.clear();
    this.reach(automaton.start, this.following);
    this.startRow = this.remember(this.following, Before.start);
  }

  matches(text: string): boolean {
    const { latin } = this.automaton.alphabet;
    const finalTerminator = this.automaton.hasAssertions ? finalTerminatorOf(text) : -1;
    const length = text.length;
    const everything = this.width;
    let transitions = this.transitions;
    let row = this.startRow;
    if (row <= everything) return row === everything;
    for (let index = 0; index < length; index++) {
      const at = index;
      const unit = text.charCodeAt(index);
      let symbol: number;
      if (unit < 256) symbol = latin[unit]!;
      else {
        const codePoint = text.codePointAt(index)!;
        if (codePoint > 0xffff) index++;
        symbol = this.automaton.alphabet.classOf(codePoint);
      }
      if (at === finalTerminator) symbol += this.classCount;
      let next = transitions[row + symbol]!;
      if (next <= everything) {
        if (next === UNKNOWN) next = this.extend(row, symbol);
        if (next === FULL) return this.simulate(row, text, at, finalTerminator);
        if (next === DEAD) return false;
        if (next === everything) return true;
        transitions = this.transitions;
      }
      row = next;
    }
    const answer = transitions[row + this.end]!;
    return (answer === UNKNOWN ? this.answer(row) : answer) === 1;
  }

  /** The missing transition of a row, made and kept. */
  private extend(row: number, symbol: number): number {
    const from = row / this.width;
    this.load(this.rowMembers[from]!);
    this.step(this.rowBefore[from]!, symbol);
    const next = this.remember(this.following, this.beforeAfterReading(symbol));
    if (next !== FULL) this.transitions[row + symbol] = next;
    return next;
  }

  private answer(row: number): number {
    const from = row / this.width;
    this.load(this.rowMembers[from]!);
    const answer = this.accepts(this.rowBefore[from]!) ? 1 : 0;
    this.transitions[row + this.end] = answer;
    return answer;
  }

  /** Follows the sets from a row and a position to the end, without keeping them. */
  private simulate(row: number, text: string, from: number, finalTerminator: number): boolean {
    this.load(this.rowMembers[row / this.width]!);
    let before = this.rowBefore[row / this.width]!;
    for (let index = from; index < text.length; index++) {
      const codePoint = text.codePointAt(index)!;
      let symbol = this.automaton.alphabet.classOf(codePoint);
      if (index === finalTerminator) symbol += this.classCount;
      if (codePoint > 0xffff) index++;
      this.step(before, symbol);
      if (this.following.size === 0) return false;
      before = this.beforeAfterReading(symbol);
      [this.current, this.following] = [this.following, this.current];
    }
    return this.accepts(before);
  }

  private load(members: Uint16Array): void {
    this.current.clear();
    for (const member of members) this.current.add(member);
  }

  /** From `current` to `following` over one symbol. */
  private step(before: Before, symbol: number): void {
    const { current, following, classCount } = this;
    const { operations, next, maskOffset, masks } = this.program;
    const symbolClass = symbol < classCount ? symbol : symbol - classCount;
    following.clear();
    this.resolveAssertions(before, symbol);
    for (let index = 0; index < current.size; index++) {
      const state = current.members[index]!;
      if (operations[state] !== Operation.read) continue;
      if (masks[maskOffset[state]! + symbolClass] === 1) this.reach(next[state]!, following);
    }
  }

  private accepts(before: Before): boolean {
    const { current } = this;
    this.resolveAssertions(before, this.end);
    for (let index = 0; index < current.size; index++) {
      if (this.program.operations[current.members[index]!] === Operation.match) return true;
    }
    return false;
  }

  /** Adds to `current` what lies behind the assertions that hold here. */
  private resolveAssertions(before: Before, symbol: number): void {
    if (!this.automaton.hasAssertions) return;
    const after = this.afterSymbol[symbol]!;
    for (let index = 0; index < this.current.size; index++) {
      const state = this.automaton.states[this.current.members[index]!]!;
      if (state.kind === 'assert' && holds(state.assertion, before, after)) {
        this.reach(state.next, this.current);
      }
    }
  }

  /** Adds a state and all it leads to without reading; assertions wait for the next symbol. */
  private reach(start: number, set: StateSet): void {
    const { operations, next, other } = this.program;
    if (operations[start] === Operation.read) {
      set.add(start);
      return;
    }
    const { pending } = this;
    pending.push(start);
    while (pending.length > 0) {
      const state = pending.pop()!;
      const operation = operations[state];
      if (operation === Operation.dead || !set.add(state)) continue;
      if (operation === Operation.split) pending.push(other[state]!, next[state]!);
    }
  }

  /** Marks the loops that end the pattern and read anything, such as the last `.*`: from there all matches. */
  private findUniversal(): void {
    this.automaton.states.forEach((state, index) => {
      if (state.kind !== 'read' || state.mask.includes(0)) return;
      this.following.clear();
      this.reach(state.next, this.following);
      const reached = this.following.members.subarray(0, this.following.size);
      this.universal[index] = reached.includes(index) && this.includesMatch(reached) ? 1 : 0;
    });
  }

  private includesMatch(members: Uint16Array): boolean {
    return members.some((member) => this.program.operations[member] === Operation.match);
  }

  private beforeAfterReading(symbol: number): Before {
    return this.beforeClass[symbol < this.classCount ? symbol : symbol - this.classCount]!;
  }

  /** The row of a set and what stands before it, made if new; FULL past the bounds. */
  private remember(set: StateSet, before: Before): number {
    const { operations } = this.program;
    const members = set.members
      .slice(0, set.size)
      .filter((member) => operations[member] !== Operation.split)
      .sort();
    if (members.length === 0) return DEAD;
    const isUniversal = members.some((member) => this.universal[member] === 1);
    if (isUniversal && this.includesMatch(members)) return this.width;
    const key = String.fromCharCode(before) + textOf(members);
    const known = this.rowByKey.get(key);
    if (known !== undefined) return known;
    const isFull =
      this.rowBefore.length >= MAX_CACHED_STATES ||
      this.rowBefore.length * this.width > MAX_CACHED_TRANSITIONS ||
      this.memberCount > MAX_CACHED_MEMBERS;
    if (isFull) return FULL;
    const row = this.addRow(members, before);
    this.rowByKey.set(key, row);
    return row;
  }

  private addRow(members: Uint16Array, before: Before): number {
    const row = this.rowBefore.length * this.width;
    if (row + this.width > this.transitions.length) {
      const grown = new Int32Array(2 * this.transitions.length).fill(UNKNOWN);
      grown.set(this.transitions);
      this.transitions = grown;
    }
    this.memberCount += members.length;
    this.rowMembers.push(members);
    this.rowBefore.push(before);
    return row;
  }
}

/** The members as a string, in portions that an argument list can hold. */
function textOf(members: Uint16Array): string {
  let text = '';
  for (let from = 0; from < members.length; from += 4096) {
    text += String.fromCharCode(...members.subarray(from, from + 4096));
  }
  return text;
}

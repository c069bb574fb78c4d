import type { Automaton } from './automaton';

/** The kinds of states as numbers. */
export const Operation = { match: 0, dead: 1, read: 2, split: 3, assert: 4 } as const;

/** The automaton's states as flat arrays, which the simulation reads fast. */
export interface Program {
  readonly operations: Uint8Array;
  readonly next: Uint16Array;
  readonly other: Uint16Array;
  /** Where the mask of a reading state begins in `masks`. */
  readonly maskOffset: Uint32Array;
  readonly masks: Uint8Array;
}

export function toProgram({ states, alphabet }: Automaton): Program {
  const offsets = new Map<Uint8Array, number>();
  for (const state of states) {
    if (state.kind === 'read' && !offsets.has(state.mask)) {
      offsets.set(state.mask, offsets.size * alphabet.classCount);
    }
  }
  const masks = new Uint8Array(offsets.size * alphabet.classCount);
  for (const [mask, offset] of offsets) masks.set(mask, offset);
  return {
    operations: Uint8Array.from(states, (state) => Operation[state.kind]),
    next: Uint16Array.from(states, (state) => ('next' in state ? state.next : 0)),
    other: Uint16Array.from(states, (state) => ('other' in state ? state.other : 0)),
    maskOffset: Uint32Array.from(states, (state) =>
      state.kind === 'read' ? offsets.get(state.mask)! : 0,
    ),
    masks,
  };
}

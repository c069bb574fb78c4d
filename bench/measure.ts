/** Milliseconds of the middle run of several, after one that warms up; of each round, so that both sides meet the same noise. */
export function medians(rounds: number, works: readonly (() => unknown)[]): readonly number[] {
  const taken = works.map((): number[] => []);
  for (let round = 0; round <= rounds; round += 1) {
    works.forEach((work, index) => {
      const startedAt = performance.now();
      work();
      if (round > 0) taken[index]?.push(performance.now() - startedAt);
    });
  }
  return taken.map((times) => times.sort((a, b) => a - b)[Math.floor(rounds / 2)] ?? 0);
}

/** Numbers from 0 to below 1, the same in every run. */
export function randomNumbers(seed: number): () => number {
  let state = seed;
  return () => {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0;
    return state / 2 ** 32;
  };
}

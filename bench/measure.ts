/**
 * Processor milliseconds of the middle run of several, after one that warms up. The works take turns, so that they meet
 * the same noise; processor time leaves out what other programs take.
 */
export function medians(rounds: number, works: readonly (() => unknown)[]): readonly number[] {
  const taken = works.map((): number[] => []);
  for (let round = 0; round <= rounds; round += 1) {
    works.forEach((work, index) => {
      const before = process.cpuUsage();
      work();
      const { user, system } = process.cpuUsage(before);
      if (round > 0) taken[index]?.push((user + system) / 1_000);
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

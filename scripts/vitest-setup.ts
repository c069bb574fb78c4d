import { afterEach, beforeEach, expect, vi } from 'vitest';

/** An unexpected `console.error` fails its test. A test that expects one spies on it itself and clears the spy. */
beforeEach(() => {
  vi.spyOn(console, 'error');
});

afterEach(() => {
  const { calls } = vi.mocked(console.error).mock;
  vi.restoreAllMocks();
  expect(calls, 'unexpected console.error').toEqual([]);
});

import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { z } from 'zod';

/** A test of any suite; each kind of suite uses some of the fields. */
const testSchema = z.looseObject({
  name: z.string().optional(),
  id: z.number().optional(),
  query: z.string().optional(),
  expression: z.string().optional(),
  disabled: z.boolean().optional(),
  size: z.number().optional(),
  max_samples_per_key: z.number().optional(),
  expected: z.unknown().optional(),
  expected_any_of: z.array(z.array(z.number())).optional(),
  join_keys: z.array(z.string().nullable()).optional(),
  value: z.unknown().optional(),
  expect_error: z.boolean().optional(),
  accepted: z.union([z.boolean(), z.string()]).optional(),
  error: z.string().nullish(),
  stages: z
    .array(z.array(z.object({ event: z.string(), t: z.number(), key: z.string().nullish() })))
    .optional(),
});

export type SuiteTest = z.infer<typeof testSchema>;

const suiteSchema = z.looseObject({
  suite: z.string(),
  dataset: z.union([z.string(), z.array(z.string())]).optional(),
  also_run_on: z.string().optional(),
  fields: z.record(z.string(), z.string()).optional(),
  tests: z.array(testSchema),
});

export type Suite = z.infer<typeof suiteSchema>;

/** Every suite file of the folder, by name. */
export function loadSuites(folder: string): Suite[] {
  const files = readdirSync(folder).filter(
    (file) => file.endsWith('.json') && file !== 'datasets.json',
  );
  return files.sort().flatMap((file) => {
    const json: unknown = JSON.parse(readFileSync(join(folder, file), 'utf8'));
    const parsed = suiteSchema.safeParse(json);
    return parsed.success ? [parsed.data] : [];
  });
}

export interface Outcome {
  readonly suite: string;
  readonly name: string;
  readonly status: 'passed' | 'failed' | 'skipped';
  readonly expected?: unknown;
  readonly actual?: unknown;
  readonly reason?: string;
}

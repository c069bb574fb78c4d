import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { onTestFinished } from 'vitest';

/** A file for one test, gone after it. */
export async function writeTemporaryFile(
  name: string,
  content: string | Uint8Array,
): Promise<string> {
  const folder = await mkdtemp(path.join(tmpdir(), 'watchfloor-'));
  onTestFinished(() => rm(folder, { recursive: true }));
  const file = path.join(folder, name);
  await writeFile(file, content);
  return file;
}

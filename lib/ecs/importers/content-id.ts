import { createHash } from 'node:crypto';

/** The part of an event's id that its record's bytes make; `:n` is added for the n-th identical record of a file. */
export function contentHash(bytes: Buffer): string {
  return createHash('sha256').update(bytes).digest('hex').slice(0, 32);
}

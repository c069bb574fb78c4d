import type { RecordBatch } from '@/lib/ecs/importers/record-batch';

/**
 * A test of raw JSON text: may a record satisfy some stage of some rule? It looks for texts that every such event holds,
 * and for `\u` escapes, behind which a text may hide. What it rules out needs no parsing.
 */
export class RawFilter {
  private readonly expression: RegExp;

  /** `literals`: ASCII, lower case; one of them stands in every record that matters. */
  constructor(literals: readonly string[]) {
    const escaped = literals.map((text) => text.replace(/[.*+?^${}()|[\]\\]/g, '\\$&'));
    this.expression = new RegExp([...escaped, String.raw`\\u[0-9a-f]{4}`].join('|'), 'gi');
  }

  /** For each record of the batch, in order: 1 where it may matter. */
  test(batch: RecordBatch): Uint8Array {
    const { block, count, starts, ends } = batch;
    const flags = new Uint8Array(count);
    const from = starts[0];
    const to = ends[count - 1];
    if (from === undefined || to === undefined) return flags;
    const text = block.toString('latin1', from, to);
    let record = 0;
    this.expression.lastIndex = 0;
    for (let found = this.expression.exec(text); found; found = this.expression.exec(text)) {
      const at = from + found.index;
      while (record < count && (ends[record] ?? 0) <= at) record += 1;
      if (record >= count) break;
      flags[record] = 1;
      this.expression.lastIndex = (ends[record] ?? to) - from;
    }
    return flags;
  }
}

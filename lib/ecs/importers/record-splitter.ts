import type { BatchBuilder } from './record-batch';

/** Longer records are skipped, so that memory stays bounded. */
export const MAX_RECORD_BYTES = 16 * 1024 * 1024;
const TOO_LONG = `longer than ${MAX_RECORD_BYTES / 1024 / 1024} MB`;

/** Finds the records in a file that comes in blocks. */
export interface RecordSplitter {
  /**
   * Looks at the new bytes `from`..`to` of `block`; the record not yet finished before stands at `start`..`from`.
   * Answers where the now unfinished record begins: it must stand before the next bytes.
   */
  split(block: Buffer, start: number, from: number, to: number, batch: BatchBuilder): number;
  /** The file has ended, with the unfinished record at `start`..`to`. */
  finish(block: Buffer, start: number, to: number, isCut: boolean, batch: BatchBuilder): void;
}

/** One record per line. Blank lines count as lines. */
export class LineSplitter implements RecordSplitter {
  private line = 1;
  private isDiscarding = false;

  split(block: Buffer, start: number, from: number, to: number, batch: BatchBuilder): number {
    const bytes = block.subarray(0, to);
    let at = start;
    for (let end = bytes.indexOf(0x0a, from); end !== -1; end = bytes.indexOf(0x0a, at)) {
      if (this.isDiscarding) this.isDiscarding = false;
      else if (end - at > MAX_RECORD_BYTES) batch.skip(this.line, TOO_LONG);
      else batch.add(block, at, end, this.line);
      this.line++;
      at = end + 1;
    }
    if (this.isDiscarding) return to;
    if (to - at <= MAX_RECORD_BYTES) return at;
    batch.skip(this.line, TOO_LONG);
    this.isDiscarding = true;
    return to;
  }

  finish(block: Buffer, start: number, to: number, isCut: boolean, batch: BatchBuilder): void {
    if (this.isDiscarding || start === to) return;
    if (isCut) batch.skip(this.line, 'the file is cut off in this line');
    else batch.add(block, start, to, this.line);
  }
}

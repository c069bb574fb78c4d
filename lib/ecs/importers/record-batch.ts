import { isUtf8 } from 'node:buffer';

/** A line that was not taken, and why. */
export interface SkippedLine {
  readonly file: string;
  /** From 1 */
  readonly line: number;
  readonly reason: string;
}

/**
 * Records of a file that lie in one block of bytes: JSON texts in valid UTF-8, not parsed yet. The block is
 * used again for later batches: it holds until the next batch is asked for.
 */
export interface RecordBatch {
  readonly block: Buffer;
  readonly count: number;
  /** Where record `i` begins and ends (exclusive) in `block`, white space around it left out. */
  readonly starts: readonly number[];
  readonly ends: readonly number[];
  /** The line on which each record begins, from 1. */
  readonly lines: readonly number[];
  /** Where `block` begins in the file, so that a record can be read again; `undefined` for a compressed file. */
  readonly blockOffset: number | undefined;
  readonly skipped: readonly SkippedLine[];
}

/** Collects one batch. */
export class BatchBuilder {
  readonly starts: number[] = [];
  readonly ends: number[] = [];
  readonly lines: number[] = [];
  readonly skipped: SkippedLine[] = [];

  constructor(private readonly file: string) {}

  /** Takes the record between `start` and `end`, if there is more than white space. */
  add(block: Buffer, start: number, end: number, line: number): void {
    while (end > start && isSpace(block[end - 1]!)) end--;
    while (start < end && isSpace(block[start]!)) start++;
    if (start === end) return;
    this.starts.push(start);
    this.ends.push(end);
    this.lines.push(line);
  }

  skip(line: number, reason: string): void {
    this.skipped.push({ file: this.file, line, reason });
  }

  /** Puts aside what is not text. The usual block is checked as a whole. */
  build(block: Buffer, blockOffset: number | undefined): RecordBatch {
    const { starts, ends, lines, skipped } = this;
    if (starts.length > 0) {
      const all = block.subarray(starts[0], ends.at(-1));
      if (!isUtf8(all) || all.includes(0)) this.dropUnreadable(block);
    }
    return { block, count: starts.length, starts, ends, lines, blockOffset, skipped };
  }

  private dropUnreadable(block: Buffer): void {
    const { starts, ends, lines } = this;
    let kept = 0;
    for (let at = 0; at < starts.length; at++) {
      const bytes = block.subarray(starts[at], ends[at]);
      const reason = bytes.includes(0)
        ? 'NUL bytes in the line'
        : isUtf8(bytes)
          ? undefined
          : 'not valid UTF-8';
      if (reason !== undefined) {
        this.skip(lines[at]!, reason);
        continue;
      }
      starts[kept] = starts[at]!;
      ends[kept] = ends[at]!;
      lines[kept] = lines[at]!;
      kept++;
    }
    starts.length = ends.length = lines.length = kept;
  }
}

/** JSON's white space. */
export function isSpace(byte: number): boolean {
  return byte === 0x20 || byte === 0x0d || byte === 0x0a || byte === 0x09;
}

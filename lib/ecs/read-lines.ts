import { DocumentSplitter } from './importers/document-splitter';
import {
  openByteSource,
  refuseOtherFormats,
  type ByteSource,
  type ReadProgress,
} from './importers/byte-source';
import { BatchBuilder, isSpace, type RecordBatch } from './importers/record-batch';
import { LineSplitter, type RecordSplitter } from './importers/record-splitter';

const BLOCK_BYTES = 1024 * 1024;
/** Room before each block for the unfinished record of the block before. */
const HEADROOM = 256 * 1024;

export interface ReadOptions {
  readonly onProgress?: ReadProgress;
  /** How much is read at once. */
  readonly blockBytes?: number;
}

/**
 * The records of a file, in batches: one JSON text per line, or the elements of a JSON array or search response, plain or gzip.
 * Nothing is decoded or parsed, so that a caller can test the bytes first. Reading stays one block ahead of the caller,
 * no further. Throws ImportFileError, after everything that stands before the fault.
 */
export async function* readRecords(
  file: string,
  { onProgress, blockBytes = BLOCK_BYTES }: ReadOptions = {},
): AsyncGenerator<RecordBatch, void> {
  const source = await openByteSource(file, onProgress);
  const size = HEADROOM + blockBytes;
  let pending: Promise<Block> | undefined;
  try {
    let spare: Buffer = Buffer.allocUnsafeSlow(size);
    let block = await readBlock(source, Buffer.allocUnsafeSlow(size));
    let start = HEADROOM + textStart(file, block);
    let from = start;
    let position = start - HEADROOM;
    const splitter = chooseSplitter(block.bytes.subarray(start, block.end));

    for (;;) {
      const { bytes, end, isLast, failure } = block;
      if (!isLast) pending = readBlock(source, spare);
      const batch = new BatchBuilder(file);
      start = splitter.split(bytes, start, from, end, batch);
      if (isLast) splitter.finish(bytes, start, end, failure !== undefined, batch);
      const built = batch.build(bytes, source.isCompressed ? undefined : position - from);
      position += end - from;
      if (built.count > 0 || built.skipped.length > 0) yield built;
      if (failure !== undefined) throw failure;
      if (pending === undefined || isLast) return;

      block = await pending;
      pending = undefined;
      spare = bytes.length === size ? bytes : Buffer.allocUnsafeSlow(size);
      const carried = end - start;
      if (carried <= HEADROOM) {
        bytes.copy(block.bytes, HEADROOM - carried, start, end);
        from = HEADROOM;
      } else {
        const added = block.bytes.subarray(HEADROOM, block.end);
        spare = block.bytes;
        block = {
          ...block,
          bytes: Buffer.concat([bytes.subarray(start, end), added]),
          end: carried + added.length,
        };
        from = carried;
      }
      start = from - carried;
    }
  } finally {
    await pending;
    await source.close();
  }
}

interface Block {
  readonly bytes: Buffer;
  readonly end: number;
  readonly isLast: boolean;
  readonly failure: Error | undefined;
}

/** Never rejects: the fault comes with the block, after what was read before it. */
async function readBlock(source: ByteSource, bytes: Buffer): Promise<Block> {
  try {
    const length = await source.read(bytes, HEADROOM);
    return { bytes, end: HEADROOM + length, isLast: length === 0, failure: undefined };
  } catch (error) {
    return { bytes, end: HEADROOM, isLast: true, failure: error as Error };
  }
}

/** The length of the byte order mark. Throws ImportFileError for text that is not UTF-8 (inside gzip as well). */
function textStart(file: string, { bytes, end }: Block): number {
  const start = bytes.subarray(HEADROOM, end);
  refuseOtherFormats(file, start);
  return start[0] === 0xef && start[1] === 0xbb && start[2] === 0xbf ? 3 : 0;
}

/** Lines, unless the text begins with an array, a search response, or an object that goes on over several lines. */
function chooseSplitter(head: Buffer): RecordSplitter {
  const first = head.findIndex((byte) => !isSpace(byte));
  if (head[first] === 0x5b) return new DocumentSplitter();
  if (head[first] !== 0x7b) return new LineSplitter();
  const newline = head.indexOf(0x0a, first);
  const lineEnd = newline === -1 ? head.length : newline;
  const probe = new DocumentSplitter();
  probe.split(head, first, first, lineEnd, new BatchBuilder(''));
  if (probe.foundHits) return new DocumentSplitter();
  if (newline === -1) return new LineSplitter();
  const previous = head.subarray(first, lineEnd).findLast((byte) => !isSpace(byte))!;
  const next = head.subarray(lineEnd).find((byte) => !isSpace(byte));
  const goesOn = next !== undefined && probe.mayContinue(previous, next);
  // The hits of a search response printed over lines show further down; the same splitter finds them.
  return goesOn ? new DocumentSplitter() : new LineSplitter();
}

import { closeSync, openSync, readSync } from 'node:fs';
import { compareCandidates, type Candidate } from './candidate';
import { writeWhole } from './source-store';
import type { TemporaryFolder } from './temporary-folder';

const READ_BYTES = 256 * 1024;
const LINES_PER_WRITE = 2_000;

/**
 * Sorts any number of candidates in bounded memory: what does not fit goes to temporary files as sorted runs, which are
 * merged while they are read.
 */
export class CandidateSorter {
  private readonly runs: string[] = [];
  private buffer: Candidate[] = [];
  private weight = 0;

  /** `limit`: about how many bytes of candidates stay in memory. */
  constructor(
    private readonly folder: TemporaryFolder,
    private readonly name: string,
    private readonly limit = 12 * 1024 * 1024,
  ) {}

  add(candidate: Candidate): void {
    this.buffer.push(candidate);
    this.weight += weigh(candidate);
    if (this.weight >= this.limit) this.writeRun();
  }

  /** All candidates in order. Call once, after the last `add`. */
  *sorted(): Generator<Candidate> {
    if (this.runs.length === 0) {
      yield* this.takeBuffer();
      return;
    }
    if (this.buffer.length > 0) this.writeRun();
    yield* merge(this.runs.map((file) => readRun(file)));
  }

  private takeBuffer(): Candidate[] {
    const sorted = this.buffer.sort(compareCandidates);
    this.buffer = [];
    this.weight = 0;
    return sorted;
  }

  private writeRun(): void {
    const sorted = this.takeBuffer();
    const file = this.folder.file(`${this.name}-${this.runs.length}`);
    const handle = openSync(file, 'w');
    try {
      for (let from = 0; from < sorted.length; from += LINES_PER_WRITE) {
        const lines = sorted
          .slice(from, from + LINES_PER_WRITE)
          .map((candidate) => `${JSON.stringify(candidate, writeValue)}\n`);
        writeWhole(handle, Buffer.from(lines.join('')));
      }
    } finally {
      closeSync(handle);
    }
    this.runs.push(file);
  }
}

/** Memory of a candidate, roughly: objects and strings of V8. */
function weigh(candidate: Candidate): number {
  let bytes = 320;
  for (const { hits } of candidate.rules) {
    bytes += 80;
    for (const { keys } of hits) {
      bytes += 80;
      for (const key of keys) for (const value of key) bytes += 40 + (value?.length ?? 0);
    }
  }
  return bytes;
}

/** JSON has no bigint; a tiebreaker and the marks of exceptions can be one. */
function writeValue(_key: string, value: unknown): unknown {
  return typeof value === 'bigint' ? { bigint: String(value) } : value;
}

const BIGINT = '{"bigint":"';

function readCandidate(line: string): Candidate {
  return JSON.parse(line, line.includes(BIGINT) ? readValue : undefined) as Candidate;
}

function readValue(_key: string, value: unknown): unknown {
  const isBigint = typeof value === 'object' && value !== null && 'bigint' in value;
  return isBigint ? BigInt(String(value.bigint)) : value;
}

function* readRun(file: string): Generator<Candidate> {
  const handle = openSync(file, 'r');
  try {
    const block = Buffer.allocUnsafe(READ_BYTES);
    let rest: Buffer = Buffer.alloc(0);
    for (let read = readSync(handle, block); read > 0; read = readSync(handle, block)) {
      const bytes = Buffer.concat([rest, block.subarray(0, read)]);
      let start = 0;
      for (let end = bytes.indexOf(10); end >= 0; end = bytes.indexOf(10, start)) {
        yield readCandidate(bytes.toString('utf8', start, end));
        start = end + 1;
      }
      rest = bytes.subarray(start);
    }
  } finally {
    closeSync(handle);
  }
}

interface Head {
  candidate: Candidate;
  readonly rest: Iterator<Candidate>;
}

/** Merges sorted streams by a binary heap of their next candidates. */
function* merge(streams: readonly Iterator<Candidate>[]): Generator<Candidate> {
  const heap: Head[] = [];
  for (const rest of streams) {
    const next = rest.next();
    if (!next.done) heap.push({ candidate: next.value, rest });
  }
  for (let at = (heap.length >> 1) - 1; at >= 0; at -= 1) sink(heap, at);
  for (let top = heap[0]; top; top = heap[0]) {
    yield top.candidate;
    const next = top.rest.next();
    if (!next.done) {
      top.candidate = next.value;
    } else {
      const last = heap.pop();
      if (last && last !== top) heap[0] = last;
    }
    sink(heap, 0);
  }
}

function sink(heap: Head[], start: number): void {
  for (let at = start; ;) {
    const left = heap[at * 2 + 1];
    const right = heap[at * 2 + 2];
    const current = heap[at];
    if (!current || !left) return;
    const isRight = right !== undefined && compareCandidates(right.candidate, left.candidate) < 0;
    const child = isRight ? right : left;
    if (compareCandidates(current.candidate, child.candidate) <= 0) return;
    const childAt = at * 2 + (isRight ? 2 : 1);
    heap[at] = child;
    heap[childAt] = current;
    at = childAt;
  }
}

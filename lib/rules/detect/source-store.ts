import { closeSync, openSync, readSync, writeSync } from 'node:fs';
import { isJsonObject, parseJson, stringifyJson, type JsonObject } from '@/lib/ecs/json';
import type { TemporaryFolder } from './temporary-folder';

/** Where an event's source can be read again: file number (or -1 for the spill file), byte offset and length. */
export type SourceRef = readonly [file: number, offset: number, length: number];

const SPILL = -1;
const FLUSH_BYTES = 1024 * 1024;
/** Sequences in a row share events, so the last sources read are kept parsed. */
const KEPT_SOURCES = 256;

/**
 * Keeps the sources of candidates out of memory: a plain uncompressed file is read again where it lies, everything else is
 * written once to a spill file.
 */
export class SourceStore {
  private readonly handles = new Map<number, number>();
  private readonly recent = new Map<string, JsonObject>();
  private spill: number | undefined;
  private spilled = 0;
  private readBuffer = Buffer.allocUnsafeSlow(64 * 1024);
  private pending: Buffer[] = [];
  private pendingBytes = 0;

  constructor(
    private readonly files: readonly string[],
    private readonly folder: TemporaryFolder,
  ) {}

  /** Keeps a source in the spill file. */
  keep(source: JsonObject): SourceRef {
    const bytes = Buffer.from(stringifyJson(source));
    const ref: SourceRef = [SPILL, this.spilled, bytes.length];
    this.spilled += bytes.length;
    this.pending.push(bytes);
    this.pendingBytes += bytes.length;
    if (this.pendingBytes >= FLUSH_BYTES) this.flush();
    return ref;
  }

  read(ref: SourceRef): JsonObject {
    const name = `${ref[0]} ${ref[1]}`;
    const known = this.recent.get(name);
    if (known) return known;
    const source = this.load(ref);
    this.recent.set(name, source);
    const [oldest] = this.recent.keys();
    if (this.recent.size > KEPT_SOURCES && oldest !== undefined) this.recent.delete(oldest);
    return source;
  }

  private load([file, offset, length]: SourceRef): JsonObject {
    this.flush();
    const handle = file === SPILL ? this.spill : this.open(file);
    if (handle === undefined) throw new Error('invariant: nothing was spilled');
    if (this.readBuffer.length < length) this.readBuffer = Buffer.allocUnsafeSlow(length * 2);
    const bytes = this.readBuffer;
    if (readSync(handle, bytes, 0, length, offset) < length)
      throw new Error(`${this.files[file] ?? 'temporary file'} changed while it was read`);
    const source = parseJson(bytes.toString('utf8', 0, length));
    if (!isJsonObject(source))
      throw new Error(`${this.files[file] ?? 'temporary file'} changed while it was read`);
    return source;
  }

  close(): void {
    for (const handle of this.handles.values()) closeSync(handle);
    this.handles.clear();
    if (this.spill !== undefined) closeSync(this.spill);
    this.spill = undefined;
  }

  private open(file: number): number {
    const known = this.handles.get(file);
    if (known !== undefined) return known;
    const handle = openSync(this.files[file] ?? '', 'r');
    this.handles.set(file, handle);
    return handle;
  }

  private flush(): void {
    if (this.pending.length === 0) return;
    this.spill ??= openSync(this.folder.file('sources'), 'w+');
    writeWhole(this.spill, Buffer.concat(this.pending));
    this.pending = [];
    this.pendingBytes = 0;
  }
}

/** Appends all bytes; a single write may take fewer. */
export function writeWhole(handle: number, bytes: Buffer): void {
  for (let at = 0; at < bytes.length;) at += writeSync(handle, bytes, at);
}

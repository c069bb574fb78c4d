import type { BatchBuilder } from './record-batch';
import { MAX_RECORD_BYTES, type RecordSplitter } from './record-splitter';

const NEWLINE = 0x0a;
const QUOTE = 0x22;
const COMMA = 0x2c;
const OPEN_ARRAY = 0x5b;
const BACKSLASH = 0x5c;
const CLOSE_ARRAY = 0x5d;
const OPEN_OBJECT = 0x7b;
const CLOSE_OBJECT = 0x7d;

/**
 * Records of JSON that does not keep to lines: the elements of an array, the hits of an Elasticsearch search response,
 * or objects written over several lines one after the other. Only brackets and strings are looked at; whether a record
 * is JSON shows when it is parsed. A record's line is the one on which it begins.
 */
export class DocumentSplitter implements RecordSplitter {
  /** Whether the records are the `hits.hits` of a search response. */
  foundHits = false;

  private line = 1;
  /** Where the open record begins in the block, or -1. */
  private recordStart = -1;
  private recordLine = 1;
  /** An open record that nobody gets: too long, or the rest of a search response. */
  private isDropped = false;
  /** Brackets open inside the record, by the byte that closes each. */
  private readonly closers: number[] = [];
  private isInArray = false;
  /** Brackets around `hits.hits`. */
  private readonly outerClosers: number[] = [];

  private isInString = false;
  private isEscaped = false;
  private stringStart = 0;
  /** Whether the last string at depth 1 or 2 was "hits", and whether the object at depth 2 is its value. */
  private isHitsKey = false;
  private isInHitsObject = false;

  split(block: Buffer, start: number, from: number, to: number, batch: BatchBuilder): number {
    if (this.recordStart !== -1) {
      this.stringStart += start - this.recordStart;
      this.recordStart = start;
    }
    for (let at = from; at < to; at++) {
      const byte = block[at]!;
      if (this.isInString) this.readString(block, at, byte, batch);
      else if (byte === NEWLINE) this.readNewline(block, at, batch);
      else this.readByte(block, at, byte, batch);
    }
    if (this.recordStart === -1) return to;
    if (to - this.recordStart <= MAX_RECORD_BYTES) return this.recordStart;
    batch.skip(this.recordLine, `longer than ${MAX_RECORD_BYTES / 1024 / 1024} MB`);
    this.recordStart = -1;
    this.isDropped = true;
    return to;
  }

  finish(block: Buffer, start: number, to: number, isCut: boolean, batch: BatchBuilder): void {
    if (this.isScalar && !this.isInString && !isCut) {
      this.recordStart = start;
      this.endRecord(block, to, batch);
    } else if (this.recordStart !== -1) {
      batch.skip(this.recordLine, 'the JSON value that begins on this line is not closed');
    } else if (this.isInArray || this.isDropped) {
      batch.skip(this.line, 'the file ends before its JSON does');
    }
  }

  /** Whether a value is open here that the next line, beginning with `next`, may go on with. */
  mayContinue(previous: number, next: number): boolean {
    const closer = this.closers.at(-1);
    if (closer === undefined || this.isInString || this.recordStart === -1) return false;
    const isClosing = next === CLOSE_OBJECT || next === CLOSE_ARRAY;
    switch (previous) {
      case OPEN_OBJECT:
        return next === QUOTE || next === CLOSE_OBJECT;
      case COMMA:
        return closer === CLOSE_OBJECT ? next === QUOTE : next !== COMMA && !isClosing;
      case OPEN_ARRAY:
        return next !== COMMA && next !== CLOSE_OBJECT;
      case 0x3a:
        return next !== COMMA && !isClosing;
      default:
        return next === COMMA || next === closer;
    }
  }

  private get isOutside(): boolean {
    return this.recordStart === -1 && !this.isDropped;
  }

  /** A number, word or string that stands where a record is expected. */
  private get isScalar(): boolean {
    return this.recordStart !== -1 && this.closers.length === 0;
  }

  private readString(block: Buffer, at: number, byte: number, batch: BatchBuilder): void {
    if (byte === NEWLINE) {
      this.breakRecord(batch);
    } else if (this.isEscaped) {
      this.isEscaped = false;
    } else if (byte === BACKSLASH) {
      this.isEscaped = true;
    } else if (byte === QUOTE) {
      this.isInString = false;
      if (this.closers.length <= 2 && this.recordStart !== -1) {
        this.isHitsKey = block.toString('latin1', this.stringStart, at) === 'hits';
      }
    }
  }

  private readNewline(block: Buffer, at: number, batch: BatchBuilder): void {
    if (this.isScalar) this.endRecord(block, at, batch);
    this.line++;
  }

  private readByte(block: Buffer, at: number, byte: number, batch: BatchBuilder): void {
    switch (byte) {
      case QUOTE:
        if (this.isOutside) this.beginRecord(at);
        this.isInString = true;
        this.stringStart = at + 1;
        break;
      case OPEN_OBJECT:
      case OPEN_ARRAY:
        if (this.isScalar) this.endRecord(block, at, batch);
        this.open(byte, at);
        break;
      case CLOSE_OBJECT:
      case CLOSE_ARRAY:
        if (this.isScalar) this.endRecord(block, at, batch);
        this.close(block, byte, at, batch);
        break;
      case COMMA:
        this.isHitsKey = false;
        if (this.isScalar) this.endRecord(block, at, batch);
        break;
      case 0x20:
      case 0x09:
      case 0x0d:
        break;
      default:
        if (this.isOutside) this.beginRecord(at);
    }
  }

  private open(byte: number, at: number): void {
    if (this.isOutside) {
      if (byte === OPEN_ARRAY && !this.isInArray) {
        this.isInArray = true;
        return;
      }
      this.beginRecord(at);
    } else if (byte === OPEN_ARRAY && this.isAtHits()) {
      this.outerClosers.push(...this.closers.splice(0));
      this.recordStart = -1;
      this.isInArray = true;
      this.foundHits = true;
      return;
    } else if (this.closers.length === 1) {
      this.isInHitsObject = this.isHitsKey && byte === OPEN_OBJECT;
    }
    this.isHitsKey = false;
    this.closers.push(byte === OPEN_OBJECT ? CLOSE_OBJECT : CLOSE_ARRAY);
  }

  private isAtHits(): boolean {
    return this.isHitsKey && this.isInHitsObject && !this.isInArray && this.closers.length === 2;
  }

  private close(block: Buffer, byte: number, at: number, batch: BatchBuilder): void {
    if (this.isOutside) {
      if (byte !== CLOSE_ARRAY || !this.isInArray) return;
      this.isInArray = false;
      this.isDropped = this.outerClosers.length > 0;
      this.closers.push(...this.outerClosers.splice(0));
      return;
    }
    // A bracket that closes another one: the record is broken, and ends here.
    const isBroken = this.closers.pop() !== byte;
    if (isBroken || this.closers.length === 0) this.endRecord(block, at + 1, batch);
  }

  private beginRecord(at: number): void {
    this.recordStart = at;
    this.recordLine = this.line;
    this.isHitsKey = false;
    this.isInHitsObject = false;
  }

  private endRecord(block: Buffer, end: number, batch: BatchBuilder): void {
    if (this.recordStart !== -1) batch.add(block, this.recordStart, end, this.recordLine);
    this.recordStart = -1;
    this.isDropped = false;
    this.closers.length = 0;
  }

  /** A line ends inside a string, which JSON forbids: records may begin again on the next line. */
  private breakRecord(batch: BatchBuilder): void {
    if (!this.isDropped)
      batch.skip(this.recordLine, 'a string is not closed at the end of its line');
    this.recordStart = -1;
    this.isDropped = false;
    this.closers.length = 0;
    this.isInString = false;
    this.isEscaped = false;
    this.line++;
  }
}

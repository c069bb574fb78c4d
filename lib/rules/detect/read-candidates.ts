import { firstOf } from '@/lib/ecs/event-text';
import { contentHash } from '@/lib/ecs/importers/content-id';
import {
  isSkipped,
  mayConvert,
  openImport,
  type FileImport,
} from '@/lib/ecs/importers/import-file';
import { ImportFileError } from '@/lib/ecs/importers/import-file-error';
import { parseRecord } from '@/lib/ecs/importers/parse-record';
import type { RecordBatch, SkippedLine } from '@/lib/ecs/importers/record-batch';
import type { JsonObject } from '@/lib/ecs/json';
import { readRecords } from '@/lib/ecs/read-lines';
import type { Candidate, RuleHits } from './candidate';
import type { DetectionRule, EventFields } from './detection-rule';
import { RawFilter } from './raw-filter';
import type { SourceStore } from './source-store';

/**
 * So much of each file is parsed line by line whatever the rules look for, so that a file that is no JSON inside is found
 * out. Behind it, lines that the raw filter rules out are looked at only from both ends, and counted as unparsed.
 */
const FULLY_PARSED_BYTES = 64 * 1024 * 1024;
/** A caller learns of so many unreadable lines a file; the rest is counted. */
const MAX_LISTED_LINES = 10_000;

/** What reading the files found. Filled while they are read. */
export interface ReadReport {
  events: number;
  unparsed: number;
  skippedCount: number;
  readonly skipped: SkippedLine[];
  readonly failures: ImportFileError[];
  readonly files: {
    readonly file: string;
    readonly evidence: string;
    readonly timeNotes: readonly string[];
  }[];
}

/** The report on no file yet. */
export function emptyReport(): ReadReport {
  return { events: 0, unparsed: 0, skippedCount: 0, skipped: [], failures: [], files: [] };
}

export type Progress = (file: string, bytesRead: number, bytesTotal: number) => void;

/** Reads files as one stream and hands over what some rule can use; drops the rest at once. */
export class CandidateReader {
  readonly report = emptyReport();
  private readonly filter: RawFilter | undefined;
  private readonly rulesByIndex = new Map<string, readonly number[]>();

  constructor(
    private readonly rules: readonly DetectionRule[],
    private readonly fields: EventFields,
    private readonly sources: SourceStore,
    private readonly take: (candidate: Candidate) => void,
    private readonly fullyParsedBytes = FULLY_PARSED_BYTES,
  ) {
    const literals = rules.map((rule) => rule.literals);
    const isComplete = literals.every((texts) => texts !== undefined);
    this.filter = isComplete
      ? new RawFilter([...new Set(literals.flatMap((texts) => texts ?? []))])
      : undefined;
  }

  /** Reads one file to its end. A file that cannot be read is noted in the report. */
  async read(file: string, number: number, onProgress?: Progress): Promise<void> {
    const progress =
      onProgress && ((read: number, total: number): void => onProgress(file, read, total));
    try {
      const opened = await openImport(file, progress ? { onProgress: progress } : {});
      let bytes = 0;
      for await (const batch of readRecords(file, progress ? { onProgress: progress } : {})) {
        this.readBatch(batch, opened, number, bytes < this.fullyParsedBytes);
        bytes += batch.block.length;
      }
      this.report.files.push({ file, evidence: opened.evidence, timeNotes: opened.timeNotes });
    } catch (error) {
      if (!(error instanceof ImportFileError)) throw error;
      this.report.failures.push(error);
    }
  }

  private readBatch(
    batch: RecordBatch,
    opened: FileImport,
    number: number,
    parseAll: boolean,
  ): void {
    for (const line of batch.skipped) this.skip(line);
    const isFiltered = this.filter && !opened.needsParse && !parseAll && !mayConvert(batch.block);
    const flags = isFiltered ? this.filter.test(batch) : undefined;
    for (let record = 0; record < batch.count; record += 1) {
      if (flags && flags[record] === 0 && looksWhole(batch, record)) {
        this.report.events += 1;
        this.report.unparsed += 1;
      } else {
        this.readRecord(batch, record, opened, number);
      }
    }
  }

  private readRecord(batch: RecordBatch, record: number, opened: FileImport, number: number): void {
    const start = batch.starts[record] ?? 0;
    const end = batch.ends[record] ?? 0;
    const line = batch.lines[record] ?? 0;
    const parsed = parseRecord(batch, record);
    const event = opened.toEvent(parsed);
    if (isSkipped(event)) {
      this.skip({ file: opened.file, line, reason: event.skip });
      return;
    }
    this.report.events += 1;
    const { index, id, source } = event;
    const rules = this.hitsOf(index, source);
    if (rules.length === 0) return;
    const isAsRead = source === parsed && batch.blockOffset !== undefined;
    const offset = (batch.blockOffset ?? 0) + start;
    this.place(opened.file, rules, source, {
      index,
      id: id ?? contentHash(batch.block.subarray(start, end)),
      hasOwnId: id !== undefined,
      file: number,
      line,
      source: isAsRead ? [number, offset, end - start] : this.sources.keep(source),
    });
  }

  private hitsOf(index: string, source: JsonObject): RuleHits[] {
    const found: RuleHits[] = [];
    for (const rule of this.rulesFor(index)) {
      const definition = this.rules[rule];
      const taken = definition?.query.hits(source) ?? [];
      if (!definition || taken.length === 0) continue;
      const hits = definition.exceptions.judge(source, taken);
      if (hits.length > 0) found.push({ rule, hits });
    }
    return found;
  }

  private rulesFor(index: string): readonly number[] {
    const known = this.rulesByIndex.get(index);
    if (known) return known;
    const taking = this.rules.flatMap((rule, number) => (rule.takesIndex(index) ? [number] : []));
    this.rulesByIndex.set(index, taking);
    return taking;
  }

  /** Rules that order events by other fields get a candidate of their own. */
  private place(
    file: string,
    rules: readonly RuleHits[],
    source: JsonObject,
    rest: Omit<Candidate, 'timestamp' | 'tiebreaker' | 'rules'>,
  ): void {
    const groups = Map.groupBy(rules, ({ rule }) => orderingOf(this.rules[rule]));
    for (const group of groups.values()) {
      const first = this.rules[group[0]?.rule ?? 0];
      if (!first) continue;
      const timestamp = firstOf(this.fields.reader(first.timestampField)(source));
      if (typeof timestamp !== 'number') {
        this.skip({
          file,
          line: rest.line,
          reason: `no readable ${first.timestampField}, by which "${first.rule.name}" orders events`,
        });
        continue;
      }
      const tiebreaker = firstOf(this.fields.reader(first.tiebreakerField)(source));
      this.take({ ...rest, timestamp, tiebreaker, rules: group });
    }
  }

  private skip(line: SkippedLine): void {
    this.report.skippedCount += 1;
    if (this.report.skipped.length < MAX_LISTED_LINES) this.report.skipped.push(line);
  }
}

/** Rules with the same ordering share one sorted stream. */
export function orderingOf(rule: DetectionRule | undefined): string {
  return `${rule?.timestampField ?? ''} ${rule?.tiebreakerField ?? ''}`;
}

/** A record that is not parsed must at least begin and end as an object does. */
function looksWhole(batch: RecordBatch, record: number): boolean {
  return (
    batch.block[batch.starts[record] ?? 0] === 0x7b &&
    batch.block[(batch.ends[record] ?? 1) - 1] === 0x7d
  );
}

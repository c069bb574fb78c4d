import { isJsonObject, JsonError, type JsonValue } from '../json';
import { parseDate } from '../dates';
import { readRecords } from '../read-lines';
import { describeCount } from './describe-count';
import { describeShape, sampleShapes, type FileShape, type ShapeSample } from './detect-shape';
import { ImportFileError } from './import-file-error';
import { LocalClocks } from './local-clocks';
import { describeNoObject, parseRecord } from './parse-record';
import type { ReadProgress } from './byte-source';
import { readUtcTime } from './windows-time';

/** What has to be known of a file before its first event can be read. */
export interface FilePlan {
  readonly shape: FileShape;
  /** What the shape was found by. */
  readonly evidence: string;
  /** Which times the events get and how many of them, where they had to be worked out. */
  readonly timeNotes: readonly string[];
  readonly sample: ShapeSample;
  readonly clocks: LocalClocks;
}

const SAMPLE_RECORDS = 200;
/** How far to look for the first record that is JSON. */
const MOST_UNREADABLE = 100_000;

/**
 * Finds a file's shape from its first records. Files with Windows events that have to be converted are read once as a
 * whole, for the clocks of their hosts. Throws ImportFileError for a file without a single JSON object.
 */
export async function planFile(file: string, onProgress?: ReadProgress): Promise<FilePlan> {
  const sample = sampleShapes(await readSample(file));
  const clocks = new LocalClocks();
  const isConverted = sample.nxlog + sample.exports > 0;
  if (isConverted) await readClocks(file, clocks, onProgress);
  return {
    ...describeShape(sample, clocks.isTwelveHour),
    timeNotes: isConverted
      ? clocks.notes(sample.nxlog >= sample.exports ? 'EventTime' : 'TimeCreated')
      : [],
    sample,
    clocks,
  };
}

async function readSample(file: string): Promise<JsonValue[]> {
  const values: JsonValue[] = [];
  let unreadable = 0;
  let firstReason = '';
  const isEnough = () => values.length >= SAMPLE_RECORDS || unreadable >= MOST_UNREADABLE;
  try {
    for await (const batch of readRecords(file)) {
      const { count, lines, skipped } = batch;
      unreadable += skipped.length;
      if (skipped[0]) firstReason ||= `line ${skipped[0].line}: ${skipped[0].reason}`;
      for (let at = 0; at < count && !isEnough(); at++) {
        const value = parseRecord(batch, at);
        if (!(value instanceof JsonError) && isJsonObject(value)) {
          values.push(value);
        } else {
          unreadable++;
          firstReason ||= `line ${lines[at]}: ${describeNoObject(value)}`;
        }
      }
      if (isEnough()) break;
    }
  } catch (error) {
    // The fault comes after what can be read; who reads the whole file meets it again.
    if (values.length === 0 || !(error instanceof ImportFileError)) throw error;
  }
  if (values.length > 0) return values;
  if (unreadable === 0) {
    throw new ImportFileError(file, 'The file is empty', 'Export the events again.');
  }
  throw new ImportFileError(
    file,
    `This is not JSON: none of the first ${describeCount(unreadable, 'record')} is a JSON object (${firstReason})`,
    'Give events as JSON lines, as a JSON array, or either of them gzipped.',
  );
}

const UTC_TIME = /"UtcTime"\s*:\s*"([^"]*)"/;
const LOCAL_TIME = /"(?:EventTime|TimeCreated)"\s*:\s*"([^"]*)"/;
const HOSTNAME = /"Hostname"\s*:\s*"([^"]*)"/;
const STAMP = /"@timestamp"\s*:\s*"([^"]*)"/;

/** Looks at the text only: parsing every event twice would double the cost of an import. */
async function readClocks(
  file: string,
  clocks: LocalClocks,
  onProgress: ReadProgress | undefined,
): Promise<void> {
  try {
    for await (const { block, count, starts, ends } of readRecords(file, { onProgress })) {
      for (let at = 0; at < count; at++) {
        const text = block.toString('utf8', starts[at], ends[at]);
        if (!text.includes('"EventID"')) continue;
        const stamp = STAMP.exec(text)?.[1];
        clocks.observe({
          host: HOSTNAME.exec(text)?.[1],
          utc: readUtcTime(UTC_TIME.exec(text)?.[1]),
          local: LOCAL_TIME.exec(text)?.[1],
          isStamped: stamp !== undefined && parseDate(stamp) !== undefined,
        });
      }
    }
  } catch (error) {
    if (!(error instanceof ImportFileError)) throw error;
  }
}

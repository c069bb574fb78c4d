import { buildAlert, type DetectedAlert } from '@/lib/alerts/build-alert';
import {
  applyPipes,
  bitsOf,
  keyToText,
  SampleCollector,
  SequenceMatcher,
  type JoinKey,
} from '@/lib/eql';
import { identify, type Candidate } from './candidate';
import { CandidateSorter } from './candidate-sorter';
import type { DetectionRule, EventFields } from './detection-rule';
import { CandidateReader, orderingOf, type Progress, type ReadReport } from './read-candidates';
import { SourceStore } from './source-store';
import { TemporaryFolder } from './temporary-folder';

export interface DetectOptions {
  readonly onProgress?: Progress;
  /** So much of each file is parsed whatever the rules look for; see `CandidateReader`. */
  readonly fullyParsedBytes?: number;
  /** About how many bytes of candidates are sorted in memory before they go to a temporary file. */
  readonly sortBytes?: number;
}

/** What a rule found, before the events are fetched. */
interface Finding {
  readonly key: JoinKey;
  readonly events: readonly (Candidate | null)[];
  /** Numbers of the exception items that forbid it. */
  readonly hiddenBy: readonly number[];
}

/**
 * Runs rules over files once: all files are one stream. Gives alerts in order of completion and, at the end, the report on
 * the files. Memory is bounded: what no stage takes is dropped while reading, the rest is sorted by external merge as keys
 * and places, and an event's source is read again when an alert needs it.
 */
export async function* detectInFiles(
  files: readonly string[],
  rules: readonly DetectionRule[],
  fields: EventFields,
  options: DetectOptions = {},
): AsyncGenerator<DetectedAlert, ReadReport> {
  const folder = new TemporaryFolder();
  const sources = new SourceStore(files, folder);
  try {
    const sorters = new Map<string, CandidateSorter>();
    for (const ordering of new Set(rules.map(orderingOf)))
      sorters.set(ordering, new CandidateSorter(folder, `run-${sorters.size}`, options.sortBytes));
    const reader = new CandidateReader(
      rules,
      fields,
      sources,
      (candidate) => {
        sorters.get(orderingOf(rules[candidate.rules[0]?.rule ?? 0]))?.add(candidate);
      },
      options.fullyParsedBytes,
    );
    for (const [number, file] of files.entries())
      await reader.read(file, number, options.onProgress);
    for (const sorter of sorters.values()) {
      for (const { rule, finding } of match(identify(sorter.sorted()), rules))
        yield toAlert(rule, finding, sources);
    }
    return reader.report;
  } finally {
    sources.close();
    folder.dispose();
  }
}

function toAlert(rule: DetectionRule, finding: Finding, sources: SourceStore): DetectedAlert {
  const stages = finding.events.map((candidate, place) => ({
    query: rule.stageTexts[place] ?? '',
    event: candidate && {
      _index: candidate.index,
      _id: candidate.id,
      _source: sources.read(candidate.source),
    },
    timestamp: candidate?.timestamp,
  }));
  const hiddenBy = finding.hiddenBy.map((item) => rule.exceptions.items[item]?.item_id ?? '');
  return buildAlert(rule.rule, finding.key, stages, hiddenBy);
}

interface RuleFinding {
  readonly rule: DetectionRule;
  readonly finding: Finding;
}

function* match(
  ordered: Iterable<Candidate>,
  rules: readonly DetectionRule[],
): Generator<RuleFinding> {
  const runs = rules.map(startRun);
  for (const candidate of ordered) {
    for (const { rule, hits } of candidate.rules) {
      const run = runs[rule];
      const definition = rules[rule];
      if (!run || !definition) continue;
      for (const finding of run.push(candidate, hits)) yield { rule: definition, finding };
    }
  }
  for (const [number, rule] of rules.entries()) {
    for (const finding of runs[number]?.finish() ?? []) yield { rule, finding };
  }
}

interface Run {
  push(candidate: Candidate, hits: Candidate['rules'][number]['hits']): readonly Finding[];
  finish(): readonly Finding[];
}

function startRun({ query, exceptions }: DetectionRule): Run {
  const run =
    query.kind === 'event'
      ? eventRun()
      : query.kind === 'sample'
        ? sampleRun(query.stages.length, query.keyTypes, exceptions.items.length)
        : sequenceRun(query.plan, exceptions.items.length);
  return query.pipes.length === 0 ? run : pipedRun(run, query.pipes);
}

function eventRun(): Run {
  return {
    push: (candidate, hits) => [
      { key: [], events: [candidate], hiddenBy: bitsOf(hits[0]?.excepted ?? 0n) },
    ],
    finish: () => [],
  };
}

function sequenceRun(plan: DetectionRule['query']['plan'], exceptionItems: number): Run {
  const matcher = new SequenceMatcher<Candidate>({ ...plan, exceptionItems });
  return {
    push: (candidate, hits) =>
      matcher.push({ timestamp: candidate.timestamp, hits, event: candidate }),
    finish: () => matcher.finish(),
  };
}

/** So many samples of a key are looked at for one that no exception forbids. */
const SAMPLES_TRIED = 100;

/** One sample per key: the first that is allowed, else the first as hidden. */
function sampleRun(
  stages: number,
  keyTypes: DetectionRule['query']['keyTypes'],
  exceptionItems: number,
): Run {
  const collector = new SampleCollector<{ candidate: Candidate; excepted: readonly bigint[] }>({
    stages,
    keyTypes,
    maxSamplesPerKey: exceptionItems === 0 ? 1 : SAMPLES_TRIED,
  });
  return {
    push(candidate, hits) {
      const excepted: bigint[] = [];
      for (const hit of hits) excepted[hit.stage] = hit.excepted ?? 0n;
      collector.push(hits, { candidate, excepted });
      return [];
    },
    finish() {
      const tried = collector.finish().map(({ key, events }): Finding => {
        const marks = events.map(({ excepted }, stage) => excepted[stage] ?? 0n);
        const forbidding = marks.reduce((mask, mark) => mask & mark, marks[0] ?? 0n);
        return {
          key,
          events: events.map(({ candidate }) => candidate),
          hiddenBy: bitsOf(forbidding),
        };
      });
      const byKey = Map.groupBy(tried, ({ key }) => keyToText(key));
      return [...byKey.values()].flatMap(
        (samples) => samples.find(({ hiddenBy }) => hiddenBy.length === 0) ?? samples.slice(0, 1),
      );
    },
  };
}

/** `head` and `tail` need all results. */
function pipedRun(run: Run, pipes: DetectionRule['query']['pipes']): Run {
  const found: Finding[] = [];
  return {
    push(candidate, hits) {
      found.push(...run.push(candidate, hits));
      return [];
    },
    finish: () => applyPipes([...found, ...run.finish()], pipes),
  };
}

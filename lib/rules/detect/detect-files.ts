import { buildAlert, type DetectedAlert } from '@/lib/alerts/build-alert';
import { applyPipes, SampleCollector, SequenceMatcher, type JoinKey } from '@/lib/eql';
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
  return buildAlert(rule.rule, finding.key, stages);
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

function startRun({ query }: DetectionRule): Run {
  const run =
    query.kind === 'event'
      ? eventRun()
      : query.kind === 'sample'
        ? sampleRun(query.stages.length, query.keyTypes)
        : sequenceRun(query.plan);
  return query.pipes.length === 0 ? run : pipedRun(run, query.pipes);
}

function eventRun(): Run {
  return { push: (candidate) => [{ key: [], events: [candidate] }], finish: () => [] };
}

function sequenceRun(plan: DetectionRule['query']['plan']): Run {
  const matcher = new SequenceMatcher<Candidate>(plan);
  return {
    push: (candidate, hits) =>
      matcher.push({ timestamp: candidate.timestamp, hits, event: candidate }),
    finish: () => matcher.finish(),
  };
}

function sampleRun(stages: number, keyTypes: DetectionRule['query']['keyTypes']): Run {
  const collector = new SampleCollector<Candidate>({ stages, keyTypes, maxSamplesPerKey: 1 });
  return {
    push(candidate, hits) {
      collector.push(hits, candidate);
      return [];
    },
    finish: () => collector.finish(),
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

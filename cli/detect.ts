import { readFileSync, statSync } from 'node:fs';
import type { DetectedAlert } from '@/lib/alerts/build-alert';
import { stringifyJson, type JsonValue } from '@/lib/ecs/json';
import { EqlError, type EqlProblem } from '@/lib/eql';
import { parseExceptionItems, type ExceptionItem } from '@/lib/exceptions/exception-item';
import { detectInFiles } from '@/lib/rules/detect/detect-files';
import { compileRule, EventFields, type DetectionRule } from '@/lib/rules/detect/detection-rule';
import { emptyReport, type ReadReport } from '@/lib/rules/detect/read-candidates';
import { builtInRulesFolder, loadRules } from '@/lib/rules/load-rules';
import { formatQueryProblem } from '@/lib/rules/rule-query';
import { formatRuleProblem, notRunReason, type RuleProblem } from '@/lib/rules/rule-schema';
import { readArguments } from './arguments';
import { CommandError, UsageError } from './command-error';
import { formatAlert } from './format-alert';
import { counted, say, writeOut } from './output';
import { ProgressLine } from './progress-line';

/** `watchfloor detect`. Answers the exit code. */
export async function detectCommand(args: string[]): Promise<number> {
  const { values, positionals } = readArguments(args, {
    rule: { type: 'string', multiple: true },
    exceptions: { type: 'string' },
    json: { type: 'boolean', default: false },
    verbose: { type: 'boolean', default: false },
  });
  if (positionals.length === 0)
    throw new UsageError('No file to look at.', 'Write: watchfloor detect FILE..');
  const startedAt = performance.now();
  const fields = new EventFields();
  const exceptions = values.exceptions === undefined ? [] : readExceptions(values.exceptions);
  const { rules, failed } = await prepareRules(
    values.rule ?? [builtInRulesFolder()],
    fields,
    exceptions,
  );
  const output = values.json ? new JsonOutput() : new TextOutput();
  if (rules.length === 0) {
    say('No rule to run. Name one with --rule FILE, or a folder of rules.');
    if (values.json) await output.end(emptyReport(), { rules: 0, seconds: 0 });
    return 1;
  }
  const progress = new ProgressLine(totalBytes(positionals));
  const run = detectInFiles(positionals, rules, fields, {
    onProgress: (file, read) => progress.update(file, read),
  });
  for (;;) {
    const next = await run.next();
    progress.clear();
    if (next.done) {
      reportFiles(next.value, values.verbose);
      await output.end(next.value, {
        rules: rules.length,
        seconds: (performance.now() - startedAt) / 1_000,
      });
      return failed || next.value.failures.length > 0 ? 1 : 0;
    }
    await output.alert(next.value);
  }
}

async function prepareRules(
  paths: readonly string[],
  fields: EventFields,
  exceptions: readonly ExceptionItem[],
): Promise<{ rules: DetectionRule[]; failed: boolean }> {
  const loaded = await loadRules(paths);
  const problems: RuleProblem[] = [
    ...loaded.problems,
    ...loaded.rules.flatMap((entry) => entry.problems),
  ];
  const rules: DetectionRule[] = [];
  let failed = problems.some(({ level }) => level === 'error');
  for (const problem of problems) if (problem.level !== 'note') say(formatRuleProblem(problem));
  for (const entry of loaded.rules) {
    const { rule } = entry;
    if (rule.type !== 'eql') {
      say(`${rule.name}: ${notRunReason(rule) ?? 'not run'}`);
      continue;
    }
    const tell = (problem: EqlProblem): void => say(formatQueryProblem(problem, rule, entry));
    try {
      const compiled = compileRule(rule, fields, {
        items: exceptions,
        now: Date.now(),
      });
      compiled.warnings.forEach(tell);
      rules.push(compiled);
    } catch (error) {
      if (!(error instanceof EqlError)) throw error;
      failed = true;
      error.problems.forEach(tell);
    }
  }
  return { rules, failed };
}

/** The exception items of a file. Throws CommandError. */
function readExceptions(file: string): ExceptionItem[] {
  try {
    return parseExceptionItems(JSON.parse(readFileSync(file, 'utf8')));
  } catch (error) {
    const reason = error instanceof Error ? error.message : String(error);
    throw new CommandError(`${file}: ${reason}`, 'It is to be a JSON array of exception items.', {
      cause: error,
    });
  }
}

function totalBytes(files: readonly string[]): number {
  return files.reduce(
    (sum, file) => sum + (statSync(file, { throwIfNoEntry: false })?.size ?? 0),
    0,
  );
}

const SHOWN_SKIPS = 10;
const DESCRIBED_FILES = 2;

/** What each file was taken for is said at length where there are few, or where it is asked for. */
function reportShapes(files: ReadReport['files'], verbose: boolean): void {
  if (verbose || files.length <= DESCRIBED_FILES) {
    for (const { file, evidence, timeNotes } of files) {
      say(`${file}: ${[evidence, ...timeNotes].join('; ')}`);
    }
    return;
  }
  const corrected = files.filter(({ timeNotes }) => timeNotes.length > 0).length;
  if (corrected > 0) {
    say(
      `Times of ${corrected} of ${files.length} files were corrected from local clocks (--verbose says how).`,
    );
  }
}

function reportFiles(report: ReadReport, verbose: boolean): void {
  reportShapes(report.files, verbose);
  for (const { file, line, reason } of report.skipped.slice(0, SHOWN_SKIPS))
    say(`${file}:${line} skipped: ${reason}`);
  const hidden = report.skippedCount - Math.min(report.skipped.length, SHOWN_SKIPS);
  if (hidden > 0)
    say(
      `and ${hidden} more skipped lines${report.skipped.length > SHOWN_SKIPS ? ' (--json lists them)' : ''}`,
    );
  for (const failure of report.failures) say(failure.message);
}

interface RunFigures {
  readonly rules: number;
  readonly seconds: number;
}

interface Output {
  alert(alert: DetectedAlert): Promise<void>;
  end(report: ReadReport, figures: RunFigures): Promise<void>;
}

class TextOutput implements Output {
  private count = 0;
  private hidden = 0;

  async alert(alert: DetectedAlert): Promise<void> {
    if (alert.hidden_by) this.hidden += 1;
    else this.count += 1;
    await writeOut([formatAlert(alert), '\n\n']);
  }

  async end(report: ReadReport, { rules, seconds }: RunFigures): Promise<void> {
    const found = this.count === 0 ? 'No alert' : counted(this.count, 'alert');
    const files =
      report.files.length +
      report.failures.filter(({ file }) => !report.files.some((entry) => entry.file === file))
        .length;
    const unparsed =
      report.unparsed > 0 ? ` (${report.unparsed} ruled out by their bytes, not parsed)` : '';
    const hidden = this.hidden > 0 ? ` and ${this.hidden} hidden by exceptions` : '';
    const skipped = report.skippedCount > 0 ? `, ${report.skippedCount} lines skipped` : '';
    await writeOut([
      `${found}${hidden}: ${report.events} events${unparsed} in ${counted(files, 'file')}, ${counted(rules, 'rule')}${skipped}, ${seconds.toFixed(1)} s.\n`,
    ]);
  }
}

class JsonOutput implements Output {
  private isFirst = true;

  async alert(alert: DetectedAlert): Promise<void> {
    await writeOut([`${this.isFirst ? '{"alerts":[' : ','}\n${stringify(alert)}`]);
    this.isFirst = false;
  }

  async end(report: ReadReport, { rules, seconds }: RunFigures): Promise<void> {
    const summary = {
      files: report.files.length,
      failed: report.failures.map(({ file, reason, hint }) => ({ file, reason, hint })),
      events: report.events,
      unparsed: report.unparsed,
      skipped: report.skippedCount,
      rules,
      seconds: Math.round(seconds * 1_000) / 1_000,
    };
    const open = this.isFirst ? '{"alerts":[' : '\n';
    await writeOut([
      `${open}],"summary":${stringify(summary)},"skipped":${stringify(report.skipped)},"shapes":${stringify(report.files)}}\n`,
    ]);
  }
}

/** Everything printed is JSON, save that its types do not say so. */
function stringify(value: object): string {
  return stringifyJson(value as JsonValue);
}

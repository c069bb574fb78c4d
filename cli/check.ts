import { readArguments } from './arguments';
import { checkRuleFiles, type CheckSummary, type FoundProblem } from './check-rule-files';
import { UsageError } from './command-error';
import { counted, printable, writeOut } from './output';

/** `watchfloor check FILE|DIR..`: answers its exit code. */
export async function checkCommand(args: string[]): Promise<number> {
  const { values, positionals } = readArguments(args, { json: { type: 'boolean' } });
  if (positionals.length === 0) {
    throw new UsageError(
      'There is nothing to check.',
      'Name files or folders, such as: watchfloor check my-rules/',
    );
  }
  const { problems, summary } = await checkRuleFiles(positionals);
  await writeOut(values.json ? [asJson(problems, summary)] : asText(problems, summary));
  return summary.errors > 0 ? 1 : 0;
}

function asJson(problems: readonly FoundProblem[], summary: CheckSummary): string {
  const listed = problems.map(({ file, line, column, kind, message, hint }) => ({
    file: file ?? null,
    line: line ?? null,
    column: column ?? null,
    kind,
    message,
    hint: hint ?? null,
  }));
  return `${JSON.stringify({ problems: listed, summary })}\n`;
}

function* asText(
  problems: readonly FoundProblem[],
  { rules, queries, errors, warnings, notRun }: CheckSummary,
): Generator<string, void> {
  for (const { text } of problems) yield `${text.split('\n').map(printable).join('\n')}\n\n`;
  const counts = [
    counted(rules, 'rule'),
    `${counted(queries, 'query', 'queries')} checked`,
    counted(errors, 'error'),
    counted(warnings, 'warning'),
    ...Object.entries(notRun).map(([type, count]) => `${count} not run: type ${type}`),
  ];
  yield `${counts.join(', ')}\n`;
}

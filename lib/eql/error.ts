import { lineText, positionAt, type Span } from './source';

/**
 * What is wrong with a query.
 * - `syntax`: the text is not EQL
 * - `semantic`: it is EQL, but cannot run (unknown field, wrong type, inconsistent keys)
 * - `warning`: it runs, but hardly as meant
 */
export type ProblemKind = 'syntax' | 'semantic' | 'warning';

/** One problem with its place in the query text. `hint` says what to write instead. */
export interface EqlProblem {
  readonly kind: ProblemKind;
  readonly message: string;
  readonly span: Span;
  readonly hint?: string;
}

/** A query that cannot be used. Carries every problem found, the first one as its message. */
export class EqlError extends Error {
  override readonly name = 'EqlError';

  constructor(
    readonly text: string,
    readonly problems: readonly [EqlProblem, ...EqlProblem[]],
  ) {
    super(describe(text, problems[0]));
  }
}

function describe(text: string, problem: EqlProblem): string {
  const { line, column } = positionAt(text, problem.span.start);
  return `${line}:${column} ${problem.message}`;
}

/** Where the query stands in a larger file, so that lines and columns are those of the file. */
export interface ProblemOrigin {
  readonly file?: string;
  /** Line of the query's first line in the file, from 1. */
  readonly line: number;
  /** Column of the query's first character in the file, from 1; counts for the query's first line only. */
  readonly column: number;
}

const EXCERPT_WIDTH = 120;

/**
 * The problem as people read it: position, message, the line with a mark below, and the hint.
 *
 *     2:16 Unknown field "proces.name".
 *      2 | [process where proces.name == "cmd.exe"]
 *        |                ^^^^^^^^^^^
 *     Did you mean "process.name"?
 */
export function formatProblem(text: string, problem: EqlProblem, origin?: ProblemOrigin): string {
  const { line, column } = positionAt(text, problem.span.start);
  const shownLine = origin ? origin.line + line - 1 : line;
  const shownColumn = origin && line === 1 ? origin.column + column - 1 : column;
  const place = `${origin?.file ? `${origin.file}:` : ''}${shownLine}:${shownColumn}`;
  const severity = problem.kind === 'warning' ? 'Warning: ' : '';
  const lines = [
    `${place} ${severity}${problem.message}`,
    ...excerpt(text, problem.span, line, column, shownLine),
  ];
  if (problem.hint) lines.push(problem.hint);
  return lines.join('\n');
}

function excerpt(
  text: string,
  span: Span,
  line: number,
  column: number,
  shownLine: number,
): string[] {
  const whole = lineText(text, line).replaceAll('\t', ' ');
  const from = column > EXCERPT_WIDTH - 20 ? column - 40 : 0;
  const shown = whole.slice(from, from + EXCERPT_WIDTH);
  if (shown.trim() === '') return [];
  const gutter = ` ${shownLine} |`;
  const room = Math.max(1, shown.length - (column - 1 - from));
  const width = Math.max(1, Math.min(span.end - span.start, room));
  return [
    `${gutter} ${shown}`,
    `${' '.repeat(gutter.length - 1)}| ${' '.repeat(column - 1 - from)}${'^'.repeat(width)}`,
  ];
}

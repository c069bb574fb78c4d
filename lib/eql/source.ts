/** A half-open range of UTF-16 offsets in the query text. */
export interface Span {
  readonly start: number;
  readonly end: number;
}

/** Line and column, both from 1, columns in UTF-16 units. */
export interface Position {
  readonly line: number;
  readonly column: number;
}

/** The position of `offset`; offsets past the end answer the end. */
export function positionAt(text: string, offset: number): Position {
  const end = Math.min(offset, text.length);
  let line = 1;
  let lineStart = 0;
  for (
    let next = text.indexOf('\n');
    next >= 0 && next < end;
    next = text.indexOf('\n', next + 1)
  ) {
    line += 1;
    lineStart = next + 1;
  }
  return { line, column: end - lineStart + 1 };
}

/** The text of line `line` (from 1) without its line end. */
export function lineText(text: string, line: number): string {
  return text.split(/\r?\n/)[line - 1] ?? '';
}

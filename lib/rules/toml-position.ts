/** A place in a file: line and column, both from 1, columns in UTF-16 units. */
export interface FilePosition {
  readonly line: number;
  readonly column: number;
}

/**
 * Where the text of a query begins in its file. Without `column` only the line is known: the string has escapes, so that
 * columns (and, with `\n`, lines) of the query are not those of the file.
 */
export interface QueryPosition {
  readonly line: number;
  readonly column?: number;
}

/**
 * Where a parsed TOML text holds `key` of `[table]`, which a TOML parser does not tell. Expects valid TOML; finds keys
 * written below their `[table]` header, and answers undefined for other spellings (`table.key = ..`, inline tables).
 */
export function findKey(text: string, table: string, key: string): FilePosition | undefined {
  const entry = findEntry(text, table, key);
  return entry && positionAt(text, entry.keyStart);
}

/** Where the string value of `key` in `[table]` begins: its first character, after the opening quotes. */
export function findStringStart(
  text: string,
  table: string,
  key: string,
): QueryPosition | undefined {
  const entry = findEntry(text, table, key);
  const quotes = entry && openingQuotes(text, entry.valueStart);
  if (!entry || !quotes) return undefined;
  let start = entry.valueStart + quotes.length;
  // The line end right after opening ''' or """ is not part of the string.
  if (quotes.length === 3) start += /^\r?\n/.exec(text.slice(start, start + 2))?.[0].length ?? 0;
  const position = positionAt(text, start);
  const content = text.slice(start, skipString(text, entry.valueStart, quotes));
  return quotes.startsWith('"') && content.includes('\\') ? { line: position.line } : position;
}

export function positionAt(text: string, offset: number): FilePosition {
  const before = text.slice(0, offset).split('\n');
  return { line: before.length, column: (before.at(-1)?.length ?? 0) + 1 };
}

interface Entry {
  readonly keyStart: number;
  readonly valueStart: number;
}

/** Walks the top level of the text, entry by entry, and skips each value as a whole. */
function findEntry(text: string, table: string, key: string): Entry | undefined {
  let currentTable = '';
  let at = 0;
  while (at < text.length) {
    at = skipBlankAndComments(text, at);
    if (at >= text.length) return undefined;
    if (text[at] === '[') {
      const end = lineEnd(text, at);
      currentTable = tableName(text.slice(at, end));
      at = end;
      continue;
    }
    const keyStart = at;
    const equals = findEquals(text, at);
    let valueStart = equals + 1;
    while (text[valueStart] === ' ' || text[valueStart] === '\t') valueStart += 1;
    if (currentTable === table && unquote(text.slice(keyStart, equals).trim()) === key) {
      return { keyStart, valueStart };
    }
    at = skipValue(text, valueStart);
  }
  return undefined;
}

function skipBlankAndComments(text: string, start: number): number {
  let at = start;
  for (;;) {
    while (at < text.length && /\s/.test(text[at] ?? '')) at += 1;
    if (text[at] !== '#') return at;
    at = lineEnd(text, at);
  }
}

function lineEnd(text: string, at: number): number {
  const end = text.indexOf('\n', at);
  return end < 0 ? text.length : end;
}

/** `[ a . "b" ]` is `a.b`; `[[a]]` keeps its brackets, so that it is not taken for `[a]`. */
function tableName(header: string): string {
  const isArray = header.startsWith('[[');
  const name = /^\[+([^\]]*)/.exec(header)?.[1] ?? '';
  const parts = name.split('.').map((part) => unquote(part.trim()));
  return isArray ? `[${parts.join('.')}]` : parts.join('.');
}

function unquote(name: string): string {
  return /^(["']).*\1$/.test(name) ? name.slice(1, -1) : name;
}

function findEquals(text: string, start: number): number {
  let at = start;
  while (at < text.length && text[at] !== '=') {
    const quotes = openingQuotes(text, at);
    at = quotes ? skipString(text, at, quotes) : at + 1;
  }
  return at;
}

/** The offset just after the value that starts at `start`. */
function skipValue(text: string, start: number): number {
  let depth = 0;
  let at = start;
  while (at < text.length) {
    const quotes = openingQuotes(text, at);
    const character = text[at];
    if (quotes) {
      at = skipString(text, at, quotes);
    } else if (character === '#') {
      at = lineEnd(text, at);
    } else if (character === '\n' && depth === 0) {
      return at;
    } else {
      if (character === '[' || character === '{') depth += 1;
      if (character === ']' || character === '}') depth -= 1;
      at += 1;
    }
  }
  return at;
}

function openingQuotes(text: string, at: number): string | undefined {
  const quote = text[at];
  if (quote !== '"' && quote !== "'") return undefined;
  return text.startsWith(quote.repeat(3), at) ? quote.repeat(3) : quote;
}

/** The offset just after the closing quotes of the string that opens at `start` with `quotes`. */
function skipString(text: string, start: number, quotes: string): number {
  const escapes = quotes.startsWith('"');
  let at = start + quotes.length;
  while (at < text.length && !text.startsWith(quotes, at)) {
    at += escapes && text[at] === '\\' ? 2 : 1;
  }
  at += quotes.length;
  // A multi-line string may end in one or two quotes of its own, before the three that close it.
  while (quotes.length === 3 && text[at] === quotes[0] && at < text.length) at += 1;
  return at;
}

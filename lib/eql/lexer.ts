import type { EqlProblem } from './error';
import type { Span } from './source';

export const KEYWORDS = [
  'and', 'any', 'by', 'false', 'in', 'join', 'like', 'maxspan', 'not', 'null', 'of', 'or', 'regex',
  'sample', 'sequence', 'true', 'until', 'where', 'with',
] as const; // prettier-ignore

export type Keyword = (typeof KEYWORDS)[number];

const SYMBOLS = [
  '![', '==', '!=', '<=', '>=', '<', '>', ':', '=', '+', '-', '*', '/', '%', '.', ',', '[', ']', '(', ')', '|', '?', '!',
] as const; // prettier-ignore

export type SymbolText = (typeof SYMBOLS)[number];

export type Token = Span &
  (
    | { readonly kind: 'keyword'; readonly text: Keyword }
    /** `in~`, `like~`, `regex~`, `startsWith~`: the text without `~`. */
    | { readonly kind: 'tilde'; readonly text: string }
    | { readonly kind: 'identifier'; readonly text: string }
    | { readonly kind: 'quoted'; readonly text: string }
    | { readonly kind: 'string'; readonly text: string }
    | { readonly kind: 'integer' | 'decimal'; readonly text: string }
    | { readonly kind: 'symbol'; readonly text: SymbolText }
    | { readonly kind: 'end'; readonly text: '' }
    /** Unreadable from here on; nothing follows but `end`. */
    | { readonly kind: 'invalid'; readonly text: ''; readonly problem: EqlProblem }
  );

/** Thrown inside lexer and parser; the parser turns it into an `EqlError`. */
export class SyntaxProblem extends Error {
  constructor(readonly problem: EqlProblem) {
    super(problem.message);
  }
}

export function syntaxProblem(message: string, span: Span, hint?: string): SyntaxProblem {
  return new SyntaxProblem({
    kind: 'syntax',
    message,
    span,
    ...(hint === undefined ? {} : { hint }),
  });
}

const KEYWORD_SET: ReadonlySet<string> = new Set(KEYWORDS);
const SPACE = /(?:[ \t\r\n]+|\/\/[^\r\n]*)+/y;
const WORD = /[A-Za-z_@][A-Za-z0-9_]*/y;
const NUMBER = /(?:\d+\.\d*|\.\d+|\d+)(?:[eE][+-]?\d+)?/y;
const ESCAPES: Readonly<Record<string, string>> = {
  b: '\b',
  t: '\t',
  n: '\n',
  f: '\f',
  r: '\r',
  '"': '"',
  "'": "'",
  '\\': '\\',
};

/** All tokens of `text`, the last one of kind `end`. What is unreadable is a token too, so that earlier problems come first. */
export function tokenize(text: string): Token[] {
  const tokens: Token[] = [];
  const end: Token = { kind: 'end', text: '', start: text.length, end: text.length };
  try {
    let at = skipSpace(text, 0);
    while (at < text.length) {
      const token = nextToken(text, at);
      tokens.push(token);
      at = skipSpace(text, token.end);
    }
  } catch (error) {
    if (!(error instanceof SyntaxProblem)) throw error;
    tokens.push({ kind: 'invalid', text: '', problem: error.problem, ...error.problem.span });
  }
  tokens.push(end);
  return tokens;
}

function skipSpace(text: string, at: number): number {
  for (;;) {
    const end = endOf(SPACE, text, at) ?? at;
    if (!text.startsWith('/*', end)) return end;
    at = endOfBlockComment(text, end);
  }
}

/** Block comments nest. */
function endOfBlockComment(text: string, start: number): number {
  let depth = 1;
  let at = start + 2;
  while (depth > 0) {
    const close = text.indexOf('*/', at);
    if (close < 0)
      throw syntaxProblem(
        'This comment is not closed.',
        { start, end: text.length },
        'Close it with "*/".',
      );
    const open = text.indexOf('/*', at);
    if (open >= 0 && open < close) {
      depth += 1;
      at = open + 2;
    } else {
      depth -= 1;
      at = close + 2;
    }
  }
  return at;
}

function endOf(pattern: RegExp, text: string, at: number): number | undefined {
  pattern.lastIndex = at;
  return pattern.test(text) ? pattern.lastIndex : undefined;
}

function nextToken(text: string, start: number): Token {
  const char = text.charAt(start);
  if (char === '"')
    return text.startsWith('"""', start) ? rawString(text, start) : quotedString(text, start);
  if (char === '`') return quotedIdentifier(text, start);
  if (char === "'") throw singleQuoted(start, start + 1, "'");
  if (char === '?' && /["']/.test(text.charAt(start + 1)) && !text.startsWith('?"""', start)) {
    throw singleQuoted(start, start + 2, text.slice(start, start + 2));
  }
  const wordEnd = endOf(WORD, text, start);
  if (wordEnd !== undefined) return word(text, start, wordEnd);
  const numberEnd = endOf(NUMBER, text, start);
  if (numberEnd !== undefined) {
    const digits = text.slice(start, numberEnd);
    return {
      kind: /^\d+$/.test(digits) ? 'integer' : 'decimal',
      text: digits,
      start,
      end: numberEnd,
    };
  }
  const symbol = SYMBOLS.find((candidate) => text.startsWith(candidate, start));
  if (symbol === undefined) throw unknownCharacter(text, start);
  return { kind: 'symbol', text: symbol, start, end: start + symbol.length };
}

function word(text: string, start: number, end: number): Token {
  const name = text.slice(start, end);
  if (text.charAt(end) === '~') return { kind: 'tilde', text: name, start, end: end + 1 };
  return KEYWORD_SET.has(name)
    ? { kind: 'keyword', text: name as Keyword, start, end }
    : { kind: 'identifier', text: name, start, end };
}

function singleQuoted(start: number, end: number, found: string): SyntaxProblem {
  return found === "'"
    ? syntaxProblem(
        "Single quotes ['] do not define strings.",
        { start, end },
        'Use double quotes ["] to define string literals.',
      )
    : syntaxProblem(
        `[${found}] does not define a string any more.`,
        { start, end },
        'Use triple double quotes ["""] to define unescaped string literals.',
      );
}

function unknownCharacter(text: string, start: number): SyntaxProblem {
  const char = String.fromCodePoint(text.codePointAt(start) ?? 0);
  const code = `U+${(text.codePointAt(start) ?? 0).toString(16).toUpperCase().padStart(4, '0')}`;
  const hint =
    char === '~'
      ? 'Write "~" directly after like, regex, in or a function name, without a space.'
      : char === '&'
        ? 'Write "and".'
        : /[“”„]/.test(char)
          ? 'Use plain double quotes ["].'
          : undefined;
  const shown = /[\p{L}\p{N}\p{P}\p{S}]/u.test(char) ? `"${char}" (${code})` : code;
  return syntaxProblem(`Unexpected character ${shown}.`, { start, end: start + char.length }, hint);
}

function quotedIdentifier(text: string, start: number): Token {
  let end = start + 1;
  for (;;) {
    end = text.indexOf('`', end);
    if (end < 0)
      throw syntaxProblem(
        'This backquoted name is not closed.',
        { start, end: text.length },
        'Close it with "`".',
      );
    if (text.charAt(end + 1) !== '`') break;
    end += 2;
  }
  return {
    kind: 'quoted',
    text: text.slice(start + 1, end).replaceAll('``', '`'),
    start,
    end: end + 1,
  };
}

/** `"""..."""`: nothing is an escape; up to two quotes more may stand before the closing three. */
function rawString(text: string, start: number): Token {
  const close = text.indexOf('"""', start + 3);
  if (close < 0)
    throw syntaxProblem(
      'This raw string is not closed.',
      { start, end: text.length },
      'Close it with ["""].',
    );
  let end = close + 3;
  while (end < close + 5 && text.charAt(end) === '"') end += 1;
  return { kind: 'string', text: text.slice(start + 3, end - 3), start, end };
}

function quotedString(text: string, start: number): Token {
  let value = '';
  let at = start + 1;
  for (;;) {
    const char = text.charAt(at);
    if (char === '"') return { kind: 'string', text: value, start, end: at + 1 };
    if (char === '' || char === '\n' || char === '\r') {
      throw syntaxProblem(
        'This string is not closed.',
        { start, end: at },
        'Close it with ["] on the same line; a backslash before the closing quote is written as "\\\\".',
      );
    }
    if (char !== '\\') {
      value += char;
      at += 1;
      continue;
    }
    const escaped = text.charAt(at + 1);
    if (escaped === 'u') {
      const unicode = unicodeEscape(text, at);
      value += unicode.value;
      at = unicode.end;
      continue;
    }
    const plain = Object.hasOwn(ESCAPES, escaped) ? ESCAPES[escaped] : undefined;
    if (plain === undefined) {
      throw syntaxProblem(
        `"\\${escaped}" is not an escape sequence.`,
        { start: at, end: at + 2 },
        `Write "\\\\${escaped}" for a backslash before "${escaped}", or use a raw string: """...""".`,
      );
    }
    value += plain;
    at += 2;
  }
}

function unicodeEscape(text: string, start: number): { value: string; end: number } {
  const braced = /\\u\{([0-9a-fA-F]*)\}/y;
  const plain = /\\u([0-9a-fA-F]{4})/y;
  const end = endOf(braced, text, start) ?? endOf(plain, text, start);
  if (end === undefined) {
    throw syntaxProblem(
      `"${text.slice(start, start + 6)}" is not a unicode escape.`,
      { start, end: Math.min(start + 6, text.length) },
      'Write four hex digits (\\u00e9) or two to eight in braces (\\u{1f600}).',
    );
  }
  const escape = text.slice(start, end);
  const digits = escape.replace(/[^0-9a-fA-F]/g, '');
  const span = { start, end };
  if (escape.includes('{') && (digits.length < 2 || digits.length > 8)) {
    throw syntaxProblem(
      `Unicode sequence in curly braces should use [2-8] hex digits, [${escape}] has [${digits.length}].`,
      span,
    );
  }
  const code = Number.parseInt(digits, 16);
  if (code === 0) throw syntaxProblem('Unicode sequence results in null.', span);
  if (code > 0x10ffff) throw syntaxProblem(`Invalid unicode character code [${digits}].`, span);
  if (code >= 0xd800 && code <= 0xdfff)
    throw syntaxProblem(`Invalid unicode character code [${digits}]: a lone surrogate.`, span);
  return { value: String.fromCodePoint(code), end };
}

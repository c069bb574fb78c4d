import { foldUnicodeCase } from './case-folding';
import { charactersOf, negate, rangeSet, union, type CodePointSet } from './code-points';
import { compileRegex, type RegexMatcher } from './compile';
import {
  alternation,
  ANY,
  ANY_STRING,
  checkPatternLength,
  concat,
  EMPTY,
  literalSet,
  MAX_NESTING,
  NOTHING,
  RegexSyntaxError,
  repeat,
  type RegexNode,
} from './syntax';

/**
 * A matcher of whole values for `regex` and `regex~` on a field: Lucene's RegExp with all its optional operators,
 * as Elasticsearch's regexp query takes it by default. Throws RegexSyntaxError.
 */
export function compileLuceneRegex(
  pattern: string,
  options: { readonly caseInsensitive?: boolean } = {},
): RegexMatcher {
  return compileRegex(parseLuceneRegex(pattern, options));
}

/**
 * The tree of a pattern in Lucene's dialect, as of Lucene 10 (Elasticsearch 9). Without case, single characters
 * fold, but the ranges of a class do not: `[a-z]` stays lower case, as in Lucene.
 */
function parseLuceneRegex(
  pattern: string,
  { caseInsensitive = false }: { readonly caseInsensitive?: boolean } = {},
): RegexNode {
  checkPatternLength(pattern);
  if (pattern === '') return EMPTY;
  return new LuceneParser(pattern, caseInsensitive).parse();
}

const DIGIT = rangeSet([0x30, 0x39]);
const SPACE = charactersOf(' \t\n\r');
const WORD = union(DIGIT, rangeSet([0x41, 0x5a], [0x61, 0x7a]), charactersOf('_'));

const CLASSES: Readonly<Record<string, CodePointSet>> = {
  d: DIGIT,
  D: negate(DIGIT),
  s: SPACE,
  S: negate(SPACE),
  w: WORD,
  W: negate(WORD),
};

/** Lucene refuses repetition counts beyond a Java int. */
const MAX_INT = 2 ** 31 - 1;

class LuceneParser {
  private position = 0;
  private depth = 0;

  constructor(
    private readonly pattern: string,
    private readonly caseInsensitive: boolean,
  ) {}

  parse(): RegexNode {
    const node = this.union();
    // only `)` ends a union early
    if (this.more()) throw this.error('Unmatched ")"');
    return node;
  }

  /** union: intersection ('|' intersection)* */
  private union(): RegexNode {
    const options = [this.intersection()];
    while (this.take('|')) options.push(this.intersection());
    return alternation(options);
  }

  /** intersection: concatenation ('&' concatenation)* */
  private intersection(): RegexNode {
    let node = this.concatenation();
    while (this.take('&')) {
      node = { kind: 'intersection', left: node, right: this.concatenation() };
    }
    return node;
  }

  /** concatenation: repetition+; an operator where an operand must stand is an ordinary character. */
  private concatenation(): RegexNode {
    const parts = [this.repetition()];
    while (this.more() && !this.peek(')|&')) parts.push(this.repetition());
    return concat(parts);
  }

  /** repetition: complement ('?' | '*' | '+' | '{' n (',' m?)? '}')* */
  private repetition(): RegexNode {
    let node = this.complement();
    for (;;) {
      if (this.take('?')) node = repeat(node, 0, 1);
      else if (this.take('*')) node = repeat(node, 0, Infinity);
      else if (this.take('+')) node = repeat(node, 1, Infinity);
      else if (this.take('{')) node = this.counted(node);
      else return node;
    }
  }

  private counted(node: RegexNode): RegexNode {
    const start = this.position - 1;
    const min = this.count();
    if (min === undefined) throw this.error('Expected a number after "{"');
    const max = this.take(',') ? (this.count() ?? Infinity) : min;
    if (!this.take('}')) throw this.error('Expected "}" after the number of repetitions');
    if (min > max) throw this.error(`{${min},${max}} is out of order`, start);
    return repeat(node, min, max);
  }

  private count(): number | undefined {
    const start = this.position;
    while (this.peek('0123456789')) this.position++;
    if (start === this.position) return undefined;
    const count = Number(this.pattern.slice(start, this.position));
    if (count > MAX_INT) throw this.error('The number is too large', start);
    return count;
  }

  /** complement: '~'* class */
  private complement(): RegexNode {
    let negated = false;
    while (this.take('~')) negated = !negated;
    const node = this.characterClass();
    return negated ? { kind: 'complement', body: node } : node;
  }

  /** class: '[' '^'? item+ ']' | simple; the first item may be `]`. */
  private characterClass(): RegexNode {
    if (!this.take('[')) return this.simple();
    const start = this.position - 1;
    const negated = this.take('^');
    const sets = [this.classItem()];
    while (this.more() && !this.peek(']')) sets.push(this.classItem());
    if (!this.take(']')) throw this.error('The character class has no closing "]"', start);
    const set = union(...sets);
    return literalSet(negated ? negate(set) : set);
  }

  /** item: '\' escape | character '-' character | character; an escape cannot begin a range. */
  private classItem(): CodePointSet {
    const start = this.position;
    if (this.take('\\')) return this.escape(start);
    const from = this.next();
    if (!this.take('-')) return this.character(from);
    this.take('\\');
    const to = this.next();
    if (from > to)
      throw this.error(
        `The range ${this.pattern.slice(start, this.position)} is out of order`,
        start,
      );
    return rangeSet([from, to]);
  }

  /** simple: '.' | '#' | '@' | '"' text '"' | '(' union? ')' | '<' n '-' m '>' | '\' escape | character */
  private simple(): RegexNode {
    const start = this.position;
    if (this.take('.')) return ANY;
    if (this.take('#')) return NOTHING;
    if (this.take('@')) return ANY_STRING;
    if (this.take('"')) return this.quoted(start);
    if (this.take('(')) return this.group(start);
    if (this.take('<')) return this.interval(start);
    if (this.take('\\')) return literalSet(this.escape(start));
    return literalSet(this.character(this.next()));
  }

  private quoted(start: number): RegexNode {
    const text = this.until('"', start, 'The quoted text has no closing quotation mark');
    return concat(
      Array.from(text, (character) => literalSet(this.character(character.codePointAt(0)!))),
    );
  }

  private group(start: number): RegexNode {
    if (this.take(')')) return EMPTY;
    if (++this.depth > MAX_NESTING) {
      throw this.error(`Groups are nested more than ${MAX_NESTING} levels deep`, start);
    }
    const node = this.union();
    if (!this.take(')')) throw this.error('The group has no closing ")"', start);
    this.depth--;
    return node;
  }

  private interval(start: number): RegexNode {
    const text = this.until('>', start, 'The interval has no closing ">"');
    const bounds = /^([0-9]+)-([0-9]+)$/.exec(text);
    if (!bounds) {
      const hint = 'Expected an interval such as <1-100>; a literal "<" is written \\<';
      throw this.error(hint, start);
    }
    const [, first, second] = bounds as unknown as [string, string, string];
    if (Number(first) > MAX_INT || Number(second) > MAX_INT)
      throw this.error('The number is too large', start);
    return decimalInterval(first, second);
  }

  /** What follows a backslash. Letters that name no class are refused, as since Lucene 9. */
  private escape(start: number): CodePointSet {
    const code = this.next();
    const character = String.fromCodePoint(code);
    const predefined = CLASSES[character];
    if (predefined) return predefined;
    if (/[A-Za-z]/.test(character))
      throw this.error(`\\${character} is not a character class`, start);
    return this.character(code);
  }

  private character(code: number): CodePointSet {
    const set = rangeSet([code, code]);
    return this.caseInsensitive ? foldUnicodeCase(set) : set;
  }

  private until(end: string, start: number, message: string): string {
    const close = this.pattern.indexOf(end, this.position);
    if (close === -1) throw this.error(message, start);
    const text = this.pattern.slice(this.position, close);
    this.position = close + 1;
    return text;
  }

  private more(): boolean {
    return this.position < this.pattern.length;
  }

  private peek(characters: string): boolean {
    return this.more() && characters.includes(this.pattern[this.position]!);
  }

  private take(character: string): boolean {
    if (this.pattern[this.position] !== character) return false;
    this.position++;
    return true;
  }

  private next(): number {
    const code = this.pattern.codePointAt(this.position);
    if (code === undefined) throw this.error('Unexpected end of the regular expression');
    this.position += code > 0xffff ? 2 : 1;
    return code;
  }

  private error(message: string, offset = this.position): RegexSyntaxError {
    return new RegexSyntaxError(message, offset);
  }
}

/**
 * The decimal numbers between two bounds, in either order. Bounds of one length want that many digits, with leading
 * zeros; otherwise any number of leading zeros may stand before.
 */
function decimalInterval(first: string, second: string): RegexNode {
  const [low, high] = Number(first) <= Number(second) ? [first, second] : [second, first];
  if (low.length === high.length) return fixedWidthInterval(low, high);
  const min = Number(low);
  const max = Number(high);
  const widths: RegexNode[] = [];
  for (let width = 1; width <= String(max).length; width++) {
    const from = Math.max(min, width === 1 ? 0 : 10 ** (width - 1));
    const to = Math.min(max, 10 ** width - 1);
    if (from <= to) widths.push(fixedWidthInterval(String(from), String(to)));
  }
  return concat([repeat(digits('0', '0'), 0, Infinity), alternation(widths)]);
}

/** Numbers between two bounds of the same width. */
function fixedWidthInterval(low: string, high: string): RegexNode {
  if (low === '') return EMPTY;
  const rest = low.length - 1;
  const first = low[0]!;
  const last = high[0]!;
  if (first === last) {
    return concat([digits(first, last), fixedWidthInterval(low.slice(1), high.slice(1))]);
  }
  const options = [
    concat([digits(first, first), fixedWidthInterval(low.slice(1), '9'.repeat(rest))]),
    concat([digits(last, last), fixedWidthInterval('0'.repeat(rest), high.slice(1))]),
  ];
  const between = digits(String(Number(first) + 1), String(Number(last) - 1));
  options.push(concat([between, repeat(digits('0', '9'), rest, rest)]));
  return alternation(options);
}

function digits(from: string, to: string): RegexNode {
  return from > to ? NOTHING : literalSet(rangeSet([from.charCodeAt(0), to.charCodeAt(0)]));
}

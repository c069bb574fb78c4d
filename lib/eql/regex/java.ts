import { LINE_TERMINATORS } from './automaton';
import { foldAsciiCase, foldUnicodeCase } from './case-folding';
import {
  intersect,
  MAX_CODE_POINT,
  negate,
  rangeSet,
  union,
  type CodePointSet,
} from './code-points';
import { compileRegex, type RegexMatcher } from './compile';
import {
  alternation,
  ANY,
  checkPatternLength,
  concat,
  literalSet,
  MAX_NESTING,
  RegexSyntaxError,
  repeat,
  type Assertion,
  type RegexNode,
} from './syntax';
import { JAVA_CLASSES, unicodeProperty } from './unicode-properties';

/**
 * A matcher of whole values for `regex` and `regex~` on a function's result: Java's `Pattern.matches`. What needs
 * backtracking (lookaround, back references, atomic groups, possessive quantifiers) is refused. Throws
 * RegexSyntaxError.
 */
export function compileJavaRegex(
  pattern: string,
  options: { readonly caseInsensitive?: boolean } = {},
): RegexMatcher {
  return compileRegex(parseJavaRegex(pattern, options));
}

/**
 * The tree of a pattern in the dialect of java.util.regex. Without case only A-Z folds, ranges included: `regex~`
 * passes CASE_INSENSITIVE without UNICODE_CASE (QL's RegexProcessor); `(?iu)` folds all scripts. `\b` knows ASCII
 * words only, as since Java 19. Where Java's backtracking forgets a way (`(a|^){2}` on "a": a counted group whose turn
 * may be empty), this one finds it.
 */
function parseJavaRegex(
  pattern: string,
  { caseInsensitive = false }: { readonly caseInsensitive?: boolean } = {},
): RegexNode {
  checkPatternLength(pattern);
  return new JavaParser(pattern, { ...NO_FLAGS, i: caseInsensitive }).parse();
}

/** Java's inline flags by their letters: case, all for `.`, lines for `^` and `$`, Unicode case, comments. */
type Flags = Readonly<Record<'i' | 's' | 'm' | 'u' | 'x', boolean>>;

const NO_FLAGS: Flags = { i: false, s: false, m: false, u: false, x: false };

/** One character of the pattern, `quoted` if it stood between `\Q` and `\E`. */
interface Unit {
  readonly character: string;
  readonly quoted: boolean;
  readonly offset: number;
}

const MAX_INT = 2 ** 31 - 1;

const SIMPLE_ESCAPES: Readonly<Record<string, number>> = {
  t: 0x09,
  n: 0x0a,
  r: 0x0d,
  f: 0x0c,
  a: 0x07,
  e: 0x1b,
};

const ASSERTIONS: Readonly<Record<string, Assertion>> = {
  A: 'inputStart',
  G: 'inputStart',
  z: 'inputEnd',
  Z: 'lastLineEnd',
  b: 'wordBoundary',
  B: 'notWordBoundary',
};

/** `\R`: a line break, the pair as one or as two. */
const LINE_BREAK: RegexNode = alternation([
  concat([literalSet(rangeSet([0x0d, 0x0d])), literalSet(rangeSet([0x0a, 0x0a]))]),
  literalSet(union(rangeSet([0x0a, 0x0d]), LINE_TERMINATORS)),
]);

const NOT_LINE_TERMINATORS = negate(LINE_TERMINATORS);

class JavaParser {
  private readonly units: readonly Unit[];
  private position = 0;
  private depth = 0;

  constructor(
    private readonly pattern: string,
    private flags: Flags,
  ) {
    this.units = splitUnits(pattern);
  }

  parse(): RegexNode {
    const node = this.alternatives();
    if (this.more()) throw this.error('Unmatched ")"');
    return node;
  }

  /** alternatives: sequence ('|' sequence)* */
  private alternatives(): RegexNode {
    const options = [this.sequence()];
    while (this.take('|')) options.push(this.sequence());
    return alternation(options);
  }

  /** sequence: (atom quantifier?)* */
  private sequence(): RegexNode {
    const parts: RegexNode[] = [];
    for (;;) {
      this.skipComments();
      if (!this.more() || this.peek('|') || this.peek(')')) return concat(parts);
      const atom = this.atom();
      if (atom) parts.push(this.quantified(atom));
    }
  }

  /** quantifier: ('?' | '*' | '+' | '{' n (',' m?)? '}') '?'? */
  private quantified(atom: RegexNode): RegexNode {
    this.skipComments();
    const start = this.position;
    let node: RegexNode;
    if (this.take('?')) node = repeat(atom, 0, 1);
    else if (this.take('*')) node = repeat(atom, 0, Infinity);
    else if (this.take('+')) node = repeat(atom, 1, Infinity);
    else if (this.take('{')) node = this.counted(atom, start);
    else return atom;
    // lazy or greedy, the language is the same
    if (!this.take('?') && this.peek('+')) {
      throw this.error('Possessive quantifiers are not supported', start);
    }
    return node;
  }

  private counted(atom: RegexNode, start: number): RegexNode {
    const min = this.count();
    const max = this.take(',') ? (this.count() ?? Infinity) : min;
    if (min === undefined || max === undefined || !this.take('}')) {
      throw this.error('Expected a repetition such as {2}, {2,} or {2,5}', start);
    }
    if (min > max) throw this.error(`{${min},${max}} is out of order`, start);
    return repeat(atom, min, max);
  }

  private count(): number | undefined {
    const start = this.position;
    let text = '';
    while (/^[0-9]$/.test(this.peekCharacter())) text += this.next().character;
    if (text === '') return undefined;
    if (Number(text) > MAX_INT) throw this.error('The number is too large', start);
    return Number(text);
  }

  /** atom: group | class | '.' | '^' | '$' | '\' escape | character; undefined for flags alone. */
  private atom(): RegexNode | undefined {
    const start = this.position;
    if (this.take('(')) return this.group(start);
    if (this.take('[')) return literalSet(this.characterClass(start));
    if (this.take('.')) return this.flags.s ? ANY : literalSet(NOT_LINE_TERMINATORS);
    if (this.take('^')) return assert(this.flags.m ? 'lineStart' : 'inputStart');
    if (this.take('$')) return assert(this.flags.m ? 'lineEnd' : 'lastLineEnd');
    if (this.take('\\')) return this.escape(start);
    if (this.peek('*') || this.peek('+') || this.peek('?') || this.peek('{')) {
      throw this.error(`"${this.peekCharacter()}" has nothing to repeat`);
    }
    return literalSet(this.folded(codeOf(this.next())));
  }

  /** group: '(' ('?:' | '?<' name '>' | '?' flags ':')? alternatives ')' | '(?' flags ')' */
  private group(start: number): RegexNode | undefined {
    const outer = this.flags;
    if (this.take('?')) {
      if (this.take('<')) this.groupName(start);
      else if (!this.take(':')) {
        this.refuseSpecialGroup(start);
        this.readFlags(start);
        if (this.take(')')) return undefined;
        if (!this.take(':')) throw this.error('Expected ":" or ")" after the flags');
      }
    }
    if (++this.depth > MAX_NESTING) {
      throw this.error(`Groups are nested more than ${MAX_NESTING} levels deep`, start);
    }
    const node = this.alternatives();
    if (!this.take(')')) throw this.error('The group has no closing ")"', start);
    this.depth--;
    this.flags = outer;
    return node;
  }

  private groupName(start: number): void {
    if (this.peek('=') || this.peek('!')) throw this.error('Lookbehind is not supported', start);
    let name = '';
    while (this.more() && !this.peek('>')) name += this.next().character;
    if (!this.take('>') || !/^[A-Za-z][A-Za-z0-9]*$/.test(name)) {
      throw this.error('Expected a group name such as (?<name>...)', start);
    }
  }

  private refuseSpecialGroup(start: number): void {
    if (this.peek('=') || this.peek('!')) throw this.error('Lookahead is not supported', start);
    if (this.peek('>')) throw this.error('Atomic groups are not supported', start);
  }

  private readFlags(start: number): void {
    let value = true;
    while (this.more() && !this.peek(')') && !this.peek(':')) {
      const { character } = this.next();
      if (character === '-' && value) value = false;
      else if (Object.hasOwn(NO_FLAGS, character))
        this.flags = { ...this.flags, [character]: value };
      else throw this.error(`The flag "${character}" is not supported`, start);
    }
  }

  /** What follows a backslash outside a class. */
  private escape(start: number): RegexNode {
    const character = this.peekCharacter();
    const assertion = lookUp(ASSERTIONS, character);
    if (assertion) {
      this.next();
      const isCluster = this.peek('{') && this.units[this.position + 1]?.character === 'g';
      if (isCluster) throw this.error('\\b{g} is not supported', start);
      return assert(assertion);
    }
    if (character === 'R') {
      this.next();
      return LINE_BREAK;
    }
    if (/^[1-9k]$/.test(character)) throw this.error('Back references are not supported', start);
    return literalSet(this.escapedSet(start) ?? this.folded(this.escapedCharacter(start)));
  }

  /** class, after '[': '^'? intersection ']' */
  private characterClass(start: number): CodePointSet {
    if (++this.depth > MAX_NESTING) {
      throw this.error(`Classes are nested more than ${MAX_NESTING} levels deep`, start);
    }
    const negated = this.take('^');
    let set = this.classUnion(start, true);
    while (this.takeAnd()) set = intersect(set, this.classUnion(start, false));
    this.next();
    this.depth--;
    return negated ? negate(set) : set;
  }

  /** union: ('[' class | '\' escape | character ('-' character)?)+; a first `]` is a character. */
  private classUnion(start: number, first: boolean): CodePointSet {
    const sets: CodePointSet[] = [];
    for (;;) {
      this.skipComments();
      if (!this.more()) throw this.error('The character class has no closing "]"', start);
      const done = this.peek(']') && (sets.length > 0 || !first);
      if (done || this.peekAnd()) break;
      sets.push(this.classItem());
    }
    if (sets.length === 0) throw this.error('Expected a class on both sides of "&&"');
    return union(...sets);
  }

  private classItem(): CodePointSet {
    const start = this.position;
    if (this.take('[')) return this.characterClass(start);
    const isEscape = this.take('\\');
    if (isEscape) {
      const set = this.escapedSet(start);
      if (set) return set;
    }
    const from = isEscape ? this.escapedCharacter(start) : codeOf(this.next());
    this.skipComments();
    const beyond = this.units[this.position + 1];
    const isRange = this.peek('-') && beyond && (beyond.quoted || !'[]'.includes(beyond.character));
    if (!isRange) return this.folded(from);
    this.next();
    this.skipComments();
    const toStart = this.position;
    const to = this.take('\\') ? this.escapedCharacter(toStart) : codeOf(this.next());
    if (from > to) {
      const text = this.pattern.slice(this.offsetAt(start), this.offsetAt(this.position));
      throw this.error(`The range ${text} is out of order`, start);
    }
    return this.folded(from, to);
  }

  /** `\d`, `\p{..}` and their kind; undefined for an escaped single character, which is left to read. */
  private escapedSet(start: number): CodePointSet | undefined {
    const character = this.peekCharacter();
    const predefined = lookUp(JAVA_CLASSES, character);
    if (predefined) {
      this.next();
      return predefined;
    }
    if (character !== 'p' && character !== 'P') return undefined;
    this.next();
    const set = this.property(start);
    return character === 'P' ? negate(set) : set;
  }

  private property(start: number): CodePointSet {
    let name = '';
    if (this.take('{')) {
      while (this.more() && !this.peek('}')) name += this.next().character;
      if (!this.take('}')) throw this.error('The property name has no closing "}"', start);
    } else if (this.more()) name = this.next().character;
    const set = unicodeProperty(name, { caseInsensitive: this.flags.i });
    if (!set) throw this.error(`The character property "${name}" is not supported`, start);
    return set;
  }

  /** One character after a backslash. */
  private escapedCharacter(start: number): number {
    if (!this.more()) throw this.error('Unexpected end of the regular expression');
    const unit = this.next();
    const { character } = unit;
    const simple = lookUp(SIMPLE_ESCAPES, character);
    if (simple !== undefined) return simple;
    if (character === '0') return this.octal(start);
    if (character === 'x') return this.take('{') ? this.bracedHex(start) : this.hex(2, start);
    if (character === 'u') return this.utf16(start);
    if (character === 'c' && this.more()) return codeOf(this.next()) ^ 0x40;
    if (/^[A-Za-z1-9]$/.test(character)) {
      throw this.error(`The escape \\${character} is not supported`, start);
    }
    return codeOf(unit);
  }

  private octal(start: number): number {
    let text = '';
    while (/^[0-7]$/.test(this.peekCharacter()) && text.length < (/^[0-3]/.test(text) ? 3 : 2)) {
      text += this.next().character;
    }
    if (text === '') throw this.error('Expected an octal number after \\0', start);
    return Number.parseInt(text, 8);
  }

  private hex(length: number, start: number): number {
    let text = '';
    while (text.length < length && this.more()) text += this.next().character;
    if (text.length < length || !/^[0-9A-Fa-f]+$/.test(text)) {
      throw this.error(`Expected ${length} hexadecimal digits`, start);
    }
    return Number.parseInt(text, 16);
  }

  private bracedHex(start: number): number {
    let text = '';
    while (this.more() && !this.peek('}')) text += this.next().character;
    const code = /^[0-9A-Fa-f]+$/.test(text) ? Number.parseInt(text, 16) : Infinity;
    if (!this.take('}') || code > MAX_CODE_POINT) {
      throw this.error('Expected a code point such as \\x{1F600}', start);
    }
    return code;
  }

  /** `\uD83D\uDE00` is one character. */
  private utf16(start: number): number {
    const unit = this.hex(4, start);
    if (unit < 0xd800 || unit > 0xdbff) return unit;
    const before = this.position;
    if (this.take('\\') && this.take('u')) {
      const low = this.hex(4, start);
      if (low >= 0xdc00 && low <= 0xdfff) return 0x10000 + (unit - 0xd800) * 0x400 + (low - 0xdc00);
    }
    this.position = before;
    return unit;
  }

  private folded(from: number, to: number = from): CodePointSet {
    const set = rangeSet([from, to]);
    if (!this.flags.i) return set;
    return this.flags.u ? foldUnicodeCase(set) : foldAsciiCase(set);
  }

  /** Under `(?x)`, spaces and comments up to the end of their line. */
  private skipComments(): void {
    if (!this.flags.x) return;
    for (;;) {
      const character = this.peekCharacter();
      if (character === '#') {
        while (this.more() && !/^[\n\r\u0085\u2028\u2029]$/.test(this.peekCharacter())) this.next();
      } else if (/^[ \t\n\v\f\r]$/.test(character)) this.next();
      else return;
    }
  }

  private more(): boolean {
    return this.position < this.units.length;
  }

  /** The next character, '' if it is quoted or there is none. */
  private peekCharacter(): string {
    const unit = this.units[this.position];
    return unit && !unit.quoted ? unit.character : '';
  }

  private peek(character: string): boolean {
    return this.peekCharacter() === character;
  }

  private take(character: string): boolean {
    if (!this.peek(character)) return false;
    this.position++;
    return true;
  }

  private peekAnd(): boolean {
    const second = this.units[this.position + 1];
    return this.peek('&') && second?.character === '&' && !second.quoted;
  }

  private takeAnd(): boolean {
    if (!this.peekAnd()) return false;
    this.position += 2;
    return true;
  }

  private next(): Unit {
    const unit = this.units[this.position];
    if (!unit) throw this.error('Unexpected end of the regular expression');
    this.position++;
    return unit;
  }

  private offsetAt(position: number): number {
    return this.units[position]?.offset ?? this.pattern.length;
  }

  private error(message: string, position = this.position): RegexSyntaxError {
    return new RegexSyntaxError(message, this.offsetAt(position));
  }
}

function assert(assertion: Assertion): RegexNode {
  return { kind: 'assertion', assertion };
}

function codeOf(unit: Unit): number {
  return unit.character.codePointAt(0)!;
}

function lookUp<Value>(table: Readonly<Record<string, Value>>, key: string): Value | undefined {
  return Object.hasOwn(table, key) ? table[key] : undefined;
}

/** The characters of a pattern, those between `\Q` and `\E` (or the end) marked as quoted. */
function splitUnits(pattern: string): Unit[] {
  const units: Unit[] = [];
  let quoted = false;
  for (let offset = 0; offset < pattern.length;) {
    const pair = pattern.slice(offset, offset + 2);
    if (pair === (quoted ? '\\E' : '\\Q')) {
      quoted = !quoted;
      offset += 2;
      continue;
    }
    const character = String.fromCodePoint(pattern.codePointAt(offset)!);
    units.push({ character, quoted, offset });
    offset += character.length;
    // an escaped backslash does not begin a quotation
    if (!quoted && pair === '\\\\') {
      units.push({ character: '\\', quoted, offset });
      offset++;
    }
  }
  return units;
}

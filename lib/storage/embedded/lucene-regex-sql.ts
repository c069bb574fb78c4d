import { foldUnicodeCase } from '@/lib/eql/regex/case-folding';
import { rangeSet, toRanges, type CodePointSet } from '@/lib/eql/regex/code-points';
import { compileLuceneRegex } from '@/lib/eql/regex/lucene';
import { regexCharacter } from './text-test';

/** Patterns of `regex` in RE2's language, as DuckDB has it. */
export interface Re2Patterns {
  /** For one value as a whole. */
  readonly whole: string;
  /** For one value among several of a VARCHAR column: reads no separator. */
  readonly delimited: string;
  /** Whether the empty text fits. */
  readonly fitsEmpty: boolean;
}

/**
 * Lucene's dialect as far as RE2 has it too: characters, `.`, classes, groups, `|` and repetitions. `undefined` for
 * patterns with more: complement, intersection, intervals, quotations, `#`, `@`, or repetitions beyond RE2's bounds.
 */
export function toRe2(patterns: readonly string[], insensitive: boolean): Re2Patterns | undefined {
  const print = (withoutSeparator: boolean): string | undefined => {
    const printed = patterns.map((pattern) =>
      new Translator(pattern, insensitive, withoutSeparator).translate(),
    );
    const known = printed.filter((part) => part !== undefined);
    const regex = known.join('|');
    return known.length < printed.length || regex.length > MAX_LENGTH ? undefined : regex;
  };
  const whole = print(false);
  const delimited = print(true);
  if (whole === undefined || delimited === undefined) return undefined;
  const fitsEmpty = patterns.some((pattern) => compileLuceneRegex(pattern)(''));
  return { whole, delimited, fitsEmpty };
}

/** Bounds well inside RE2's, so that no pattern fails when the query runs. */
const MAX_LENGTH = 20_000;
const MAX_SIZE = 1_000;

/** `size`: how many single characters it comes to when its repetitions are written out. */
interface Part {
  readonly text: string;
  readonly size: number;
}

const CLASSES: Readonly<Record<string, string>> = {
  d: '0-9',
  s: '\\x{20}\\t\\n\\r',
  w: '0-9A-Za-z_',
};
/** What has a meaning of its own in Lucene's dialect and none here. */
const REFUSED = new Set('#@"<~&>'.split(''));
const OPERATORS = new Set('?*+{}|)]'.split(''));

/** Walks a pattern that Lucene takes; gives up at the first thing it does not know. */
class Translator {
  private position = 0;
  private readonly characters: readonly string[];

  constructor(
    pattern: string,
    private readonly insensitive: boolean,
    private readonly withoutSeparator: boolean,
  ) {
    this.characters = Array.from(pattern);
  }

  translate(): string | undefined {
    if (this.characters.length === 0) return '(?:)';
    if (!this.characters.every((character) => character.isWellFormed())) return undefined;
    const part = this.union();
    return part && this.position === this.characters.length && part.size <= MAX_SIZE
      ? part.text
      : undefined;
  }

  private union(): Part | undefined {
    const options: Part[] = [];
    do {
      const option = this.concatenation();
      if (!option) return undefined;
      options.push(option);
    } while (this.take('|'));
    return { text: `(?:${options.map(({ text }) => text).join('|')})`, size: sum(options) };
  }

  private concatenation(): Part | undefined {
    const parts: Part[] = [];
    while (this.peek() !== undefined && this.peek() !== '|' && this.peek() !== ')') {
      const part = this.repetition();
      if (!part) return undefined;
      parts.push(part);
    }
    // an empty operand is not what it seems: Lucene reads the operator after it as a character
    return parts.length === 0
      ? undefined
      : { text: parts.map(({ text }) => text).join(''), size: sum(parts) };
  }

  private repetition(): Part | undefined {
    let part = this.simple();
    while (part) {
      if (this.take('?')) part = { ...part, text: `(?:${part.text})?` };
      else if (this.take('*')) part = { ...part, text: `(?:${part.text})*` };
      else if (this.take('+')) part = { ...part, text: `(?:${part.text})+` };
      else if (this.peek() === '{') part = this.counted(part);
      else return part;
    }
    return undefined;
  }

  private counted({ text, size }: Part): Part | undefined {
    const rest = this.characters.slice(this.position).join('');
    const [whole, least = '', comma, most = ''] =
      /^\{([0-9]{1,3})(,?)([0-9]{0,3})\}/.exec(rest) ?? [];
    if (whole === undefined || (comma === '' && most !== '')) return undefined;
    this.position += whole.length;
    const times = Number(most === '' ? least : most);
    return { text: `(?:${text})${whole}`, size: size * Math.max(1, times) };
  }

  private simple(): Part | undefined {
    const character = this.characters[this.position++];
    if (character === undefined || REFUSED.has(character) || OPERATORS.has(character))
      return undefined;
    switch (character) {
      case '.':
        return { text: this.withoutSeparator ? '[^\\x1f]' : '.', size: 1 };
      case '(': {
        if (this.take(')')) return { text: '(?:)', size: 1 };
        const inner = this.union();
        return inner && this.take(')') ? inner : undefined;
      }
      case '[':
        return this.characterClass();
      case '\\': {
        const item = this.escape();
        return item === undefined ? undefined : this.oneOf([item], false);
      }
      default:
        return this.oneOf([this.one(character)], false);
    }
  }

  private characterClass(): Part | undefined {
    const negated = this.take('^');
    const items: string[] = [];
    do {
      const character = this.characters[this.position++];
      if (character === undefined) return undefined;
      if (character === '\\') {
        const item = this.escape();
        if (item === undefined || this.peek() === '-') return undefined;
        items.push(item);
      } else if (this.take('-')) {
        const to = this.characters[this.position++];
        if (to === undefined || to === '\\' || to === ']') return undefined;
        items.push(printSet(rangeSet([codeOf(character), codeOf(to)])));
      } else {
        items.push(this.one(character));
      }
    } while (this.peek() !== ']');
    this.position++;
    return this.oneOf(items, negated);
  }

  /** What follows a backslash, as an item of a class; the classes that negate are left alone. */
  private escape(): string | undefined {
    const character = this.characters[this.position++];
    if (character === undefined) return undefined;
    const known = CLASSES[character];
    if (known !== undefined) return known;
    return /[A-Za-z]/.test(character) ? undefined : this.one(character);
  }

  private one(character: string): string {
    const set = rangeSet([codeOf(character), codeOf(character)]);
    return printSet(this.insensitive ? foldUnicodeCase(set) : set);
  }

  private oneOf(items: readonly string[], negated: boolean): Part | undefined {
    const text = items.join('');
    if (negated) return { text: `[^${text}${this.withoutSeparator ? '\\x1f' : ''}]`, size: 1 };
    // a class that holds the separator would read beyond the value
    return this.withoutSeparator && holdsSeparator(text)
      ? undefined
      : { text: `[${text}]`, size: 1 };
  }

  private peek(): string | undefined {
    return this.characters[this.position];
  }

  private take(character: string): boolean {
    if (this.characters[this.position] !== character) return false;
    this.position++;
    return true;
  }
}

function sum(parts: readonly Part[]): number {
  return parts.reduce((total, { size }) => total + size, 0);
}

function codeOf(character: string): number {
  return character.codePointAt(0) ?? 0;
}

function printSet(set: CodePointSet): string {
  return toRanges(set)
    .map(([from, to]) =>
      from === to ? regexCharacter(from) : `${regexCharacter(from)}-${regexCharacter(to)}`,
    )
    .join('');
}

function holdsSeparator(items: string): boolean {
  return new RegExp(`[${items.replace(/\\x\{([0-9a-f]+)\}/g, '\\u{$1}')}]`, 'u').test('\u001f');
}

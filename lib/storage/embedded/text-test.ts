import { foldAscii, hasWildcard } from '@/lib/eql/wildcard';
import { SEPARATOR } from './catalogue';
import { anyOf, foldSql, quoteText, type Sql } from './sql-text';

/** A test of text values: equal to one of some texts, or fitting one of some patterns of EQL or regular expressions. */
export interface TextTest {
  readonly texts: readonly string[];
  /** With `*` and `?`. */
  readonly patterns: readonly string[];
  readonly insensitive: boolean;
}

/** `undefined` where DuckDB cannot hold the text: in UTF-8 there are no lone surrogates. */
export function textTest(
  texts: readonly string[],
  { insensitive, wildcards }: { readonly insensitive: boolean; readonly wildcards: boolean },
): TextTest | undefined {
  if (!texts.every((text) => text.isWellFormed())) return undefined;
  const folded = [...new Set(insensitive ? texts.map(foldAscii) : texts)];
  const isPattern = (text: string): boolean => wildcards && hasWildcard(text);
  return {
    texts: folded.filter((text) => !isPattern(text)),
    patterns: folded.filter(isPattern),
    insensitive,
  };
}

/** The test of one value. */
export function onOneText({ texts, patterns, insensitive }: TextTest, value: Sql): Sql {
  const parts: Sql[] = [];
  if (texts.length > 0) {
    parts.push(`${foldFor(texts, insensitive, value)} IN (${texts.map(quoteText).join(', ')})`);
  }
  for (const group of chunks(patterns)) {
    const regex = group.map((pattern) => wildcardRegex(pattern, '.', insensitive)).join('|');
    parts.push(`regexp_full_match(${value}, ${quoteText(`(?s)${regex}`)})`);
  }
  return anyOf(parts);
}

/** Whether some value of a VARCHAR column passes, be it one or several: without taking the list apart. */
export function onDelimitedText({ texts, patterns, insensitive }: TextTest, column: Sql): Sql {
  const possible = texts.filter((text) => !text.includes(SEPARATOR));
  const parts: Sql[] = [];
  if (possible.length > 0) {
    const folded = foldFor(possible, insensitive, column);
    parts.push(
      `${folded} IN (${possible.map(quoteText).join(', ')})`,
      amongSeveral(possible, folded, column),
    );
  }
  const general: string[] = [];
  for (const pattern of patterns.filter((each) => !each.includes(SEPARATOR))) {
    const simple = simplePattern(pattern, column, insensitive);
    if (simple === undefined) general.push(pattern);
    else parts.push(simple);
  }
  for (const group of chunks(general)) {
    const regex = group
      .map((pattern) => wildcardRegex(pattern, VALUE_CHARACTER, insensitive))
      .join('|');
    parts.push(`regexp_matches(${column}, ${quoteText(inDelimited(regex, { fitsEmpty: false }))})`);
  }
  return anyOf(parts);
}

/**
 * A regular expression of whole values that reads no separator, as one that finds such a value in a VARCHAR column. One
 * that fits the empty text must not fit before the first separator.
 */
export function inDelimited(regex: string, { fitsEmpty }: { readonly fitsEmpty: boolean }): string {
  return fitsEmpty
    ? `(?s)^(?:${regex})$|\\x1f(?:${regex})\\x1f`
    : `(?s)(?:^|\\x1f)(?:${regex})(?:$|\\x1f)`;
}

/** Any character that a value in a VARCHAR column can hold. */
const VALUE_CHARACTER = '[^\\x1f]';

function amongSeveral(texts: readonly string[], folded: Sql, column: Sql): Sql {
  const [only] = texts;
  if (texts.length === 1 && only !== undefined) {
    return `contains(${folded}, ${quoteText(SEPARATOR + only + SEPARATOR)})`;
  }
  const values = `string_split(substring(${folded}, 2, length(${folded}) - 2), '${SEPARATOR}')`;
  return `CASE WHEN starts_with(${column}, '${SEPARATOR}') THEN list_has_any(${values}, [${texts.map(quoteText).join(', ')}]) END`;
}

/** `a*`, `*a` and `*a*` without a regular expression. */
function simplePattern(pattern: string, column: Sql, insensitive: boolean): Sql | undefined {
  const text = pattern.replace(/^\*+|\*+$/g, '');
  if (hasWildcard(text)) return undefined;
  const value = foldFor([text], insensitive, column);
  const [opens, closes] = [pattern.startsWith('*'), pattern.endsWith('*')];
  if (text === '') return `${column} IS NOT NULL`;
  if (opens && closes) return `contains(${value}, ${quoteText(text)})`;
  return opens
    ? `(ends_with(${value}, ${quoteText(text)}) OR contains(${value}, ${quoteText(text + SEPARATOR)}))`
    : `(starts_with(${value}, ${quoteText(text)}) OR contains(${value}, ${quoteText(SEPARATOR + text)}))`;
}

function foldFor(texts: readonly string[], insensitive: boolean, value: Sql): Sql {
  return insensitive && texts.some((text) => /[a-z]/.test(text)) ? foldSql(value) : value;
}

/** In RE2's language. Its `(?i)` folds Unicode, so each letter names its two cases. */
function wildcardRegex(pattern: string, any: string, insensitive: boolean): string {
  const collapsed = pattern.replace(/\*+/g, '*');
  return Array.from(collapsed, (character) => {
    if (character === '*') return `${any}*`;
    if (character === '?') return any;
    if (insensitive && /[a-z]/.test(character)) return `[${character}${character.toUpperCase()}]`;
    return regexCharacter(character.codePointAt(0) ?? 0);
  }).join('');
}

/** One character that means itself. */
export function regexCharacter(code: number): string {
  const character = String.fromCodePoint(code);
  return /[A-Za-z0-9 ]/.test(character) ? character : `\\x{${code.toString(16)}}`;
}

/** Alternatives of one regular expression: RE2 bounds the memory of each. */
const MAX_ALTERNATIVES = 40;

function chunks<T>(list: readonly T[]): T[][] {
  const groups: T[][] = [];
  for (let from = 0; from < list.length; from += MAX_ALTERNATIVES) {
    groups.push(list.slice(from, from + MAX_ALTERNATIVES));
  }
  return groups;
}

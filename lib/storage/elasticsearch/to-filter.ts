import {
  fieldsOf,
  type Comparison,
  type Expression,
  type Field,
  type FunctionCall,
  type Schema,
  type Value,
} from '@/lib/eql';
import { findFunction } from '@/lib/eql/functions';
import type { OrderOperator } from '@/lib/eql/values';
import { hasWildcard } from '@/lib/eql/wildcard';
import {
  between,
  exactly,
  isFieldMatch,
  isFieldMembership,
  isNullTest,
  readName,
  translateCondition,
  undecided,
  type FieldMatch,
  type FieldMembership,
  type FilterPair,
  type Leaf,
  type LeafTranslator,
  type Translation,
} from '../filter-pair';
import { calculationFilter } from './arithmetic-filter';
import type { FieldCapabilities, IndexCapabilities } from './field-capabilities';
import {
  allOf,
  anyOf,
  escapeWildcards,
  exists,
  fromEqlPattern,
  MATCH_ALL,
  MATCH_NONE,
  not,
  prefix,
  regexp,
  termInsensitive,
  terms,
  wildcard,
  type ElasticsearchFilter,
  type TermValue,
} from './query-dsl';
import { comparisonFilter, indexedText, networksFilter } from './value-filter';

/**
 * A checked condition as filters of Elasticsearch and OpenSearch: no scripts, nothing of X-Pack. The index has the same
 * two-valued leaves over many values that EQL has, so only what it cannot compute is left to the evaluator.
 */
export function toElasticsearchFilter(
  condition: Expression,
  schema: Schema,
  index: IndexCapabilities,
): Translation<ElasticsearchFilter> {
  const builder = { all: MATCH_ALL, none: MATCH_NONE, and: allOf, or: anyOf, not };
  const translator: LeafTranslator<ElasticsearchFilter> = {
    ...builder,
    leaf(leaf) {
      const found = targetOf(leaf, schema, index);
      const ownExists = (field: Field): ElasticsearchFilter | undefined =>
        index.field(readName(field, schema)) && exists(readName(field, schema));
      return (
        (found && translateLeaf(leaf, schema, found)) ?? undecided(builder, leaf, schema, ownExists)
      );
    },
  };
  return translateCondition(condition, schema, translator);
}

/** The indexed field that a leaf asks. */
interface Target {
  readonly name: string;
  readonly capabilities: FieldCapabilities;
}

type Pair = FilterPair<ElasticsearchFilter>;

function targetOf(leaf: Leaf, schema: Schema, index: IndexCapabilities): Target | undefined {
  const [field, ...others] = fieldsOf(leaf);
  if (!field || others.length > 0) return undefined;
  const name = readName(field, schema);
  const capabilities = index.field(name);
  return capabilities && { name, capabilities };
}

function translateLeaf(leaf: Leaf, schema: Schema, target: Target): Pair | undefined {
  if (isNullTest(leaf)) return exactly(not(exists(target.name)));
  if (isFieldMatch(leaf)) return orUndefined(matchFilter(leaf, target));
  if (isFieldMembership(leaf)) return orUndefined(membershipFilter(leaf, schema, target));
  if (leaf.kind === 'call') return orUndefined(callFilter(leaf, target));
  return leaf.kind === 'comparison' ? comparisonPair(leaf, schema, target) : undefined;
}

function orUndefined(filter: ElasticsearchFilter | undefined): Pair | undefined {
  return filter && exactly(filter);
}

function comparisonPair(
  { operator, left, right }: Comparison,
  schema: Schema,
  target: Target,
): Pair | undefined {
  if (operator === ':' || operator === '!=' || right.kind !== 'literal') return undefined;
  const { value } = right;
  if (value === null) {
    // a test of a value is null only where there is none
    return operator === '==' && isFieldTest(left) ? exactly(not(exists(target.name))) : undefined;
  }
  if (left.kind === 'field') {
    const info = schema.field(left.name);
    return (
      info && orUndefined(comparisonFilter(operator, target.name, info, target.capabilities, value))
    );
  }
  if (typeof value === 'number' || typeof value === 'bigint') {
    const solved = calculationFilter(operator, left, value, target.name, schema);
    if (solved) return exactly(solved);
  }
  return left.kind === 'call' ? callComparison(operator, left, value, target) : undefined;
}

function isFieldTest(node: Expression): boolean {
  const hasConstant =
    node.kind === 'comparison' && node.right.kind === 'literal' && node.right.value !== null;
  return hasConstant && node.left.kind === 'field';
}

function membershipFilter(
  leaf: FieldMembership,
  schema: Schema,
  target: Target,
): ElasticsearchFilter | undefined {
  const values = leaf.items.flatMap((item) =>
    item.kind === 'literal' && item.value !== null ? [item.value] : [],
  );
  if (leaf.insensitive)
    return everyText(values.map(String), target, (text) => equalInsensitive(text, target));
  const info = schema.field(leaf.operand.name);
  const filters = info
    ? values.map((value) => comparisonFilter('==', target.name, info, target.capabilities, value))
    : [undefined];
  const known = filters.filter((filter) => filter !== undefined);
  return known.length === filters.length ? anyOf(mergeTerms(target.name, known)) : undefined;
}

interface TermOptions {
  readonly value?: TermValue;
  readonly case_insensitive?: boolean;
}

/** Several `term` queries of one field as one `terms`. */
function mergeTerms(
  field: string,
  filters: readonly ElasticsearchFilter[],
): readonly ElasticsearchFilter[] {
  const plain = (filter: ElasticsearchFilter): TermValue | undefined => {
    const term = filter.term as Readonly<Record<string, TermOptions>> | undefined;
    const { value, case_insensitive: insensitive } = term?.[field] ?? {};
    // neither case nor, everywhere, networks can stand in `terms`
    return insensitive || (typeof value === 'string' && value.includes('/')) ? undefined : value;
  };
  const values = filters.map(plain).filter((value) => value !== undefined);
  const others = filters.filter((filter) => plain(filter) === undefined && filter !== MATCH_NONE);
  return values.length === 0 ? others : [terms(field, values), ...others];
}

function matchFilter(leaf: FieldMatch, target: Target): ElasticsearchFilter | undefined {
  const { capabilities, name } = target;
  const insensitive = leaf.operator !== 'like' && leaf.operator !== 'regex';
  const texts = leaf.patterns.map(({ value }) => String(value));
  if (leaf.operator === 'regex' || leaf.operator === 'regex~') {
    // the index would fold the pattern's text too
    if (!canMatch(capabilities, insensitive) || capabilities.normalizer) return undefined;
    if (!texts.every((text) => text.isWellFormed())) return undefined;
    return anyOf(texts.map((text) => regexp(name, text, insensitive)));
  }
  if (!texts.some(hasWildcard) && !insensitive) {
    return everyText(texts, target, (text) => terms(name, [text]));
  }
  return everyText(texts, target, (text) => {
    if (!hasWildcard(text))
      return insensitive ? equalInsensitive(text, target) : terms(name, [text]);
    if (/^\*+$/.test(text)) return exists(name);
    return canMatch(capabilities, insensitive) && isSimple(text)
      ? wildcard(name, fromEqlPattern(text.replace(/\*+/g, '*')), insensitive)
      : undefined;
  });
}

/** `?` after `*` multiply the states of the automaton that Lucene builds, of which there is a limit. */
function isSimple(pattern: string): boolean {
  const afterStar = pattern.slice(Math.max(0, pattern.indexOf('*')));
  return !pattern.includes('*') || afterStar.split('?').length <= 8;
}

function canMatch({ patterns, caseInsensitive }: FieldCapabilities, insensitive: boolean): boolean {
  return patterns && (caseInsensitive || !insensitive);
}

function equalInsensitive(
  text: string,
  { name, capabilities }: Target,
): ElasticsearchFilter | undefined {
  if (capabilities.normalizer || !/[A-Za-z]/.test(text))
    return isText(capabilities) ? terms(name, [text]) : undefined;
  return isText(capabilities) && capabilities.caseInsensitive
    ? termInsensitive(name, text)
    : undefined;
}

function isText({ type }: FieldCapabilities): boolean {
  return (
    type === 'keyword' || type === 'constant_keyword' || type === 'wildcard' || type === 'flattened'
  );
}

function everyText(
  texts: readonly string[],
  { name, capabilities }: Target,
  write: (text: string) => ElasticsearchFilter | undefined,
): ElasticsearchFilter | undefined {
  if (!isText(capabilities)) return undefined;
  const filters = [...new Set(texts)].map((text) => {
    const indexed = indexedText(text, capabilities);
    return indexed === undefined ? undefined : write(indexed);
  });
  const known = filters.filter((filter) => filter !== undefined);
  return known.length === filters.length ? anyOf(mergeTerms(name, known)) : undefined;
}

/** Functions whose result is true or false. */
function callFilter(node: FunctionCall, target: Target): ElasticsearchFilter | undefined {
  const name = findFunction(node.name)?.name;
  const [first, ...rest] = node.arguments;
  if (first?.kind === 'literal' && rest[0]?.kind === 'field' && typeof first.value === 'string') {
    return partOfConstant(name, first.value, node.insensitive, target);
  }
  if (first?.kind !== 'field') return undefined;
  const constants = rest.map((each) =>
    each.kind === 'literal' && typeof each.value === 'string' ? each.value : undefined,
  );
  const [part] = constants;
  if (part === undefined) return undefined;
  switch (name) {
    case 'cidrMatch': {
      const networks = constants.filter((each) => each !== undefined);
      return target.capabilities.type === 'ip' && networks.length === constants.length
        ? networksFilter(target.name, networks)
        : undefined;
    }
    case 'startsWith':
      return partFilter(part, node.insensitive, target, (text) => `${text}*`);
    case 'endsWith':
      return partFilter(part, node.insensitive, target, (text) => `*${text}`);
    case 'stringContains':
      return part === ''
        ? MATCH_NONE
        : partFilter(part, node.insensitive, target, (text) => `*${text}*`);
    default:
      return undefined;
  }
}

/** Constants longer than this have too many parts to list. */
const MAX_LISTED = 32;

/** `startsWith("explorer.exe", field)`: the field is one of the parts of the constant, which can be listed. */
function partOfConstant(
  name: string | undefined,
  constant: string,
  insensitive: boolean,
  target: Target,
): ElasticsearchFilter | undefined {
  const { length } = constant;
  if (length > MAX_LISTED || target.capabilities.normalizer) return undefined;
  const ends = Array.from({ length: length + 1 }, (_, index) => index);
  const parts = {
    startsWith: () => ends.map((end) => constant.slice(0, end)),
    endsWith: () => ends.map((start) => constant.slice(start)),
    stringContains: () =>
      ends.flatMap((start) =>
        ends.filter((end) => end > start).map((end) => constant.slice(start, end)),
      ),
  };
  if (name !== 'startsWith' && name !== 'endsWith' && name !== 'stringContains') return undefined;
  const whole = parts[name]().filter((part) => part.isWellFormed());
  return everyText(whole, target, (text) =>
    insensitive ? equalInsensitive(text, target) : terms(target.name, [text]),
  );
}

/** Unlike patterns, the arguments of functions are not folded with the index. */
function partFilter(
  part: string,
  insensitive: boolean,
  { name, capabilities }: Target,
  write: (escaped: string) => string,
): ElasticsearchFilter | undefined {
  if (!isText(capabilities)) return undefined;
  if (part === '') return exists(name);
  const text = indexedText(part, capabilities);
  if (text === undefined) return undefined;
  if (capabilities.normalizer && !insensitive && text !== part) return MATCH_NONE;
  const pattern = write(escapeWildcards(text));
  const foldsLetters = insensitive && !capabilities.normalizer && /[A-Za-z]/.test(text);
  if (!foldsLetters && pattern === `${escapeWildcards(text)}*`) return prefix(name, text);
  return canMatch(capabilities, foldsLetters) ? wildcard(name, pattern, foldsLetters) : undefined;
}

/** `length(field) > 3`, and parts cut from the start or the end as long as what they are compared with. */
function callComparison(
  operator: OrderOperator,
  node: FunctionCall,
  constant: Value,
  target: Target,
): Pair | undefined {
  const [first, ...rest] = node.arguments;
  if (first?.kind !== 'field' || !isText(target.capabilities)) return undefined;
  const name = findFunction(node.name)?.name;
  if (name === 'length' && typeof constant === 'number')
    return lengthPair(operator, constant, target);
  if (
    name === 'substring' &&
    operator === '==' &&
    typeof constant === 'string' &&
    constant !== ''
  ) {
    const bounds = rest.map((each) => (each.kind === 'literal' ? each.value : undefined));
    return orUndefined(cutFilter(bounds, constant, target));
  }
  return undefined;
}

function cutFilter(
  bounds: readonly unknown[],
  constant: string,
  target: Target,
): ElasticsearchFilter | undefined {
  const [from, to = null] = bounds;
  const isStart = from === 0 && to === constant.length;
  const isEnd = from === -constant.length && to === null;
  if (isStart) return partFilter(constant, false, target, (text) => `${text}*`);
  return isEnd ? partFilter(constant, false, target, (text) => `*${text}`) : undefined;
}

/** Longer ones are left to the evaluator: Lucene builds a state for each character. */
const MAX_LENGTH = 256;

/** A character beyond U+FFFF counts twice in `length` and once in a pattern. */
function lengthPair(
  operator: OrderOperator,
  constant: number,
  { name, capabilities }: Target,
): Pair | undefined {
  if (!capabilities.patterns) return undefined;
  const [least, most] = lengths(operator, constant);
  if (most < least || most < 0) return exactly(MATCH_NONE);
  if (least <= 0 && most === Infinity) return exactly(exists(name));
  if (least === 1 && most === Infinity) return exactly(wildcard(name, '?*', false));
  if (least > MAX_LENGTH || (most !== Infinity && most > MAX_LENGTH)) return undefined;
  const repeated = (from: number): string => `{${from},${most === Infinity ? '' : most}}`;
  return between(
    regexp(name, `[^\u{10000}-\u{10ffff}]${repeated(Math.max(least, 0))}`, false),
    regexp(name, `.${repeated(Math.max(Math.ceil(least / 2), 0))}`, false),
  );
}

/** The whole numbers that satisfy `n operator constant`, from and to. */
function lengths(
  operator: OrderOperator,
  constant: number,
): readonly [least: number, most: number] {
  switch (operator) {
    case '==':
      return [Math.ceil(constant), Math.floor(constant)];
    case '<':
      return [0, Math.ceil(constant) - 1];
    case '<=':
      return [0, Math.floor(constant)];
    case '>':
      return [Math.floor(constant) + 1, Infinity];
    case '>=':
      return [Math.ceil(constant), Infinity];
  }
}

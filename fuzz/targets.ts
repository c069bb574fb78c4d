import { isDeepStrictEqual } from 'node:util';
import fc from 'fast-check';
import {
  checkExpression,
  checkQuery,
  compileCondition,
  compileQuery,
  EqlError,
  parseExpression,
  parseQuery,
  printExpression,
  printQuery,
  SequenceMatcher,
  type Expression,
} from '@/lib/eql';
import {
  condition,
  document,
  expression,
  query,
  RANDOM_SCHEMA,
  stream,
  withoutSpans,
  type RandomDocument,
} from '@/lib/eql/testing/arbitraries';
import { modelSequences } from '@/lib/eql/testing/sequence-model';

const MAX_MILLISECONDS = 1_000;
const source = { reader: (field: string) => (event: RandomDocument) => event[field] };
const context = { schema: RANDOM_SCHEMA, source };

/** What can go wrong, each tried with random input for a while. */
export function fuzzTargets(
  queries: readonly string[],
): Readonly<Record<string, fc.IRawProperty<unknown, false>>> {
  return {
    'random bytes': property(fc.oneof(randomBytes, randomTokens), readText),
    'mutated queries': property(mutated(queries), readText),
    'random queries': property(query, (tree) => {
      const text = printQuery(tree);
      same(withoutSpans(parseQuery(text)), withoutSpans(tree));
      readText(text);
    }),
    'random expressions': property(
      fc.tuple(expression, fc.array(document, { maxLength: 3 })),
      ([tree, documents]) => {
        const text = printExpression(tree);
        const again = parseExpression(text);
        same(withoutSpans(again), withoutSpans(tree));
        if (checkExpression(again, text, RANDOM_SCHEMA).length === 0)
          evaluate(tree, again, documents);
      },
    ),
    'random conditions': property(
      fc.tuple(condition, fc.array(document, { maxLength: 5 })),
      ([tree, documents]) => {
        evaluate(tree, parseExpression(printExpression(tree)), documents);
        negate(tree, documents);
      },
    ),
    'matcher against model': property(stream(), ({ plan, events }) => {
      const matcher = new SequenceMatcher<number>(plan);
      const found = [...events.flatMap((event) => matcher.push(event)), ...matcher.finish()];
      same(
        found.map(({ key, events: taken }) => ({ key, events: taken })),
        modelSequences(plan, events),
      );
    }),
  };
}

function property<T>(
  input: fc.Arbitrary<T>,
  attempt: (value: T) => void,
): fc.IRawProperty<unknown, false> {
  const timed = (value: T): void => {
    const startedAt = performance.now();
    attempt(value);
    const taken = performance.now() - startedAt;
    if (taken > MAX_MILLISECONDS) throw new Error(`took ${Math.round(taken)} ms`);
  };
  return fc.property(input, timed);
}

/** Parses, checks, prints and compiles; only an `EqlError` may come of it. */
function readText(text: string): void {
  try {
    const tree = parseQuery(text);
    same(withoutSpans(parseQuery(printQuery(tree))), withoutSpans(tree));
    const problems = checkQuery(tree, text, { schema: RANDOM_SCHEMA });
    if (checkQuery(tree, text).length === 0 && tree.kind !== 'join')
      compileQuery(tree, context).hits({});
    if (problems.length === 0) compileQuery(tree, context).hits({});
  } catch (error) {
    if (!(error instanceof EqlError)) throw error;
  }
}

/** The printed tree says the same of each document. */
function evaluate(tree: Expression, again: Expression, documents: readonly RandomDocument[]): void {
  const first = compileCondition(tree, context);
  const second = compileCondition(again, context);
  for (const event of documents) same(first(event), second(event));
}

/** `not` of a condition without null says the opposite, whatever values are missing. */
function negate(tree: Expression, documents: readonly RandomDocument[]): void {
  const plain = compileCondition(tree, context);
  const opposite = compileCondition({ kind: 'not', operand: tree, span: tree.span }, context);
  for (const event of documents) same(opposite(event), !plain(event));
}

function same(found: unknown, expected: unknown): void {
  if (isDeepStrictEqual(found, expected)) return;
  throw new Error(`found ${show(found)}, expected ${show(expected)}`);
}

function show(value: unknown): string {
  return fc.stringify(value).slice(0, 2_000);
}

const randomBytes = fc
  .uint8Array({ maxLength: 300, size: 'max' })
  .map((bytes) => Buffer.from(bytes).toString('latin1'));

const WORDS = [
  'any', 'where', 'sequence', 'sample', 'join', 'by', 'with', 'maxspan', 'runs', 'until', 'and', 'or', 'not', 'in', 'in~',
  'like', 'like~', 'regex', 'regex~', 'true', 'null', '[', '![', ']', '(', ')', ',', '.', '|', '?', '==', '!=', '<', ':',
  '=', '+', '-', '*', '/', '%', '"a"', '"""b"""', '`c d`', '5', '1.5', '1s', 'head', 'word', 'count', 'length', '"', '/*',
  '*/', '//', '\n', '\\', "'", '~', '\u0000', '\ud800',
] as const; // prettier-ignore

const randomTokens = fc
  .array(fc.constantFrom(...WORDS), { maxLength: 200, size: 'max' })
  .map((words) => words.join(' '));

/** A real query with parts cut, doubled, swapped for words of the language or deeply repeated. */
function mutated(queries: readonly string[]): fc.Arbitrary<string> {
  const change = fc.record({
    at: fc.double({ min: 0, max: 1, noNaN: true }),
    length: fc.oneof({ weight: 5, arbitrary: fc.nat({ max: 12 }) }, fc.nat({ max: 400 })),
    how: fc.constantFrom('cut', 'double', 'replace', 'insert', 'repeat', 'wrap'),
    word: fc.oneof(
      fc.constantFrom<string[]>(...WORDS),
      fc.string({ unit: 'binary', maxLength: 3 }),
    ),
    times: fc.oneof({ weight: 20, arbitrary: fc.nat({ max: 5 }) }, fc.nat({ max: 3_000 })),
  });
  return fc
    .tuple(fc.constantFrom(...queries), fc.array(change, { minLength: 1, maxLength: 5 }))
    .map(([text, changes]) =>
      changes.reduce((changed, { at, length, how, word, times }) => {
        const start = Math.floor(at * changed.length);
        const before = changed.slice(0, start);
        const part = changed.slice(start, start + length);
        const after = changed.slice(start + length);
        switch (how) {
          case 'cut':
            return before + after;
          case 'double':
            return before + part + part + after;
          case 'replace':
            return before + word + after;
          case 'insert':
            return `${before} ${word} ${part}${after}`;
          case 'repeat':
            return before + part.repeat(Math.min(times, 200_000 / (part.length + 1))) + after;
          case 'wrap':
            return before + '('.repeat(times) + part + ')'.repeat(times) + after;
        }
      }, text),
    );
}

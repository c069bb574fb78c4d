import fc from 'fast-check';
import type { EventFilter, Expression, Field, Literal, Pipe, Query, Stage } from '../ast';
import { UNTIL, type OrderedEvent, type SequencePlan, type StageHit } from '../sequence';
import type { FieldInfo, FieldValues, Schema } from '../types';

const span = { start: 0, end: 0 };

/** Fields of random trees and documents, each with its type. */
const RANDOM_FIELDS: Readonly<Record<string, FieldInfo>> = {
  word: { type: 'keyword' },
  'process.name': { type: 'keyword', normalizer: 'lowercase' },
  'odd name': { type: 'keyword' },
  'a.and.b': { type: 'wildcard' },
  'tick`s': { type: 'keyword' },
  count: { type: 'long' },
  ratio: { type: 'double' },
  flag: { type: 'boolean' },
  address: { type: 'ip' },
  when: { type: 'date' },
  release: { type: 'version' },
  any: { type: 'keyword', dynamic: true },
};

export const RANDOM_SCHEMA: Schema = {
  field: (name) => RANDOM_FIELDS[name],
  names: () => Object.keys(RANDOM_FIELDS),
};

export type RandomDocument = Readonly<Record<string, FieldValues>>;

const shortText = fc.oneof(
  fc.constantFrom(
    '',
    'a',
    'abc',
    'ABC',
    'a*',
    '?b*',
    '*',
    '10.0.0.1',
    '5',
    'true',
    '1.2.3',
    '2020',
  ),
  fc.string({ unit: 'binary', maxLength: 8 }),
  fc.string({
    unit: fc.constantFrom('"', '\\', '\n', '`', '*', '?', 'é', '😀', '\u0000'),
    maxLength: 5,
  }),
);

const stringLiteral = shortText.map((value): Literal => ({
  kind: 'literal',
  type: 'string',
  value,
  span,
}));

const literal: fc.Arbitrary<Literal> = fc.oneof(
  { weight: 4, arbitrary: stringLiteral },
  fc.nat().map((value): Literal => ({ kind: 'literal', type: 'integer', value, span })),
  fc
    .bigInt({ min: BigInt(Number.MAX_SAFE_INTEGER) + 1n, max: 2n ** 63n - 1n })
    .map((value): Literal => ({ kind: 'literal', type: 'integer', value, span })),
  fc
    .double({ min: 0, noNaN: true, noDefaultInfinity: true })
    .map((value): Literal => ({ kind: 'literal', type: 'float', value: Math.abs(value), span })),
  fc.boolean().map((value): Literal => ({ kind: 'literal', type: 'boolean', value, span })),
  fc.constant<Literal>({ kind: 'literal', type: 'null', value: null, span }),
);

const field = fc
  .record({
    name: fc.constantFrom(...Object.keys(RANDOM_FIELDS), 'unmapped'),
    optional: fc.boolean(),
  })
  .map(({ name, optional }): Field => ({ kind: 'field', name, optional, span }));

const functionName = fc.constantFrom(
  'startsWith', 'endsWith', 'stringContains', 'length', 'concat', 'between', 'indexOf', 'substring',
  'cidrMatch', 'number', 'string', 'add', 'noSuchFunction',
); // prettier-ignore

/** Trees as the parser can give them, well typed or not. */
export const expression: fc.Arbitrary<Expression> = fc.letrec<{ node: Expression }>((tie) => {
  const node = tie('node');
  const call = fc
    .record({
      name: functionName,
      insensitive: fc.boolean(),
      arguments: fc.array(node, { maxLength: 3 }),
    })
    .map((parts): Expression => ({ kind: 'call', ...parts, nameSpan: span, span }));
  const operands = fc.array(node, { minLength: 2, maxLength: 4 });
  return {
    node: fc.oneof(
      { depthSize: 'small', withCrossShrink: true },
      literal,
      field,
      call,
      fc
        .record({
          operator: fc.constantFrom('==', '!=', '<', '<=', '>', '>='),
          left: node,
          right: node,
        })
        .map((parts): Expression => ({ kind: 'comparison', ...parts, span })),
      // Before a constant ":" is a match; the parser gives a comparison for everything else
      fc
        .record({ left: node, right: node.filter(({ kind }) => kind !== 'literal') })
        .map((parts): Expression => ({ kind: 'comparison', operator: ':', ...parts, span })),
      fc
        .record({
          operand: node,
          items: fc.array(node, { minLength: 1, maxLength: 3 }),
          negated: fc.boolean(),
          insensitive: fc.boolean(),
        })
        .map((parts): Expression => ({ kind: 'membership', ...parts, span })),
      fc
        .record({
          operator: fc.constantFrom(':', 'like', 'like~', 'regex', 'regex~'),
          operand: node,
          patterns: fc.array(fc.oneof({ weight: 6, arbitrary: stringLiteral }, literal), {
            minLength: 1,
            maxLength: 3,
          }),
        })
        .map((parts): Expression => ({ kind: 'match', ...parts, span })),
      node.map((operand): Expression => ({ kind: 'not', operand, span })),
      node.map((operand): Expression => ({ kind: 'negation', operand, span })),
      operands.map((parts): Expression => ({ kind: 'and', operands: parts, span })),
      operands.map((parts): Expression => ({ kind: 'or', operands: parts, span })),
      fc
        .record({ operator: fc.constantFrom('+', '-', '*', '/', '%'), left: node, right: node })
        .map((parts): Expression => ({ kind: 'arithmetic', ...parts, span })),
    ),
  };
}).node;

/** Conditions that mostly pass the checks, so that evaluating them gets somewhere. */
export const condition: fc.Arbitrary<Expression> = fc.letrec<{ node: Expression }>((tie) => {
  const named = (...names: string[]): fc.Arbitrary<Expression> =>
    fc
      .record({ name: fc.constantFrom(...names), optional: fc.boolean() })
      .map((parts): Expression => ({ kind: 'field', ...parts, span }));
  const text = named('word', 'process.name', 'odd name', 'any');
  const number = named('count', 'ratio', 'any');
  const numeral = fc.oneof(
    fc.nat({ max: 9 }).map((value): Literal => ({ kind: 'literal', type: 'integer', value, span })),
    fc.constant<Literal>({ kind: 'literal', type: 'float', value: 2.5, span }),
  );
  const order = fc.constantFrom<'==' | '!=' | '<' | '>='>('==', '!=', '<', '>=');
  const node = tie('node');
  return {
    node: fc.oneof(
      { depthSize: 'small', withCrossShrink: true },
      fc.tuple(order, text, stringLiteral).map(([operator, left, right]): Expression => ({
        kind: 'comparison',
        operator,
        left,
        right,
        span,
      })),
      fc.tuple(order, number, numeral).map(([operator, left, right]): Expression => ({
        kind: 'comparison',
        operator,
        left,
        right,
        span,
      })),
      fc
        .record({
          operator: fc.constantFrom(':', 'like', 'like~'),
          operand: text,
          patterns: fc.array(stringLiteral, { minLength: 1, maxLength: 3 }),
        })
        .map((parts): Expression => ({ kind: 'match', ...parts, span })),
      fc
        .tuple(number, numeral, numeral, fc.constantFrom('+', '-', '*', '/', '%'))
        .map(([left, right, wanted, operator]): Expression => ({
          kind: 'comparison',
          operator: '==',
          left: { kind: 'arithmetic', operator, left, right, span },
          right: wanted,
          span,
        })),
      fc
        .tuple(
          fc.constantFrom('startsWith', 'endsWith', 'stringContains'),
          text,
          stringLiteral,
          fc.boolean(),
        )
        .map(([name, first, second, insensitive]): Expression => ({
          kind: 'call',
          name,
          insensitive,
          arguments: [first, second],
          nameSpan: span,
          span,
        })),
      fc
        .tuple(
          text,
          fc.array(stringLiteral, { minLength: 1, maxLength: 3 }),
          fc.boolean(),
          fc.boolean(),
        )
        .map(([operand, items, negated, insensitive]): Expression => ({
          kind: 'membership',
          operand,
          items,
          negated,
          insensitive,
          span,
        })),
      node.map((operand): Expression => ({ kind: 'not', operand, span })),
      fc
        .array(node, { minLength: 2, maxLength: 3 })
        .map((operands): Expression => ({ kind: 'and', operands, span })),
      fc
        .array(node, { minLength: 2, maxLength: 3 })
        .map((operands): Expression => ({ kind: 'or', operands, span })),
    ),
  };
}).node;

const eventFilter: fc.Arbitrary<EventFilter> = fc
  .record({
    category: fc.constantFrom(null, 'process', 'network', 'any', 'my category', 'until', ''),
    condition: expression,
  })
  .map((parts) => ({ ...parts, categorySpan: span, span }));

const keys = fc.array(field, { maxLength: 2 });
const pipes = fc.array(
  fc
    .record({ name: fc.constantFrom<'head' | 'tail'>('head', 'tail'), count: fc.nat() })
    .map((parts): Pipe => ({ ...parts, span })),
  { maxLength: 2 },
);

function stage(canBeMissing: boolean): fc.Arbitrary<Stage> {
  return fc
    .record({
      filter: eventFilter,
      by: keys,
      missing: canBeMissing ? fc.boolean() : fc.constant(false),
      runs: canBeMissing ? fc.integer({ min: 1, max: 5 }) : fc.constant(1),
    })
    .map((parts) => ({ ...parts, span }));
}

const until = fc.option(stage(false), { nil: undefined });
const stages = fc.array(stage(false), { minLength: 2, maxLength: 3 });

/** Queries as the parser can give them. */
export const query: fc.Arbitrary<Query> = fc.oneof(
  fc
    .record({ filter: eventFilter, pipes })
    .map((parts): Query => ({ kind: 'event', ...parts, span })),
  fc
    .record({
      by: keys,
      maxspan: fc.option(
        fc
          .record({
            value: fc.integer({ min: 1, max: 1000 }),
            unit: fc.constantFrom('ms', 's', 'm', 'h', 'd'),
          })
          .map((parts) => ({ ...parts, span })),
        { nil: undefined },
      ),
      stages: fc.array(stage(true), { minLength: 2, maxLength: 3 }),
      until,
      pipes,
    })
    .map((parts): Query => ({ kind: 'sequence', ...parts, span })),
  fc
    .record({ by: keys, stages, pipes })
    .map((parts): Query => ({ kind: 'sample', ...parts, span })),
  fc
    .record({ by: keys, stages, until, pipes })
    .map((parts): Query => ({ kind: 'join', ...parts, span })),
);

function valuesOf<T extends string | number | boolean>(
  one: fc.Arbitrary<T>,
): fc.Arbitrary<FieldValues> {
  return fc.oneof(fc.constant(undefined), one, fc.array(one, { minLength: 2, maxLength: 3 }));
}

const words = fc.constantFrom('', 'a', 'abc', 'ABC', 'xyz', 'é😀', '5', 'a\nb');

/** Documents of `RANDOM_SCHEMA`: per field no, one or several values. */
export const document: fc.Arbitrary<RandomDocument> = fc.record({
  word: valuesOf(words),
  'process.name': valuesOf(words.map((word) => word.toLowerCase())),
  'odd name': valuesOf(words),
  'a.and.b': valuesOf(words),
  'tick`s': valuesOf(words),
  count: valuesOf(fc.integer({ min: -9, max: 9 })),
  ratio: valuesOf(fc.constantFrom(0, 2.5, -1, 1e10)),
  flag: valuesOf(fc.boolean()),
  address: valuesOf(fc.constantFrom('10.0.0.1', '::1', '192.168.0.7')),
  when: valuesOf(fc.integer({ min: -1e12, max: 2e12 })),
  release: valuesOf(fc.constantFrom('1.2.3', '1.2.3-rc1', 'nonsense')),
  any: valuesOf(fc.oneof<fc.Arbitrary<string | number>[]>(words, fc.nat())),
});

/** A sequence plan and a stream for it. */
export interface RandomStream {
  readonly plan: SequencePlan;
  readonly events: readonly OrderedEvent<number>[];
}

const JOIN_KEYS: readonly (readonly (string | null)[])[] = [['a'], ['b'], [null]];

/**
 * Streams with few keys and small gaps, so that stages meet. The event of the n-th entry is n. Times are milliseconds,
 * or nanoseconds as bigint.
 */
export function stream(
  options: { readonly exceptionItems?: number } = {},
): fc.Arbitrary<RandomStream> {
  const items = options.exceptionItems ?? 0;
  return fc
    .record({
      missing: fc
        .array(fc.constantFrom(false, false, true), { minLength: 2, maxLength: 4 })
        .filter((list) => list.includes(false)),
      repeats: fc.boolean(),
      maxspanMs: fc.option(fc.integer({ min: 1, max: 9 }), { nil: undefined }),
      isNanos: fc.boolean(),
    })
    .chain(({ missing, repeats, maxspanMs, isNanos }) => {
      // Without maxspan no event may be missing
      const plan: SequencePlan = {
        missing: maxspanMs === undefined ? missing.map(() => false) : missing,
        maxspanMs,
        ...(items > 0 ? { exceptionItems: items } : {}),
      };
      const stageNumbers = [UNTIL, ...missing.keys()];
      // `with runs`: the first two stages are one filter
      const sameAs = (stageNumber: number): number[] =>
        repeats && stageNumber === 0 ? [0, 1] : [stageNumber];
      const hit = fc.record({
        stage: fc.oneof(
          { weight: 6, arbitrary: fc.constantFrom(...missing.keys()) },
          fc.constantFrom(...stageNumbers),
        ),
        keys: fc.oneof(
          { weight: 5, arbitrary: fc.subarray([...JOIN_KEYS], { minLength: 1, maxLength: 1 }) },
          fc.subarray([...JOIN_KEYS], { minLength: 1 }),
        ),
        excepted: fc.bigInt({ min: 0n, max: (1n << BigInt(items)) - 1n }),
      });
      const event = fc.record({
        gap: fc.nat({ max: 3 }),
        hits: fc.array(hit, { minLength: 1, maxLength: 2 }),
      });
      return fc.array(event, { maxLength: 25 }).map((list): RandomStream => {
        let time = 0;
        const events = list.map(({ gap, hits }, place): OrderedEvent<number> => {
          time += gap;
          const all = hits.flatMap((one) =>
            sameAs(one.stage).map((stageNumber): StageHit => ({ ...one, stage: stageNumber })),
          );
          const once = all.filter(
            (one, index) => all.findIndex((other) => other.stage === one.stage) === index,
          );
          return {
            timestamp: isNanos ? BigInt(time) * 1_000_000n : time,
            hits: once,
            event: place,
          };
        });
        return { plan, events };
      });
    });
}

/** The tree without its places in a text. */
export function withoutSpans(tree: unknown): unknown {
  if (Array.isArray(tree)) return tree.map(withoutSpans);
  if (typeof tree !== 'object' || tree === null) return tree;
  return Object.fromEntries(
    Object.entries(tree)
      .filter(([name]) => !/^(span|nameSpan|categorySpan)$/.test(name))
      .map(([name, value]) => [name, withoutSpans(value)]),
  );
}

import { describe, expect, it } from 'vitest';
import { explainCondition } from './explain-condition';
import { explainSequence } from './explain-sequence';
import { parseExpression, parseQuery } from './parser';
import { compileQuery } from './query';
import type { PlacedEvent } from './run';
import type { FieldSource, FieldValues, Schema } from './types';

type Document = Readonly<Record<string, FieldValues>>;

const schema: Schema = { field: () => ({ type: 'keyword', dynamic: true }), names: () => [] };
const source: FieldSource<Document> = { reader: (field) => (event) => event[field] };

describe('reasons of a condition', () => {
  it('say of each clause whether it holds and what was found', () => {
    const text = 'name : "a*" and not (port > 10 or user == "x")';
    const reason = explainCondition(parseExpression(text), { schema, source })({
      name: 'abc',
      port: [5, 50],
    });
    const shown = (part: typeof reason): unknown => ({
      text: text.slice(part.span.start, part.span.end),
      holds: part.holds,
      ...(part.values.length > 0 ? { values: part.values } : {}),
      ...(part.parts.length > 0 ? { parts: part.parts.map(shown) } : {}),
    });
    expect(shown(reason)).toEqual({
      text,
      holds: false,
      parts: [
        { text: 'name : "a*"', holds: true, values: [{ field: 'name', found: 'abc' }] },
        {
          text: 'not (port > 10 or user == "x")',
          holds: false,
          parts: [
            {
              text: 'port > 10 or user == "x"',
              holds: true,
              parts: [
                { text: 'port > 10', holds: true, values: [{ field: 'port', found: [5, 50] }] },
                {
                  text: 'user == "x"',
                  holds: false,
                  values: [{ field: 'user', found: undefined }],
                },
              ],
            },
          ],
        },
      ],
    });
  });
});

describe('reasons of a sequence', () => {
  const query = compileQuery(
    parseQuery('sequence by host with maxspan=1s [any where kind == "a"] [any where kind == "b"]'),
    { schema, source },
  );
  const event = (
    id: string,
    timestamp: number,
    kind: string,
    host?: string,
  ): PlacedEvent<Document> => ({
    id,
    index: 'i',
    timestamp,
    tiebreaker: undefined,
    event: { kind, host },
  });

  it.each<[string, PlacedEvent<Document>[], string, number]>([
    ['over_maxspan', [event('1', 0, 'a', 'h'), event('2', 1_400, 'b', 'h')], 'over_maxspan', 1_400],
    ['wrong_order', [event('1', 300, 'a', 'h'), event('2', 0, 'b', 'h')], 'wrong_order', -300],
    ['other_key', [event('1', 0, 'a', 'g'), event('2', 200, 'b', 'h')], 'other_key', 200],
  ])('name the nearest miss: %s', (_name, events, reason, gapMs) => {
    const explained = explainSequence(query, events);
    expect(explained.sequences).toEqual([]);
    expect(explained.nearMisses).toEqual([expect.objectContaining({ stage: 2, reason, gapMs })]);
  });

  it('count what each stage found, and events without a join key', () => {
    const explained = explainSequence(query, [
      event('1', 0, 'a', 'h'),
      event('2', 10, 'a'),
      event('3', 20, 'b', 'h'),
    ]);
    expect(explained.stages).toEqual([
      { stage: 1, missing: false, matching: 2, withoutKey: 1 },
      { stage: 2, missing: false, matching: 1, withoutKey: 0 },
    ]);
    expect(explained.sequences).toHaveLength(1);
    expect(explained.nearMissTotal).toBe(0);
  });
});

import { stringifyJson, type JsonObject, type JsonValue } from '@/lib/ecs/json';
import {
  positionAt,
  type EqlError,
  type EqlProblem,
  type PlacedEvent,
  type QueryResult,
} from '@/lib/eql';
import type { Skipped } from './eql-documents';

type Placed = PlacedEvent<JsonObject>;

/** `{"events":[..],"total":n,"ties":n,"skipped":[..]}`, or `sequences` in place of `events`; in pieces. */
export function* resultAsJson(
  result: QueryResult<JsonObject>,
  skipped: readonly Skipped[],
): Generator<string, void> {
  yield `{"${result.kind}":[`;
  if (result.kind === 'events') {
    yield* listed(result.events, (event) => stringifyJson(asHit(event)));
  } else {
    yield* listed(result.sequences, ({ joinKeys, events }) => {
      const hits = events.map((event) => (event === null ? { missing: true } : asHit(event)));
      return stringifyJson({ join_keys: joinKeys, events: hits });
    });
  }
  yield `],"total":${result.total},"ties":${result.ties},"skipped":[`;
  yield* listed(skipped, ({ file, line, reason }) => stringifyJson({ file, line, reason }));
  yield ']}\n';
}

function* listed<T>(items: readonly T[], toText: (item: T) => string): Generator<string, void> {
  for (const [at, item] of items.entries()) yield at === 0 ? toText(item) : `,${toText(item)}`;
}

function asHit({ id, index, event }: Placed): JsonObject {
  return { _id: id, _index: index, _source: event };
}

/** `{"error":{..}}` with what the first problem says, and all of them in `problems`. */
export function errorAsJson({ text, problems }: EqlError): string {
  const [first] = problems;
  const error = {
    code: first.kind === 'syntax' ? 'eql_syntax' : 'eql_semantic',
    ...describe(text, first),
    problems: problems.map((problem) => ({ kind: problem.kind, ...describe(text, problem) })),
  };
  return `${stringifyJson({ error })}\n`;
}

function describe(text: string, { message, span, hint }: EqlProblem): JsonObject {
  const { line, column } = positionAt(text, span.start);
  const position: JsonValue = { line, column };
  return { message, position, hint: hint ?? null };
}

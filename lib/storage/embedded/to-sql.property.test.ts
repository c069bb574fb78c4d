import { DuckDBInstance, type DuckDBConnection } from '@duckdb/node-api';
import type fc from 'fast-check';
import { sample as sampleOf, tuple } from 'fast-check';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import {
  compileCondition,
  fieldsOf,
  type Expression,
  type FieldValues,
  type Value,
} from '@/lib/eql';
import {
  condition,
  event,
  FIELDS as TEST_FIELDS,
  leaf,
  many,
  RUNS,
  schema,
  show,
  source,
  type TestEvent,
} from '../conditions.testing';
import {
  columnKindFor,
  SEPARATOR,
  type Catalogue,
  type ColumnKind,
  type EventColumn,
} from './catalogue';
import { quoteName } from './sql-text';
import { toSql } from './to-sql';

const FIELDS = TEST_FIELDS.flatMap(({ name, info }) => {
  const kind = columnKindFor(info.type);
  return kind ? [{ name, kind }] : [];
});
const columns = new Map(
  FIELDS.map(({ name, kind }, index): [string, EventColumn] => [
    name,
    { name: `${name}.${index}`, kind },
  ]),
);
const catalogue: Catalogue = { column: (path) => columns.get(path) };

const CASTS: Readonly<Record<ColumnKind, (text: string) => string>> = {
  varchar: (each) => each,
  bigint: (each) => `CAST(${each} AS BIGINT)`,
  hugeint: (each) => `CAST(${each} AS HUGEINT)`,
  double: (each) => `CAST(${each} AS DOUBLE)`,
  boolean: (each) => `CAST(${each} AS BOOLEAN)`,
  timestamp_ms: (each) => `CAST(make_timestamp_ms(CAST(${each} AS BIGINT)) AS TIMESTAMP_MS)`,
  timestamp_ns: (each) => `make_timestamp_ns(CAST(${each} AS BIGINT))`,
};
const COLUMN_TYPES: Readonly<Record<ColumnKind, string>> = {
  varchar: 'VARCHAR',
  bigint: 'BIGINT',
  hugeint: 'HUGEINT',
  double: 'DOUBLE',
  boolean: 'BOOLEAN',
  timestamp_ms: 'TIMESTAMP_MS',
  timestamp_ns: 'TIMESTAMP_NS',
};

/** Writes events as the layout of catalogue.ts says. */
async function store(connection: DuckDBConnection, events: readonly TestEvent[]): Promise<void> {
  const rows = events.map((each, id) => {
    const odd: string[] = [];
    const cells = FIELDS.map(({ name, kind }): string | null => {
      const values = asList(each[name]);
      const isOdd =
        kind === 'varchar'
          ? values.some((value) => String(value).includes(SEPARATOR))
          : values.length > 1;
      if (isOdd) odd.push(`${JSON.stringify(name)}:[${values.map(toJson(kind)).join(',')}]`);
      if (isOdd || values.length === 0) return null;
      return values.length === 1
        ? String(values[0])
        : SEPARATOR + values.map((value) => String(value) + SEPARATOR).join('');
    });
    return [String(id), odd.length > 0 ? `{${odd.join(',')}}` : null, ...cells];
  });
  const names = FIELDS.map(({ name }) => columns.get(name)?.name ?? '');
  await connection.run(
    `CREATE OR REPLACE TABLE events (id INTEGER, odd VARCHAR, ${FIELDS.map(({ kind }, at) => `${quoteName(names[at] ?? '')} ${COLUMN_TYPES[kind]}`).join(', ')})`,
  );
  const cell = (at: number): string => `row[${at + 1}]`;
  const select = [
    `CAST(${cell(0)} AS INTEGER)`,
    cell(1),
    ...FIELDS.map(({ kind }, at) => CASTS[kind](cell(at + 2))),
  ];
  await connection.run(
    `INSERT INTO events SELECT ${select.join(', ')} FROM (SELECT unnest(from_json($1, '[["VARCHAR"]]')) AS row)`,
    [JSON.stringify(rows)],
  );
}

function asList(values: FieldValues): readonly Value[] {
  return values === undefined ? [] : typeof values === 'object' ? values : [values];
}

function toJson(kind: ColumnKind): (value: Value) => string {
  return (value) => (kind === 'varchar' ? JSON.stringify(String(value)) : String(value));
}

describe('toSql against DuckDB', () => {
  let instance: DuckDBInstance;
  let connection: DuckDBConnection;

  beforeAll(async () => {
    instance = await DuckDBInstance.create(':memory:', { threads: '1' });
    connection = await instance.connect();
  });
  afterAll(() => {
    connection.closeSync();
    instance.closeSync();
  });

  /** The first event on which a filter is on the wrong side of the evaluator. */
  const findContradiction = async (
    conditions: readonly Expression[],
    events: readonly TestEvent[],
  ): Promise<object | undefined> => {
    await store(connection, events);
    for (const each of conditions) {
      const matches = compileCondition(each, { schema, source });
      const { lower, upper, exact } = toSql(each, schema, catalogue);
      const rows = await connection.runAndReadAll(
        `SELECT id, ${lower}, ${upper} FROM events ORDER BY id`,
      );
      for (const [id, low, high] of rows.getRowsJS()) {
        const candidate = events[Number(id)] ?? {};
        const truth = matches(candidate);
        const isBetween =
          low === true ? truth && high === true : low === false && (!truth || high === true);
        if (isBetween && (!exact || low === high)) continue;
        const values = fieldsOf(each).map(({ name }) => [name, candidate[name]]);
        return { condition: show(each), values, truth, low, high, exact, lower, upper };
      }
    }
    return undefined;
  };

  const expectBetween = async (conditions: fc.Arbitrary<Expression>): Promise<void> => {
    const seed = Number(process.env.WATCHFLOOR_SEED ?? Date.now() % 1_000_000);
    const samples = sampleOf(tuple(many(conditions, 20), many(event, 60)), {
      numRuns: RUNS,
      seed,
    });
    for (const sample of samples) {
      expect(await findContradiction(...sample), `seed ${seed}`).toBeUndefined();
    }
  };

  it('keeps single leaves between lower and upper', () => expectBetween(leaf), 120_000);
  it(
    'keeps trees with and, or and not between lower and upper',
    () => expectBetween(condition),
    120_000,
  );
});

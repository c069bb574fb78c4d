import { fieldsOf, type Expression, type Field, type Schema, type Value } from '@/lib/eql';
import { foldAscii } from '@/lib/eql/wildcard';
import {
  between,
  exactly,
  holdsWhenMissing,
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
import { SEPARATOR, type Catalogue, type ColumnKind, type EventColumn } from './catalogue';
import { inDelimited, onDelimitedText, onOneText, textTest } from './text-test';
import { toRe2 } from './lucene-regex-sql';
import { toScalarSql, type ScalarSql } from './scalar-sql';
import { allOf, anyOf, quoteName, quoteText, type Sql } from './sql-text';
import { fieldTestSql, type ValueSql } from './value-sql';

/**
 * A checked condition as DuckDB SQL on the events table that `catalogue` describes. Both filters are boolean expressions
 * and never NULL. Tests of cold fields are left to the evaluator.
 */
export function toSql(
  condition: Expression,
  schema: Schema,
  catalogue: Catalogue,
): Translation<Sql> {
  const builder = {
    all: 'true',
    none: 'false',
    and: allOf,
    or: anyOf,
    not: (filter: Sql) => `(NOT ${filter})`,
  };
  const translator: LeafTranslator<Sql> = {
    ...builder,
    leaf(leaf) {
      const exists = (field: Field): Sql | undefined => {
        const column = columnOf(field, schema, catalogue);
        return column && isPresent(column);
      };
      return translateLeaf(leaf, schema, catalogue) ?? undecided(builder, leaf, schema, exists);
    },
  };
  return translateCondition(condition, schema, translator);
}

/** A column with the path that its field has in `odd`. */
interface FieldColumn extends EventColumn {
  readonly path: string;
}

/** A test of a field: of one value, and of the whole text of a VARCHAR column where that is cheaper. */
interface FieldTest {
  readonly value: ValueSql;
  readonly delimited?: (column: Sql) => Sql;
}

function columnOf(field: Field, schema: Schema, catalogue: Catalogue): FieldColumn | undefined {
  const path = readName(field, schema);
  const column = catalogue.column(path);
  return column && { ...column, path };
}

function translateLeaf(
  leaf: Leaf,
  schema: Schema,
  catalogue: Catalogue,
): FilterPair<Sql> | undefined {
  const [field, ...others] = fieldsOf(leaf);
  const column = field && others.length === 0 ? columnOf(field, schema, catalogue) : undefined;
  if (!field || !column) return undefined;
  if (isNullTest(leaf)) return exactly(`(NOT ${isPresent(column)})`);
  const test = fieldTest(leaf, schema, column.kind);
  if (test) return exactly(someValue(column, test));
  return translateScalar(leaf, schema, column);
}

/** Leaves that ask one field for one of some constants. */
function fieldTest(leaf: Leaf, schema: Schema, kind: ColumnKind): FieldTest | undefined {
  if (isFieldMatch(leaf)) return matchTest(leaf, schema, kind);
  if (isFieldMembership(leaf)) return membershipTest(leaf, schema, kind);
  if (leaf.kind !== 'comparison' || leaf.left.kind !== 'field' || leaf.right.kind !== 'literal')
    return undefined;
  const { operator, left, right } = leaf;
  if (operator === ':' || operator === '!=' || right.value === null) return undefined;
  return operator === '=='
    ? equalTest(left, [right.value], schema, kind)
    : orderTest(leaf.left, operator, right.value, schema, kind);
}

function orderTest(
  field: Field,
  operator: '<' | '<=' | '>' | '>=',
  constant: Value,
  schema: Schema,
  kind: ColumnKind,
): FieldTest | undefined {
  const info = schema.field(field.name);
  const value = info && fieldTestSql(operator, info, kind, constant);
  return value && { value };
}

/** Equal to one of the constants. */
function equalTest(
  field: Field,
  constants: readonly Value[],
  schema: Schema,
  kind: ColumnKind,
): FieldTest | undefined {
  const info = schema.field(field.name);
  if (!info) return undefined;
  const tests = constants
    .map((constant) => fieldTestSql('==', info, kind, constant))
    .filter((test) => test !== undefined);
  if (tests.length < constants.length) return undefined;
  const value: ValueSql = (sql) => anyOf(tests.map((test) => `(${test(sql)})`));
  const isText =
    info.type === 'keyword' ||
    info.type === 'constant_keyword' ||
    info.type === 'wildcard' ||
    info.type === 'text';
  if (
    !isText ||
    kind !== 'varchar' ||
    (info.dynamic && constants.some((constant) => typeof constant !== 'string'))
  )
    return { value };
  const texts = constants
    .map(String)
    .map((text) => (info.normalizer && !info.dynamic ? foldAscii(text) : text));
  return onText(texts, { insensitive: false, wildcards: false }, kind);
}

function membershipTest(
  leaf: FieldMembership,
  schema: Schema,
  kind: ColumnKind,
): FieldTest | undefined {
  const constants = leaf.items.flatMap((item) =>
    item.kind === 'literal' && item.value !== null ? [item.value] : [],
  );
  if (!leaf.insensitive) return equalTest(leaf.operand, constants, schema, kind);
  return onText(constants.map(String), { insensitive: true, wildcards: false }, kind);
}

function matchTest(leaf: FieldMatch, schema: Schema, kind: ColumnKind): FieldTest | undefined {
  const texts = leaf.patterns.map(({ value }) => String(value));
  switch (leaf.operator) {
    case ':':
    case 'like~':
      return onText(texts, { insensitive: true, wildcards: true }, kind);
    case 'like': {
      const isFolded = schema.field(leaf.operand.name)?.normalizer === 'lowercase';
      return onText(
        isFolded ? texts.map(foldAscii) : texts,
        { insensitive: false, wildcards: true },
        kind,
      );
    }
    case 'regex':
    case 'regex~': {
      const regex = toRe2(texts, leaf.operator === 'regex~');
      const text = textOfKind(kind);
      if (!regex || !text) return undefined;
      return {
        value: (value) => `regexp_full_match(${text(value)}, ${quoteText(`(?s)${regex.whole}`)})`,
        ...(kind === 'varchar' && {
          delimited: (column) =>
            `regexp_matches(${column}, ${quoteText(inDelimited(regex.delimited, regex))})`,
        }),
      };
    }
  }
}

function onText(
  texts: readonly string[],
  options: { insensitive: boolean; wildcards: boolean },
  kind: ColumnKind,
): FieldTest | undefined {
  const test = textTest(texts, options);
  const text = textOfKind(kind);
  if (!test || !text) return undefined;
  return {
    value: (value) => onOneText(test, text(value)),
    ...(kind === 'varchar' && { delimited: (column) => onDelimitedText(test, column) }),
  };
}

/** The text of a value as JavaScript writes it. */
function textOfKind(kind: ColumnKind): ((value: Sql) => Sql) | undefined {
  if (kind === 'varchar') return (value) => value;
  return kind === 'double' ? undefined : (value) => `CAST(${value} AS VARCHAR)`;
}

/** Any other leaf on one field: true for some value, or for none at all. */
function translateScalar(
  leaf: Leaf,
  schema: Schema,
  column: FieldColumn,
): FilterPair<Sql> | undefined {
  const write = (value: Sql): ScalarSql | undefined =>
    toPredicate(leaf, schema, column.kind, value);
  const sample = write('value_');
  if (sample?.type !== 'boolean') return undefined;
  // a calculation may be true of NULL too; where the field is missing is decided apart
  const sqlOf = (value: Sql): Sql => `(${value} IS NOT NULL AND ${write(value)?.sql ?? 'false'})`;
  const guardOf = (value: Sql): Sql => allOf(write(value)?.guards ?? []);
  const withMissing = (filter: Sql): Sql =>
    holdsWhenMissing(leaf, schema) ? `(${filter} OR NOT ${isPresent(column)})` : filter;
  if (sample.guards.length === 0) return exactly(withMissing(someValue(column, { value: sqlOf })));
  return between(
    withMissing(someValue(column, { value: (value) => `(${guardOf(value)} AND ${sqlOf(value)})` })),
    withMissing(
      someValue(column, { value: (value) => `(NOT ${guardOf(value)} OR ${sqlOf(value)})` }),
    ),
  );
}

function toPredicate(
  leaf: Leaf,
  schema: Schema,
  kind: ColumnKind,
  value: Sql,
): ScalarSql | undefined {
  return toScalarSql(leaf, { schema, kind, value });
}

function isPresent(column: FieldColumn): Sql {
  return `(${quoteName(column.name)} IS NOT NULL OR ${isOdd(column)})`;
}

/** Whether `odd` holds the field's values. Inside a JSON string the quotes would be escaped. */
function isOdd({ path }: FieldColumn): Sql {
  return `coalesce(contains(odd, ${quoteText(`${JSON.stringify(path)}:[`)}), false)`;
}

/** Whether some value passes. Each half reads one column only, so that DuckDB can work through its dictionary. */
function someValue(column: FieldColumn, test: FieldTest): Sql {
  return `(coalesce(${someInColumn(column, test)}, false) OR ${someOdd(column, test.value)})`;
}

function someInColumn({ name, kind }: FieldColumn, { value, delimited }: FieldTest): Sql {
  const column = quoteName(name);
  switch (kind) {
    case 'varchar': {
      if (delimited) return delimited(column);
      const values = `string_split(substring(${column}, 2, length(${column}) - 2), '${SEPARATOR}')`;
      return `CASE WHEN starts_with(${column}, '${SEPARATOR}') THEN ${someInList(values, value)} ELSE ${value(column)} END`;
    }
    case 'timestamp_ms':
      return value(`epoch_ms(${column})`);
    case 'timestamp_ns':
      return value(`epoch_ns(${column})`);
    case 'bigint':
    case 'hugeint':
    case 'double':
    case 'boolean':
      return value(column);
  }
}

const ODD_TYPES: Readonly<Record<ColumnKind, string>> = {
  varchar: 'VARCHAR',
  bigint: 'BIGINT',
  hugeint: 'HUGEINT',
  double: 'DOUBLE',
  boolean: 'BOOLEAN',
  timestamp_ms: 'BIGINT',
  timestamp_ns: 'BIGINT',
};

function someOdd(column: FieldColumn, value: ValueSql): Sql {
  const pointer = `/${column.path.replaceAll('~', '~0').replaceAll('/', '~1')}`;
  const values = `from_json(json_extract(odd, ${quoteText(pointer)}), '["${ODD_TYPES[column.kind]}"]')`;
  return `CASE WHEN ${isOdd(column)} THEN coalesce(${someInList(values, value)}, false) ELSE false END`;
}

function someInList(list: Sql, value: ValueSql): Sql {
  return `len(list_filter(${list}, lambda value_: ${value('value_')})) > 0`;
}

import fc from 'fast-check';
import {
  printExpression,
  type Expression,
  type FieldInfo,
  type FieldSource,
  type FieldValues,
  type Schema,
  type Value,
} from '@/lib/eql';

/** Between the values of a column in the embedded store: values that hold it are the hard ones there. */
const SEPARATOR = '\u001f';

/** One field of each type, names that need quoting among them, and what values it takes. */
export interface TestField {
  readonly name: string;
  readonly info: FieldInfo;
  readonly value: fc.Arbitrary<Value>;
  readonly constant: fc.Arbitrary<string | number | bigint | boolean>;
}

export type TestEvent = Readonly<Record<string, FieldValues>>;

const alphabet = [
  'a',
  'A',
  'b',
  'B',
  'k',
  'K',
  '\u212a',
  'ı',
  'İ',
  'ß',
  'é',
  'É',
  'e\u0301',
  '😀',
  '\uffff',
  '\ue000',
  '\0',
  '\n',
  "'",
  '"',
  '%',
  '_',
  '\\',
  '*',
  '?',
  '[',
  '(',
  '.',
  '$',
  '^',
  '|',
  ' ',
  SEPARATOR,
  '1',
  '0',
];
const text = fc
  .array(fc.constantFrom(...alphabet), { maxLength: 5 })
  .map((parts) => parts.join(''));
const shortText = fc.oneof(
  fc.constantFrom('', 'a', 'ab', 'Ab', 'ba', 'b', SEPARATOR, `a${SEPARATOR}b`, '😀b'),
  text,
);
const pattern = fc
  .array(
    fc.constantFrom('*', '?', 'a', 'A', 'b', 'é', '😀', '\\', '%', '_', '.', '1', SEPARATOR, '\0'),
    { maxLength: 5 },
  )
  .map((parts) => parts.join(''));
const whole = fc.oneof(
  fc.integer({ min: -6, max: 6 }),
  fc.constantFrom<number | bigint>(
    2 ** 31,
    Number.MAX_SAFE_INTEGER,
    2n ** 53n + 1n,
    2n ** 63n - 1n,
    -(2n ** 63n),
  ),
);
const decimal = fc.oneof(
  fc.integer({ min: -6, max: 6 }),
  fc.constantFrom(0.5, -0.5, 0.1, 2.5, 1e20, 1e-7, 2 ** 53),
);
const numberText = fc.constantFrom(
  '5',
  '-1',
  '0.5',
  '05',
  '1e1',
  '+3',
  'x',
  '',
  '1e999',
  '.5',
  '5.',
);
const milliseconds = fc.constantFrom(
  0,
  1,
  999,
  1_577_836_800_000,
  1_577_836_800_123,
  1_577_923_199_999,
  1_577_923_200_000,
);
const dateText = fc.constantFrom(
  '2020',
  '2020-01-01',
  '2020-01-01T00:00:00.123Z',
  '2020-01-01T00:00:00.1234567Z',
  '2020-01-02',
  '1970-01-01',
  'never',
  '1577836800000',
  '2020-01-01T01:00:00+01:00',
);
const address = fc.constantFrom(
  '127.0.0.1',
  '10.0.0.1',
  '10.255.255.255',
  '11.0.0.0',
  '172.16.0.1',
  '172.31.255.1',
  '172.32.0.1',
  '0.0.0.0',
  '255.255.255.255',
  '::1',
  '::',
  'fe80::1',
  'febf::',
  'fec0::',
  '2001:db8::5',
  '2001:db8:0:1::',
  '1:2:3:4:5:6:7:8',
  'ff02::fb',
  '0:0:0:2::',
);
const network = fc.oneof(
  address,
  fc.constantFrom(
    '10.0.0.0/8',
    '172.16.0.0/12',
    '127.0.0.0/8',
    '0.0.0.0/0',
    '10.0.0.1/31',
    '::/0',
    '::1/128',
    'fe80::/10',
    '2001:db8::/33',
    '2001:db8::/64',
    'ff00::/8',
    '::ffff:10.0.0.0/104',
    '::ffff:0:0/96',
    '::/3',
    '::/81',
    '0:0:0:0:0:0:0:1',
  ),
);

export const FIELDS: readonly TestField[] = [
  {
    name: 'process.name',
    info: { type: 'keyword' },
    value: shortText,
    constant: fc.oneof(shortText, whole, fc.boolean()),
  },
  {
    name: 'args',
    info: { type: 'wildcard' },
    value: shortText,
    constant: shortText,
  },
  {
    name: 'name.caseless',
    info: { type: 'keyword', normalizer: 'lowercase' },
    value: shortText.map((each) => each.toLowerCase()),
    constant: shortText,
  },
  {
    name: 'we"ird.~/\'field',
    info: { type: 'keyword' },
    value: shortText,
    constant: shortText,
  },
  {
    name: 'pid',
    info: { type: 'long' },
    value: whole,
    constant: fc.oneof(whole, decimal, numberText),
  },
  {
    name: 'port',
    info: { type: 'integer' },
    value: fc.integer({ min: -6, max: 6 }),
    constant: fc.oneof(whole, decimal),
  },
  {
    name: 'big',
    info: { type: 'unsigned_long' },
    value: fc.constantFrom<number | bigint>(0, 5, 2n ** 63n, 2n ** 64n - 1n),
    constant: fc.oneof(whole, decimal, fc.constant(2n ** 64n - 1n)),
  },
  {
    name: 'score',
    info: { type: 'double' },
    value: decimal,
    constant: fc.oneof(decimal, whole, numberText),
  },
  {
    name: 'ratio',
    info: { type: 'float' },
    value: decimal.map(Math.fround),
    constant: decimal,
  },
  {
    name: 'signed',
    info: { type: 'boolean' },
    value: fc.boolean(),
    constant: fc.oneof(fc.boolean(), fc.constantFrom('true', 'x')),
  },
  {
    name: '@timestamp',
    info: { type: 'date' },
    value: milliseconds,
    constant: fc.oneof(dateText, milliseconds),
  },
  {
    name: 'precise',
    info: { type: 'date_nanos' },
    value: fc
      .tuple(milliseconds, fc.constantFrom(0n, 1n, 456_700n))
      .map(([ms, rest]) => BigInt(ms) * 1_000_000n + rest),
    constant: fc.oneof(dateText, milliseconds),
  },
  {
    name: 'source.ip',
    info: { type: 'ip' },
    value: address,
    constant: fc.oneof(network, fc.constant('nowhere')),
  },
  {
    name: 'package',
    info: { type: 'version' },
    value: fc.constantFrom('1.0', '1.0.0', '1.2'),
    constant: fc.constantFrom('1.0', '1.2'),
  },
  {
    name: 'seen.raw',
    info: { type: 'keyword', dynamic: true },
    value: fc.oneof(shortText, numberText, whole, decimal, fc.boolean()),
    constant: fc.oneof(shortText, numberText, whole, decimal, fc.boolean()),
  },
  {
    name: 'seen.number',
    info: { type: 'long', dynamic: true },
    value: fc.integer({ min: -6, max: 6 }),
    constant: fc.oneof(whole, decimal, numberText, fc.boolean()),
  },
];
const COLD: TestField = {
  name: 'cold',
  info: { type: 'keyword' },
  value: shortText,
  constant: shortText,
};
const ALL_FIELDS = [...FIELDS, COLD];

const byName = new Map(ALL_FIELDS.map((field) => [field.name, field]));
export const schema: Schema = {
  field: (name) => byName.get(name)?.info,
  names: () => byName.keys(),
};
export const source: FieldSource<TestEvent> = { reader: (field) => (event) => event[field] };

const valuesOf = ({ value }: TestField): fc.Arbitrary<FieldValues> =>
  fc.oneof(
    { weight: 2, arbitrary: fc.constant(undefined) },
    { weight: 5, arbitrary: value },
    { weight: 3, arbitrary: fc.array(value, { minLength: 2, maxLength: 3 }) },
  );
export const event: fc.Arbitrary<TestEvent> = fc.record(
  Object.fromEntries(ALL_FIELDS.map((field) => [field.name, valuesOf(field)])),
);

const span = { start: 0, end: 0 };
const constant = (value: string | number | bigint | boolean | null): Expression => ({
  kind: 'literal',
  type:
    value === null
      ? 'null'
      : typeof value === 'string'
        ? 'string'
        : typeof value === 'boolean'
          ? 'boolean'
          : typeof value === 'bigint' || Number.isInteger(value)
            ? 'integer'
            : 'float',
  value,
  span,
});
const fieldNode = (name: string): Expression => ({ kind: 'field', name, optional: false, span });
const call = (name: string, insensitive: boolean, ...args: readonly Expression[]): Expression => ({
  kind: 'call',
  name,
  insensitive,
  arguments: args,
  nameSpan: span,
  span,
});
const compare = (
  operator: '==' | '!=' | '<' | '<=' | '>' | '>=',
  left: Expression,
  right: Expression,
): Expression => ({ kind: 'comparison', operator, left, right, span });

const operator = fc.constantFrom('==', '!=', '<', '<=', '>', '>=');
const anyField = fc.constantFrom(...ALL_FIELDS);
const textField = fc.constantFrom(
  ...ALL_FIELDS.filter(({ info }) => info.type === 'keyword' || info.type === 'wildcard'),
);
const regex = fc.constantFrom(
  'a',
  'a.*',
  '.*b',
  'ab|ba',
  '[aA]b?',
  '[^a]+',
  '(a|b)*',
  'a{1,2}',
  '\\d+',
  '\\w+.*',
  '[a-c]{2}',
  '',
  '.',
  'k',
  '~a',
  '@',
  '[0-9]{1,3}',
  'a&b',
  '<1-9>',
  '.*\\\\.*',
  'x()',
  '[^\\s]',
  '\\.|\\*',
  '^a',
);

const comparison = anyField.chain((field) =>
  fc
    .tuple(operator, field.constant)
    .map(([symbol, value]) => compare(symbol, fieldNode(field.name), constant(value))),
);
const nullTest = fc
  .tuple(fc.constantFrom<'==' | '!='>('==', '!='), anyField)
  .map(([symbol, field]) => compare(symbol, fieldNode(field.name), constant(null)));
const membership = anyField.chain((field) =>
  fc
    .record({
      values: fc.array(field.constant, { minLength: 1, maxLength: 4 }),
      insensitive: fc.boolean(),
      negated: fc.boolean(),
    })
    .map(({ values, insensitive, negated }): Expression => ({
      kind: 'membership',
      operand: fieldNode(field.name),
      items: values.map(constant),
      negated,
      insensitive: insensitive && values.every((value) => typeof value === 'string'),
      span,
    })),
);
const match = fc
  .record({
    field: textField,
    symbol: fc.constantFrom(':', 'like', 'like~', 'regex', 'regex~'),
    patterns: fc.array(fc.oneof(pattern, shortText), { minLength: 1, maxLength: 4 }),
    regexes: fc.array(regex, { minLength: 1, maxLength: 2 }),
  })
  .map(({ field, symbol, patterns, regexes }): Expression => ({
    kind: 'match',
    operator: symbol as ':',
    operand: fieldNode(field.name),
    patterns: (symbol.startsWith('regex') ? regexes : patterns).map((value) =>
      constant(value),
    ) as never,
    span,
  }));
const network_ = fc
  .array(network, { minLength: 1, maxLength: 3 })
  .map((networks) => call('cidrMatch', false, fieldNode('source.ip'), ...networks.map(constant)));
const textFunction = fc
  .record({
    field: textField,
    name: fc.constantFrom('startsWith', 'endsWith', 'stringContains'),
    part: shortText,
    insensitive: fc.boolean(),
    isSwapped: fc.boolean(),
  })
  .map(({ field, name, part, insensitive, isSwapped }) =>
    isSwapped
      ? call(name, insensitive, constant(part), fieldNode(field.name))
      : call(name, insensitive, fieldNode(field.name), constant(part)),
  );
const index = fc.integer({ min: -3, max: 4 });
const textValue: fc.Arbitrary<Expression> = fc.oneof(
  fc
    .tuple(textField, index, fc.option(index))
    .map(([field, from, to]) =>
      call(
        'substring',
        false,
        fieldNode(field.name),
        constant(from),
        ...(to === null ? [] : [constant(to)]),
      ),
    ),
  fc
    .tuple(textField, shortText, shortText, fc.boolean(), fc.boolean())
    .map(([field, left, right, insensitive, greedy]) =>
      call(
        'between',
        insensitive,
        fieldNode(field.name),
        constant(left),
        constant(right),
        ...(greedy ? [constant(greedy)] : []),
      ),
    ),
  fc
    .tuple(fc.constantFrom('process.name', 'pid', 'seen.raw', 'signed', 'score'), shortText)
    .map(([name, part]) => call('concat', false, fieldNode(name), constant(part))),
  fc
    .constantFrom('pid', 'signed', 'process.name', '@timestamp', 'ratio')
    .map((name) => call('string', false, fieldNode(name))),
);
const numberValue: fc.Arbitrary<Expression> = fc.oneof(
  textField.map((field) => call('length', false, fieldNode(field.name))),
  fc
    .tuple(textField, shortText, fc.boolean())
    .map(([field, part, insensitive]) =>
      call('indexOf', insensitive, fieldNode(field.name), constant(part)),
    ),
  fc.constantFrom('seen.raw', 'process.name').map((name) => call('number', false, fieldNode(name))),
  fc
    .tuple(
      fc.constantFrom('+', '-', '*', '/', '%'),
      fc.constantFrom('pid', 'port', 'score', 'seen.number', 'big'),
      fc.oneof(whole, decimal),
      fc.boolean(),
    )
    .map(([symbol, name, value, isSwapped]): Expression => {
      const [left, right] = isSwapped
        ? [constant(value), fieldNode(name)]
        : [fieldNode(name), constant(value)];
      return { kind: 'arithmetic', operator: symbol, left, right, span };
    }),
  fc
    .constantFrom('pid', 'score')
    .map((name): Expression => ({ kind: 'negation', operand: fieldNode(name), span })),
  fc.constantFrom('pid', 'port').map((name): Expression => ({
    kind: 'arithmetic',
    operator: '*',
    left: { kind: 'arithmetic', operator: '+', left: fieldNode(name), right: constant(1), span },
    right: fieldNode(name),
    span,
  })),
);
const computed: fc.Arbitrary<Expression> = fc.oneof(
  fc
    .tuple(operator, textValue, shortText)
    .map(([symbol, left, right]) => compare(symbol, left, constant(right))),
  fc
    .tuple(textValue, fc.array(pattern, { minLength: 1, maxLength: 2 }))
    .map(([operand, patterns]): Expression => ({
      kind: 'match',
      operator: ':',
      operand,
      patterns: patterns.map((value) => constant(value)) as never,
      span,
    })),
  fc
    .tuple(operator, numberValue, fc.oneof(whole, decimal))
    .map(([symbol, left, right]) => compare(symbol, left, constant(right))),
  fc
    .tuple(
      fc.oneof(
        textValue,
        numberValue,
        fc
          .tuple(operator, numberValue, whole)
          .map(([symbol, left, right]) => compare(symbol, left, constant(right))),
      ),
      fc.boolean(),
    )
    .map(([value, isNull]) => compare(isNull ? '==' : '!=', value, constant(null))),
  fc
    .tuple(
      numberValue,
      fc.array(fc.oneof(whole, fc.constant(null)), { minLength: 1, maxLength: 3 }),
    )
    .map(([operand, values]): Expression => ({
      kind: 'membership',
      operand,
      items: values.map(constant),
      negated: false,
      insensitive: false,
      span,
    })),
  fc
    .tuple(textFunction, textFunction)
    .map(([left, right]) =>
      compare('==', { kind: 'or', operands: [left, right], span }, constant(null)),
    ),
);
export const leaf = fc.oneof(
  comparison,
  comparison,
  nullTest,
  membership,
  match,
  match,
  network_,
  textFunction,
  computed,
  computed,
  fc.constant(fieldNode('signed')),
);
export const { condition } = fc.letrec<{ condition: Expression }>((tie) => ({
  condition: fc.oneof(
    { maxDepth: 3, withCrossShrink: true },
    leaf,
    fc.record({
      kind: fc.constant('not' as const),
      operand: tie('condition'),
      span: fc.constant(span),
    }),
    fc.record({
      kind: fc.constantFrom('and' as const, 'or' as const),
      operands: fc.array(tie('condition'), { minLength: 2, maxLength: 3 }),
      span: fc.constant(span),
    }),
  ),
}));

export const many = <T>(arbitrary: fc.Arbitrary<T>, count: number): fc.Arbitrary<T[]> =>
  fc.array(arbitrary, { minLength: count, maxLength: count, size: 'max' });

export const RUNS = Number(process.env.WATCHFLOOR_PROPERTY_RUNS ?? 15);

export function show(each: Expression): string {
  try {
    return printExpression(each);
  } catch {
    return JSON.stringify(each, (_, value: unknown) =>
      typeof value === 'bigint' ? String(value) : value,
    );
  }
}

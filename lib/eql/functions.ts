import { calculate } from './arithmetic';
import type { ArithmeticOperator } from './ast';
import { formatFloat, isNumber, networkTest, toNumber, exactInteger, type Scalar } from './values';
import { foldAscii } from './wildcard';

/** What an argument must be. `scalar` is anything but an object. */
export type ArgumentType = 'string' | 'number' | 'integer' | 'boolean' | 'address' | 'scalar';

export interface FunctionDefinition {
  readonly name: string;
  /** Type of each argument; the last one repeats where `variadic`. */
  readonly arguments: readonly ArgumentType[];
  /** Arguments that may be left out, from the end. */
  readonly optional: number;
  readonly variadic: boolean;
  /** Has a form with `~` that ignores the case of A-Z. */
  readonly foldable: boolean;
  /** From this argument on (counted from 0) only constants are allowed. */
  readonly constantsFrom?: number;
  readonly result: 'string' | 'integer' | 'number' | 'boolean';
  /** Arguments as given, missing ones as null. `floats[i]`: argument i is a floating point number by its type. */
  evaluate(args: readonly Scalar[], insensitive: boolean, floats: readonly boolean[]): Scalar;
}

const text = (value: Scalar | undefined): string | null =>
  value === undefined || value === null ? null : typeof value === 'string' ? value : String(value);
const folded = (value: string, insensitive: boolean): string =>
  insensitive ? foldAscii(value) : value;

/** A function of two strings; null if one of them is. */
function onTwoTexts(
  name: string,
  test: (value: string, part: string) => boolean,
): FunctionDefinition {
  return {
    name,
    arguments: ['string', 'string'],
    optional: 0,
    variadic: false,
    foldable: true,
    result: 'boolean',
    evaluate([first, second], insensitive) {
      const value = text(first);
      const part = text(second);
      return value === null || part === null
        ? null
        : test(folded(value, insensitive), folded(part, insensitive));
    },
  };
}

function onTwoNumbers(name: string, operator: ArithmeticOperator): FunctionDefinition {
  return {
    name,
    arguments: ['number', 'number'],
    optional: 0,
    variadic: false,
    foldable: false,
    result: 'number',
    evaluate: ([left = null, right = null], _insensitive, floats) =>
      calculate(operator, left, right, floats.includes(true)),
  };
}

const between: FunctionDefinition = {
  name: 'between',
  arguments: ['string', 'string', 'string', 'boolean'],
  optional: 1,
  variadic: false,
  foldable: true,
  result: 'string',
  evaluate([first, second, third, greedy], insensitive) {
    const value = text(first);
    const left = text(second);
    const right = text(third);
    if (value === null || left === null || right === null) return null;
    const searched = folded(value, insensitive);
    const at = searched.indexOf(folded(left, insensitive));
    if (at < 0) return null;
    const start = at + left.length;
    const wanted = folded(right, insensitive);
    const end = greedy === true ? searched.lastIndexOf(wanted) : searched.indexOf(wanted, start);
    return end < start ? null : value.slice(start, end);
  },
};

/** Networks are constants, so each call's list is prepared once and kept by the identity of its text. */
const networkTests = new Map<string, (value: string) => boolean>();
const MAX_NETWORK_TESTS = 1_000;

const cidrMatch: FunctionDefinition = {
  name: 'cidrMatch',
  arguments: ['address', 'string'],
  optional: 0,
  variadic: true,
  foldable: false,
  constantsFrom: 1,
  result: 'boolean',
  evaluate([address, ...networks]) {
    const value = text(address);
    if (value === null) return null;
    const key = networks.join(' ');
    let test = networkTests.get(key);
    if (!test) {
      if (networkTests.size >= MAX_NETWORK_TESTS) networkTests.clear();
      test = networkTest(networks.map(String));
      networkTests.set(key, test);
    }
    return test(value);
  },
};

const concat: FunctionDefinition = {
  name: 'concat',
  arguments: ['scalar'],
  optional: 0,
  variadic: true,
  foldable: false,
  result: 'string',
  evaluate(args, _insensitive, floats) {
    let joined = '';
    for (const [index, value] of args.entries()) {
      if (value === null) return null;
      joined += toText(value, floats[index] === true);
    }
    return joined;
  },
};

/** A value as a string function sees it. */
function toText(value: Exclude<Scalar, null>, isFloat: boolean): string {
  return isFloat && typeof value === 'number' ? formatFloat(value) : String(value);
}

const indexOf: FunctionDefinition = {
  name: 'indexOf',
  arguments: ['string', 'string', 'integer'],
  optional: 1,
  variadic: false,
  foldable: true,
  result: 'integer',
  evaluate([first, second, start], insensitive) {
    const value = text(first);
    const part = text(second);
    if (value === null || part === null) return null;
    const from = isNumber(start ?? null) ? Number(start) : 0;
    const at =
      from > value.length
        ? -1
        : folded(value, insensitive).indexOf(folded(part, insensitive), from);
    return at < 0 ? null : at;
  },
};

const length: FunctionDefinition = {
  name: 'length',
  arguments: ['string'],
  optional: 0,
  variadic: false,
  foldable: false,
  result: 'integer',
  evaluate: ([value]) => text(value)?.length ?? null,
};

const number: FunctionDefinition = {
  name: 'number',
  arguments: ['string', 'integer'],
  optional: 1,
  variadic: false,
  foldable: false,
  result: 'number',
  evaluate([first, base]) {
    const value = text(first);
    if (value === null) return null;
    const implied = value.startsWith('0x') ? 16 : 10;
    return parseWithBase(value, isNumber(base ?? null) ? Number(base) : implied) ?? null;
  },
};

function parseWithBase(value: string, base: number): number | bigint | undefined {
  if (base === 10) return toNumber(value);
  const match = /^([+-]?)(0[xX])?([0-9a-zA-Z]+)$/.exec(value);
  if (!match?.[3] || base < 2 || base > 36 || (match[2] !== undefined && base !== 16))
    return undefined;
  let result = 0n;
  for (const char of match[3]) {
    const digit = Number.parseInt(char, 36);
    if (digit >= base) return undefined;
    result = result * BigInt(base) + BigInt(digit);
  }
  return exactInteger(match[1] === '-' ? -result : result);
}

const string: FunctionDefinition = {
  name: 'string',
  arguments: ['scalar'],
  optional: 0,
  variadic: false,
  foldable: false,
  result: 'string',
  evaluate: ([value = null], _insensitive, floats) =>
    value === null ? null : toText(value, floats[0] === true),
};

const substring: FunctionDefinition = {
  name: 'substring',
  arguments: ['string', 'integer', 'integer'],
  optional: 1,
  variadic: false,
  foldable: false,
  result: 'string',
  evaluate([first, start, end]) {
    const value = text(first);
    if (value === null) return null;
    const from = isNumber(start ?? null) ? Number(start) : 0;
    const to = isNumber(end ?? null) ? Number(end) : value.length;
    return value.slice(from, to);
  },
};

const DEFINITIONS: readonly FunctionDefinition[] = [
  onTwoNumbers('add', '+'),
  between,
  cidrMatch,
  concat,
  onTwoNumbers('divide', '/'),
  onTwoTexts('endsWith', (value, part) => value.endsWith(part)),
  indexOf,
  length,
  onTwoNumbers('modulo', '%'),
  onTwoNumbers('multiply', '*'),
  number,
  onTwoTexts('startsWith', (value, part) => value.startsWith(part)),
  string,
  // Elasticsearch: an empty text contains nothing, and nothing contains it
  onTwoTexts(
    'stringContains',
    (value, part) => value !== '' && part !== '' && value.includes(part),
  ),
  substring,
  onTwoNumbers('subtract', '-'),
];

const BY_NAME: ReadonlyMap<string, FunctionDefinition> = new Map(
  DEFINITIONS.map((definition) => [definition.name.toLowerCase(), definition]),
);

/** Function names do not mind their case. */
export function findFunction(name: string): FunctionDefinition | undefined {
  return BY_NAME.get(name.toLowerCase());
}

export function functionNames(): readonly string[] {
  return DEFINITIONS.map(({ name }) => name);
}

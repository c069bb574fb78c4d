import { describe, expect, it } from 'vitest';
import { EqlError, formatProblem, type ProblemOrigin } from './error';
import { parseExpression, parseQuery } from './parser';
import { withoutSpans } from './testing/arbitraries';

/** Every problem of a query that does not parse, as people read them. */
function errorsOf(text: string, parse: (text: string) => unknown = parseQuery): string {
  try {
    parse(text);
  } catch (error) {
    if (!(error instanceof EqlError)) throw error;
    return error.problems.map((problem) => formatProblem(text, problem)).join('\n');
  }
  throw new Error(`parses: ${text}`);
}

function firstLine(text: string): string {
  return errorsOf(text).split('\n', 1)[0] ?? '';
}

describe('a query that does not parse', () => {
  it('says what it expected, what it found, where, and what to write', () => {
    expect(errorsOf('process where name = "cmd.exe"')).toMatchInlineSnapshot(`
      "1:20 Unexpected "=".
       1 | process where name = "cmd.exe"
         |                    ^
      Write "==" to compare, or ":" to compare ignoring case, with wildcards."
    `);
    expect(errorsOf('process wher name == "cmd.exe"')).toMatchInlineSnapshot(`
      "1:9 Expected "where", found "wher".
       1 | process wher name == "cmd.exe"
         |         ^^^^
      Write: process where <condition>"
    `);
    expect(errorsOf('process where name == ')).toMatchInlineSnapshot(`
      "1:23 Expected a field, a value, a function or "(", found the end of the query.
       1 | process where name == 
         |                       ^"
    `);
    expect(errorsOf('process where\n\tname like 5 and\n\tnot')).toMatchInlineSnapshot(`
      "3:5 Expected a field, a value, a function or "(", found the end of the query.
       3 |  not
         |     ^"
    `);
  });

  it('names the problem of a string, a comment or a character', () => {
    expect(errorsOf("process where name == 'cmd.exe'")).toMatchInlineSnapshot(`
      "1:23 Single quotes ['] do not define strings.
       1 | process where name == 'cmd.exe'
         |                       ^
      Use double quotes ["] to define string literals."
    `);
    expect(errorsOf('process where name == "C:\\Windows"')).toMatchInlineSnapshot(`
      "1:26 "\\W" is not an escape sequence.
       1 | process where name == "C:\\Windows"
         |                          ^^
      Write "\\\\W" for a backslash before "W", or use a raw string: """..."""."
    `);
    expect(errorsOf('process where name == "C:\\\\"" or true')).toMatchInlineSnapshot(`
      "1:29 This string is not closed.
       1 | process where name == "C:\\\\"" or true
         |                             ^^^^^^^^^
      Close it with ["] on the same line; a backslash before the closing quote is written as "\\\\"."
    `);
    expect(errorsOf('any where true /* never /* closed */')).toMatchInlineSnapshot(`
      "1:16 This comment is not closed.
       1 | any where true /* never /* closed */
         |                ^^^^^^^^^^^^^^^^^^^^^
      Close it with "*/"."
    `);
    expect(errorsOf('any where a == “b”')).toMatchInlineSnapshot(`
      "1:16 Unexpected character "“" (U+201C).
       1 | any where a == “b”
         |                ^
      Use plain double quotes ["]."
    `);
  });

  it('tells the problems of all stages at once, each at its place', () => {
    const text =
      'sequence\n  [process where a == ]\n  [file where true]\n  [network where b in ()]';
    expect(errorsOf(text)).toMatchInlineSnapshot(`
      "2:23 Expected a field, a value, a function or "(", found "]".
       2 |   [process where a == ]
         |                       ^
      4:24 This list is empty.
       4 |   [network where b in ()]
         |                        ^
      Write at least one value: in ("a")"
    `);
  });

  it('keeps an earlier problem before an unreadable rest', () => {
    expect(firstLine('sequence [a where x == ] [b where "abc]')).toBe(
      '1:24 Expected a field, a value, a function or "(", found "]".',
    );
    expect(firstLine('sequence [a where == and "abc')).toBe(
      '1:19 Expected a field, a value, a function or "(", found "==".',
    );
  });

  it('counts lines and columns in the file that holds it', () => {
    const text = 'any where\n  a ==';
    const origin: ProblemOrigin = { file: 'rule.toml', line: 10, column: 10 };
    try {
      parseQuery(text);
      expect.unreachable();
    } catch (error) {
      expect(formatProblem(text, (error as EqlError).problems[0], origin)).toMatchInlineSnapshot(`
        "rule.toml:11:7 Expected a field, a value, a function or "(", found the end of the query.
         11 |   a ==
            |       ^"
      `);
    }
  });

  it('shows the part of a long line where the problem is', () => {
    expect(errorsOf(`any where ${'a == 1 or '.repeat(30)} b = 1`)).toMatchInlineSnapshot(`
      "1:314 Unexpected "=".
       1 |  1 or a == 1 or a == 1 or a == 1 or  b = 1
         |                                        ^
      Write "==" to compare, or ":" to compare ignoring case, with wildcards."
    `);
  });

  it.each([
    ['', '1:1 The query is empty.'],
    ['  // nothing', '1:13 The query is empty.'],
    ['process', '1:8 Expected "where", found the end of the query.'],
    ['where true', '1:1 Expected an event category, found "where".'],
    ['any where a == 1 == 2', '1:18 Expected the end of the query, found "==".'],
    ['any where a == 1 AND b', '1:18 Expected the end of the query, found "AND".'],
    ['any where process.', '1:19 Expected a field name, found the end of the query.'],
    ['any where `` == 1', '1:11 A field name is empty.'],
    ['any where a[0] == 1', '1:12 Array indexes are not supported.'],
    ['any where a : ()', '1:16 Expected a field, a value, a function or "(", found ")".'],
    ['any where a like ()', '1:18 Expected a string or a list of strings after "like", found "(".'],
    ['any where a in ("b"', '1:20 Expected ")", found the end of the query.'],
    ['any where length(a', '1:19 Expected ")", found the end of the query.'],
    ['any where child of [any where true]', '1:11 Process relationships are not supported.'],
    ['any where a == "\\u12"', '1:17 "\\u12"" is not a unicode escape.'],
    [
      'any where a == "\\u{0}"',
      '1:17 Unicode sequence in curly braces should use [2-8] hex digits, [\\u{0}] has [1].',
    ],
    ['any where a == "\\u{d800}"', '1:17 Invalid unicode character code [d800]: a lone surrogate.'],
    ['any where a == 1e999', '1:16 Number [1e999] is too large.'],
    ['any where a ~ 1', '1:13 Unexpected character "~" (U+007E).'],
    ['any where a == ?"b"', '1:16 [?"] does not define a string any more.'],
    ['any where true | head', '1:18 Pipe [head] expects exactly one argument but found [0].'],
    ['any where true | head -1', '1:23 Pipe [head] expects a positive integer but found [-1].'],
    ['any where true | head 1.5', '1:23 Pipe [head] expects a positive integer but found [1.5].'],
    ['any where true | sort a', '1:18 Pipe [sort] is not supported.'],
    ['any where true | hed 1', '1:18 Unrecognized pipe [hed].'],
    ['sequence [a where true]', '1:1 A sequence requires a minimum of 2 queries, found [1].'],
    ['sequence by a', '1:14 Expected "[", found the end of the query.'],
    ['sequence by a + 1 [a where true] [a where true]', '1:13 Unsupported join key [a + 1].'],
    [
      'sequence with maxspan=1s by a [a where true] [a where true]',
      '1:26 Please specify sequence [by] before [with] not after.',
    ],
    [
      'sequence with maxspan=1 [a where true] [a where true]',
      '1:23 No time unit specified, did you mean [s] as in [1s]?',
    ],
    [
      'sequence with maxspan=1.5s [a where true] [a where true]',
      '1:23 Decimal time interval [1.5] not supported; please use a positive integer.',
    ],
    [
      'sequence with maxspan=0s [a where true] [a where true]',
      '1:23 A positive maxspan value is required; found [0].',
    ],
    [
      'sequence with maxspan=1w [a where true] [a where true]',
      '1:24 Unrecognized time unit [w] in [1w], please specify one of [ms, s, m, h, d].',
    ],
    [
      'sequence [a where true] with runs=0 [a where true]',
      '1:35 A positive runs value is required; found [0].',
    ],
    [
      'sequence [a where true] with runs=101 [a where true]',
      '1:35 A query cannot be repeated more than 100 times; found [101].',
    ],
    [
      'sequence [a where true] with maxspan=1s [a where true]',
      '1:30 Expected "runs", found "maxspan".',
    ],
    [
      'sequence [a where true] [a where true] until ![a where true]',
      '1:46 A missing event [![ ]] cannot stand in until.',
    ],
    ['sample by a [a where true]', '1:1 A sample requires a minimum of 2 queries, found [1].'],
    [
      'sample by a with maxspan=1s [a where true] [a where true]',
      '1:13 A sample has no [maxspan]: it does not look at time.',
    ],
    [
      'sample by a [a where true] ![a where true]',
      '1:28 A missing event [![ ]] cannot stand in a sample.',
    ],
  ])('%j: %s', (text, message) => {
    expect(firstLine(text)).toBe(message);
  });
});

describe('limits', () => {
  it.each([
    [
      'text of a million characters',
      `any where a == "${'x'.repeat(1_000_000)}"`,
      'The query has 1000017 characters; at most 1000000 are allowed.',
    ],
    [
      'parentheses',
      `any where ${'('.repeat(300)}a${')'.repeat(300)}`,
      'Nested more than 200 levels deep.',
    ],
    ['not', `any where ${'not '.repeat(300)}a`, 'Nested more than 200 levels deep.'],
    ['signs', `any where ${'-'.repeat(300)}1 == 1`, 'Nested more than 200 levels deep.'],
    ['terms', `any where 1${'+1'.repeat(600)} == 1`, 'More than 500 terms in one calculation.'],
    [
      'both',
      `any where ${'('.repeat(100)}1${`${'+1'.repeat(400)})`.repeat(100)} == 1`,
      'Nested more than 1000 levels deep, calculations included.',
    ],
    [
      'stages',
      `sequence ${'[any where true] '.repeat(300)}`,
      'A sequence cannot contain more than 256 queries; found [300].',
    ],
    [
      'runs',
      `sequence ${'[any where true] with runs=100 '.repeat(3)}`,
      'A sequence cannot contain more than 256 queries; found [300].',
    ],
  ])('keep hostile %s out', (_name, text, message) => {
    expect(firstLine(text)).toContain(message);
  });

  it('let long lists of any kind through', () => {
    const operands = Array.from({ length: 50_000 }, (_, index) => `a==${index}`);
    expect(parseExpression(operands.join(' or '))).toMatchObject({ kind: 'or' });
    expect(parseExpression(`a in (${operands.map((_, index) => index).join()})`)).toMatchObject({
      kind: 'membership',
    });
  });
});

describe('an expression', () => {
  const shape = (text: string): unknown => withoutSpans(parseExpression(text));

  it.each([
    ['a or b and not c == 1 + 2 * -3', 'a or (b and (not (c == (1 + (2 * (-3))))))'],
    ['not a == b', 'not (a == b)'],
    ['1 - 2 - 3', '(1 - 2) - 3'],
    ['8 / 4 / 2 % 3', '((8 / 4) / 2) % 3'],
    ['-a : "x"', '-(a : "x")'],
    ['a + b in (1)', 'a + (b in (1))'],
    ['a : "x" == true', '(a : "x") == true'],
    ['a and b and c or d', '(a and b and c) or d'],
  ])('binds %s as %s', (text, grouped) => {
    expect(shape(text)).toEqual(shape(grouped));
  });

  it.each<[string, unknown]>([
    ['"a\\t\\"\\\\\\u0041\\u{1f600}"', 'a\t"\\A😀'],
    ['"""a\\n"b""""', 'a\\n"b"'],
    ['"""""""', '"'],
    ['5', 5],
    ['007', 7],
    ['9223372036854775807', 9223372036854775807n],
    ['9223372036854775808', 9223372036854775808],
    ['5.', 5],
    ['.5e1', 5],
    ['null', null],
    ['true', true],
  ])('reads the constant %s', (text, value) => {
    expect(parseExpression(text)).toMatchObject({ kind: 'literal', value });
  });

  it.each([
    ['process.name', 'process.name', false],
    ['?process.name', 'process.name', true],
    ['`a b`.c', 'a b.c', false],
    ['`tick``s`', 'tick`s', false],
    ['@timestamp', '@timestamp', false],
    ['_a1', '_a1', false],
    ['host . name', 'host.name', false],
  ])('reads the field %s', (text, name, optional) => {
    expect(parseExpression(text)).toMatchObject({ kind: 'field', name, optional });
  });

  it('ignores comments and line ends of all kinds', () => {
    expect(shape('a // x\r\n == /* y /* z */ */ 1')).toEqual(shape('a == 1'));
  });

  it('keeps the place of each part', () => {
    expect(parseExpression('a and  length(b) > 5')).toMatchObject({
      span: { start: 0, end: 20 },
      operands: [
        { span: { start: 0, end: 1 } },
        {
          span: { start: 7, end: 20 },
          left: { span: { start: 7, end: 16 }, nameSpan: { start: 7, end: 13 } },
        },
      ],
    });
  });
});

describe('a query', () => {
  it.each([
    ['any where true', null],
    ['"any" where true', 'any'],
    ['process where true', 'process'],
    ['"my category" where true', 'my category'],
  ])('%s has its category', (text, category) => {
    expect(parseQuery(text)).toMatchObject({ kind: 'event', filter: { category } });
  });

  it('reads keys, maxspan, runs, missing stages, until and pipes of a sequence', () => {
    const text = `sequence by a, ?b with maxspan=500ms
      [x where true] by c with runs=2
      ![y where true] by d
      until [z where true] by e
      | head 5 | tail 2`;
    expect(withoutSpans(parseQuery(text))).toMatchObject({
      kind: 'sequence',
      by: [
        { name: 'a', optional: false },
        { name: 'b', optional: true },
      ],
      maxspan: { value: 500, unit: 'ms' },
      stages: [
        { missing: false, runs: 2, by: [{ name: 'c' }] },
        { missing: true, runs: 1, by: [{ name: 'd' }] },
      ],
      until: { by: [{ name: 'e' }] },
      pipes: [
        { name: 'head', count: 5 },
        { name: 'tail', count: 2 },
      ],
    });
  });
});

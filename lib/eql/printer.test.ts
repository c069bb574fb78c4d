import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { parseExpression, parseQuery } from './parser';
import { printExpression, printQuery } from './printer';
import { expression, query, withoutSpans } from './testing/arbitraries';

describe('printing', () => {
  it('gives text that parses to the same expression', () => {
    fc.assert(
      fc.property(expression, (tree) => {
        expect(withoutSpans(parseExpression(printExpression(tree)))).toEqual(withoutSpans(tree));
      }),
      { numRuns: 2_000 },
    );
  });

  it('gives text that parses to the same query', () => {
    fc.assert(
      fc.property(query, (tree) => {
        expect(withoutSpans(parseQuery(printQuery(tree)))).toEqual(withoutSpans(tree));
      }),
      { numRuns: 500 },
    );
  });

  it.each([
    ['a  ==  1', 'a == 1'],
    ['(a == 1)', 'a == 1'],
    ['(a or b) and c', '(a or b) and c'],
    ['a or (b and c)', 'a or b and c'],
    ['a and (b and c)', 'a and (b and c)'],
    ['not (a or b)', 'not (a or b)'],
    ['not not a', 'not not a'],
    ['(not a) == true', '(not a) == true'],
    ['(1 + 2) * 3 - (4 - 5)', '(1 + 2) * 3 - (4 - 5)'],
    ['+a', 'a'],
    ['- -a', '--a'],
    ['(-a) : "x"', '(-a) : "x"'],
    ['-a : "x"', '-a : "x"'],
    ['a : ("x")', 'a : "x"'],
    ['a : (("x"))', 'a : "x"'],
    ['a : (("x") + 1)', 'a : +"x" + 1'],
    ['a : (("x") == b)', 'a : +("x" == b)'],
    ['a : (b + 1)', 'a : b + 1'],
    ['a not in~ ("x","y")', 'a not in~ ("x", "y")'],
    ['startsWith~(a,"x")', 'startsWith~(a, "x")'],
    ['?a.b == null', '?a.b == null'],
    ['`a.b` == `and`', 'a.b == `and`'],
    ['`two words` == 1', '`two words` == 1'],
    ['a == """C:\\Windows"""', 'a == "C:\\\\Windows"'],
    ['a == "tab\\tquote\\"\\u00e9"', 'a == "tab\\tquote\\"é"'],
    ['a == "\\u202e"', 'a == "\\u202e"'],
    ['a > 5.0', 'a > 5.0'],
    ['a > .5', 'a > 0.5'],
    ['a > 1e30', 'a > 1e+30'],
    ['a > 9223372036854775807', 'a > 9223372036854775807'],
  ])('writes %s as %s', (text, printed) => {
    expect(printExpression(parseExpression(text))).toBe(printed);
  });

  it('puts a stage on each line and breaks what is wide', () => {
    const text = `sequence by host.id with maxspan=1m [network where source.port >= 49152 and destination.port >= 49152 and network.transport == "tcp" and not source.ip == "::1"] by process.entity_id with runs=2
      ![any where true] by process.entity_id [process where process.executable : ("C:\\\\first folder\\\\program.exe", "C:\\\\second folder\\\\program.exe", "D:\\\\*")] by process.parent.entity_id
      until [process where event.type == "end"] by process.entity_id | head 10 | tail 3`;
    expect(printQuery(parseQuery(text))).toMatchInlineSnapshot(`
      "sequence by host.id with maxspan=1m
        [network where source.port >= 49152 and
            destination.port >= 49152 and
            network.transport == "tcp" and
            not source.ip == "::1"] by process.entity_id with runs=2
        ![any where true] by process.entity_id
        [process where process.executable : (
              "C:\\\\first folder\\\\program.exe",
              "C:\\\\second folder\\\\program.exe",
              "D:\\\\*"
            )] by process.parent.entity_id
      until [process where event.type == "end"] by process.entity_id
      | head 10
      | tail 3"
    `);
  });

  it.each([
    'any where a',
    '"any" where a',
    '"my category" where a',
    'sample by host\n  [a where true]\n  [b where true]',
  ])('leaves %j as it is', (text) => {
    expect(printQuery(parseQuery(text))).toBe(text);
  });
});

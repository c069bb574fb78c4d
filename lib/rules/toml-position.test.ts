import { describe, expect, it } from 'vitest';

import { findKey, findStringStart } from './toml-position';

function startOf(lines: readonly string[]) {
  return findStringStart(lines.join('\n'), 'rule', 'query');
}

describe('findStringStart', () => {
  it('is the line after opening quotes that end their line', () => {
    expect(startOf(['[rule]', "query = '''", '  any where true', "'''"])).toEqual({
      line: 3,
      column: 1,
    });
  });

  it('is right after opening quotes that are followed by text', () => {
    expect(startOf(['[rule]', "query = '''any where true'''"])).toEqual({ line: 2, column: 12 });
  });

  it('is inside the quotes of a string on one line', () => {
    expect(startOf(['[rule]', 'query = "any where true" # all'])).toEqual({ line: 2, column: 10 });
    expect(startOf(['[rule]', "query='any where true'"])).toEqual({ line: 2, column: 8 });
  });

  it('gives the column for """ without escapes', () => {
    expect(startOf(['[rule]', 'query = """', 'any where a == "b"', '"""'])).toEqual({
      line: 3,
      column: 1,
    });
  });

  it('gives only the line where escapes make columns differ', () => {
    expect(startOf(['[rule]', 'query = """', 'any where a == "C:\\\\b"', '"""'])).toEqual({
      line: 3,
    });
    expect(startOf(['[rule]', 'query = "any where a == \\"b\\""'])).toEqual({ line: 2 });
  });

  it('counts a backslash in a literal string as a character', () => {
    expect(startOf(['[rule]', "query = '''", 'any where a == "C:\\\\b"', "'''"])).toEqual({
      line: 3,
      column: 1,
    });
  });

  it('understands Windows line ends', () => {
    const text = "[rule]\r\nname = 'x'\r\nquery = '''\r\nany where true\r\n'''\r\n";
    expect(findStringStart(text, 'rule', 'query')).toEqual({ line: 4, column: 1 });
  });

  it('is not misled by look-alikes in comments, strings, lists and other tables', () => {
    const lines = [
      '# query = "no"',
      '[transform]',
      '[[transform.osquery]]',
      'query = "SELECT 1"',
      '[rule] # the rule',
      "note = '''",
      'query = "no"',
      "[rule]''''",
      'tags = [',
      '  "query = ]", # ] query = "no"',
      ']',
      'meta = { query = "no", "a" = [1] }',
      '"query" = "any where true"',
    ];
    expect(startOf(lines)).toEqual({ line: 13, column: 12 });
  });

  it('finds the table after one that begins with its name', () => {
    expect(startOf(['[rule.meta]', 'query = "no"', '[ rule ]', 'query = "x"'])).toEqual({
      line: 4,
      column: 10,
    });
  });

  it('is undefined where there is no such key, or its value is no string', () => {
    expect(startOf(['[rule]', 'name = "x"'])).toBeUndefined();
    expect(startOf(['[rule]', 'query = 7'])).toBeUndefined();
    expect(startOf(['rule = { query = "any where true" }'])).toBeUndefined();
  });
});

describe('findKey', () => {
  it('is the place of the key itself', () => {
    expect(findKey('[rule]\nname = "x"\n  severity = "High"', 'rule', 'severity')).toEqual({
      line: 3,
      column: 3,
    });
  });
});

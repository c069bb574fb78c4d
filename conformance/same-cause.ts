/** Elasticsearch's wording of a cause beside ours: a message passes if it names the same cause with the same names in it. */
const CAUSES: readonly (readonly [elasticsearch: RegExp, ours: RegExp])[] = [
  [/Condition expression needs to be boolean/, /needs to be boolean/],
  [/Unknown column/, /Unknown field/],
  [/Unknown function/, /Unknown function/],
  [/Process relationships/, /Process relationships/],
  [/Array indexes/, /Array indexes/],
  [/error building/, /Error building/],
  [/must be a constant/, /must be a constant/],
  [/argument of .* must be/, /argument of .* must be/i],
  [/No keyword\/multi-field/, /No keyword\/multi-field/],
  [/Comparisons against fields/, /Comparisons against fields/],
  [/\[by\] before \[with\]/, /\[by\] before \[with\]/],
  [/is incompatible with key/, /is incompatible with key/],
  [/minimum of 2 queries/, /minimum of 2 queries/],
  [/single quotes/, /double quotes \["\] to define string literals/],
  [/[Tt]riple double quotes/, /[Tt]riple double quotes/],
  [/hex digits/, /hex digits/],
  [/results in null/, /results in null/],
  [/Invalid unicode/, /Invalid unicode/],
  [/token recognition error/, /not closed|not a unicode escape|Unexpected character/],
  [/mismatched input|extraneous input/, /Expected .*, found|empty/],
];

/** `null` stands for any error. */
export function sameCause(expected: string | null, actual: string): boolean {
  if (expected === null) return true;
  const cause = CAUSES.find(([elasticsearch]) => elasticsearch.test(expected));
  if (!cause) return false;
  return (
    cause[1].test(actual) &&
    namesIn(expected).every((name) => actual.toLowerCase().includes(name.toLowerCase()))
  );
}

/** What stands in the first brackets of the cause, such as a field's name. */
function namesIn(expected: string): string[] {
  const name = /(?:Unknown column|Unknown function|Sequence key|building) \[([^\]]+)\]/.exec(
    expected,
  )?.[1];
  return name === undefined ? [] : [name];
}

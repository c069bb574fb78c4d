import { expect, it } from 'vitest';
import { splitCommandLine } from './windows-args';

it.each<[string, string, string[]]>([
  ['white space separates', 'a  b\tc ', ['a', 'b', 'c']],
  ['quotes hold together', '"C:\\Program Files\\x.exe" -n', ['C:\\Program Files\\x.exe', '-n']],
  ['quotes may begin inside', 'a"b c"d', ['ab cd']],
  ['an empty argument counts', 'a "" b', ['a', '', 'b']],
  [
    'backslashes stand for themselves',
    'C:\\x\\\\y \\\\host\\share\\',
    ['C:\\x\\\\y', '\\\\host\\share\\'],
  ],
  [
    'a backslash before a quote makes it a letter',
    'sc binPath= "x \\"y\\" z"',
    ['sc', 'binPath=', 'x "y" z'],
  ],
  ['two backslashes before a quote are one', '"C:\\\\" b', ['C:\\', 'b']],
  ['three backslashes before a quote are one and the quote', 'a\\\\\\"b c', ['a\\"b', 'c']],
  ['two quotes within quotes are one and end them', '"a""b c" d', ['a"b', 'c d']],
  ['nothing gives nothing', ' ', []],
])('%s: %s', (_rule, commandLine, args) => {
  expect(splitCommandLine(commandLine)).toEqual(args);
});

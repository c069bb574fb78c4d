const BACKSLASH = '\\';

/**
 * Splits a command line into its arguments as Windows programs see them (the C runtime's rules before 2008, as in Elastic's
 * pipelines): white space separates outside quotes; `\"` is a quote, `\\"` a backslash and the end of quoting;
 * other backslashes stand for themselves; `""` within quotes is a quote and ends them.
 */
export function splitCommandLine(commandLine: string): string[] {
  const args: string[] = [];
  let at = 0;
  while (at < commandLine.length) {
    if (isBlank(commandLine[at])) {
      at++;
      continue;
    }
    let arg = '';
    let isQuoted = false;
    for (; at < commandLine.length; at++) {
      const character = commandLine[at]!;
      if (isBlank(character) && !isQuoted) break;
      if (character === BACKSLASH) {
        const backslashes = countBackslashes(commandLine, at);
        at += backslashes - 1;
        const isBeforeQuote = commandLine[at + 1] === '"';
        arg += BACKSLASH.repeat(isBeforeQuote ? backslashes >> 1 : backslashes);
        if (isBeforeQuote && backslashes % 2 === 1) {
          arg += '"';
          at++;
        }
      } else if (character === '"') {
        if (isQuoted && commandLine[at + 1] === '"') {
          arg += '"';
          at++;
        }
        isQuoted = !isQuoted;
      } else {
        arg += character;
      }
    }
    args.push(arg);
  }
  return args;
}

function countBackslashes(text: string, from: number): number {
  let end = from;
  while (text[end] === BACKSLASH) end++;
  return end - from;
}

function isBlank(character: string | undefined): boolean {
  return character === ' ' || character === '\t';
}

const CHUNK_LENGTH = 64 * 1024;

/**
 * Writes a result to stdout, piece after piece, and answers exit code 0. It waits for each chunk to be taken, so that a
 * slow reader costs no memory and one that has gone ends the command.
 */
export async function writeOut(pieces: Iterable<string>): Promise<0> {
  let chunk = '';
  for (const piece of pieces) {
    chunk += piece;
    if (chunk.length < CHUNK_LENGTH) continue;
    await write(chunk);
    chunk = '';
  }
  if (chunk !== '') await write(chunk);
  return 0;
}

function write(chunk: string): Promise<void> {
  return new Promise((resolve) => process.stdout.write(chunk, () => resolve()));
}

/** Tells the person who called, on stderr: stdout belongs to results. */
export function say(text: string): void {
  process.stderr.write(`${text}\n`);
}

/** `1 rule`, `2 rules`, `3 queries`. */
export function counted(count: number, one: string, many = `${one}s`): string {
  return `${count} ${count === 1 ? one : many}`;
}

/** Texts of events may hold anything: what would steer the terminal, or write backwards, is shown as its code. */
export function printable(text: string): string {
  return text.replace(UNPRINTABLE, (character) => {
    const code = character.charCodeAt(0).toString(16);
    return code.length > 2 ? `\\u${code.padStart(4, '0')}` : `\\x${code.padStart(2, '0')}`;
  });
}

const UNPRINTABLE = /[\p{Cc}\u200e\u200f\u2028-\u202e\u2066-\u2069]/gu;

import { runCommandLine } from './command-line';

for (const stream of [process.stdout, process.stderr]) stream.on('error', endQuietly);
process.exitCode = await runCommandLine(process.argv.slice(2));

/** Whoever read our output has enough of it (`watchfloor .. | head`): that is no failure. */
function endQuietly(error: NodeJS.ErrnoException): void {
  if (error.code !== 'EPIPE') throw error;
  process.exit(0);
}

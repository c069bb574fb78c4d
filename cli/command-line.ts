import { suggest } from '@/lib/eql/suggest';
import { version } from '@/package.json';
import { CommandError, UsageError } from './command-error';
import { helpOf, isCommand, COMMANDS, overview, type CommandName } from './help';
import { say, writeOut } from './output';

/** Runs `watchfloor ARGS..` and answers its exit code: 0 done, 1 failed, 2 bad usage. Never throws. */
export async function runCommandLine(args: readonly string[]): Promise<number> {
  const { given, isDebugging } = takeDebug(args);
  try {
    return await dispatch(given);
  } catch (error) {
    if (error instanceof UsageError) {
      const [command] = given;
      const help = isCommand(command) ? `watchfloor help ${command}` : 'watchfloor --help';
      say(`${error.message}\n${error.hint ?? `See: ${help}`}`);
      return 2;
    }
    if (error instanceof CommandError) {
      say(error.hint ? `${error.message}\n${error.hint}` : error.message);
    } else if (isDebugging && error instanceof Error) {
      say(error.stack ?? error.message);
    } else {
      const reason = (error instanceof Error ? error.message : String(error)).split('\n', 1)[0];
      say(`Unexpected failure: ${reason} (--debug shows the stack)`);
    }
    return 1;
  }
}

/** `--debug` stands anywhere before `--`. */
function takeDebug(args: readonly string[]): { given: string[]; isDebugging: boolean } {
  const options = args.slice(0, optionsEnd(args));
  const given = [...options.filter((arg) => arg !== '--debug'), ...args.slice(options.length)];
  return { given, isDebugging: given.length < args.length };
}

/** Where operands begin that are no options whatever they look like. */
function optionsEnd(args: readonly string[]): number {
  const end = args.indexOf('--');
  return end === -1 ? args.length : end;
}

async function dispatch([name, ...args]: readonly string[]): Promise<number> {
  switch (name) {
    case undefined:
      say(overview());
      return 2;
    case '--help':
    case '-h':
      return writeOut([overview()]);
    case '--version':
    case '-V':
      return writeOut([`watchfloor ${version}\n`]);
    case 'help': {
      const [about] = args;
      return writeOut([about === undefined ? overview() : helpOf(known(about))]);
    }
    default: {
      const command = known(name);
      const wantsHelp = args.slice(0, optionsEnd(args)).some((arg) => HELP.includes(arg));
      return wantsHelp ? writeOut([helpOf(command)]) : run(command, args);
    }
  }
}

const HELP = ['--help', '-h'];

/** A command is loaded when it is called, so that none pays for another's start. */
async function run(command: CommandName, args: string[]): Promise<number> {
  switch (command) {
    case 'detect': {
      const { detectCommand } = await import('./detect');
      return detectCommand(args);
    }
    case 'eql': {
      const { eqlCommand } = await import('./eql');
      return eqlCommand(args);
    }
    case 'check': {
      const { checkCommand } = await import('./check');
      return checkCommand(args);
    }
  }
}

function known(name: string): CommandName {
  if (isCommand(name)) return name;
  const commands = Object.keys(COMMANDS);
  if (name.startsWith('-')) {
    const hint = `${suggest(name, ['--help', '--version']) ?? 'Options stand after the command.'} See: watchfloor --help`;
    throw new UsageError(`Unknown option "${name}".`, hint);
  }
  const hint = suggest(name, [...commands, 'help']) ?? `The commands are: ${commands.join(', ')}.`;
  throw new UsageError(`Unknown command "${name}".`, `${hint} See: watchfloor --help`);
}

import { parseArgs, type ParseArgsConfig } from 'node:util';
import { suggest } from '@/lib/eql/suggest';
import { UsageError } from './command-error';

type Options = NonNullable<ParseArgsConfig['options']>;
type Parsed<T extends Options> = ReturnType<
  typeof parseArgs<{ options: T; allowPositionals: true; args: string[] }>
>;

/** Options and operands of a command. Throws UsageError, naming the option that was probably meant. */
export function readArguments<T extends Options>(args: readonly string[], options: T): Parsed<T> {
  try {
    return parseArgs({ args: [...args], options, allowPositionals: true });
  } catch (error) {
    const { code, message } = error as NodeJS.ErrnoException;
    if (code === 'ERR_PARSE_ARGS_UNKNOWN_OPTION') {
      const option = /'(-[^']*)'/.exec(message)?.[1] ?? '';
      const known = Object.keys(options).map((name) => `--${name}`);
      const hint = suggest(option, known) ?? `The options are: ${known.join(', ')}.`;
      throw new UsageError(`Unknown option "${option}".`, hint, { cause: error });
    }
    if (code === 'ERR_PARSE_ARGS_INVALID_OPTION_VALUE') {
      const option = /'(?:-\w, )?(--[\w-]+)/.exec(message)?.[1] ?? '';
      const isFlag = options[option.slice(2)]?.type === 'boolean';
      const text = isFlag ? `${option} takes no value.` : `${option} needs a value.`;
      throw new UsageError(text, undefined, { cause: error });
    }
    throw error;
  }
}

/** The whole number that an option gives, from `least` on. Throws UsageError. */
export function readCount(
  option: string,
  text: string | undefined,
  least: number,
): number | undefined {
  if (text === undefined) return undefined;
  const count = Number(text);
  if (/^\d+$/.test(text) && Number.isSafeInteger(count) && count >= least) return count;
  throw new UsageError(
    `${option} is "${text}".`,
    `Write a whole number from ${least} on, such as ${option} 50.`,
  );
}

/** What keeps a command from its work, in words for the person who called it. Ends with exit code 1. */
export class CommandError extends Error {
  override readonly name: string = 'CommandError';

  constructor(
    message: string,
    /** What to do instead. */
    readonly hint?: string,
    options?: ErrorOptions,
  ) {
    super(message, options);
  }
}

/** A command called wrongly: unknown options, missing operands. Ends with exit code 2. */
export class UsageError extends CommandError {
  override readonly name = 'UsageError';
}

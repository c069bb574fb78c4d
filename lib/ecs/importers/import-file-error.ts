/** A file that cannot be read, or not to its end. What stood before the fault has been read. */
export class ImportFileError extends Error {
  override readonly name = 'ImportFileError';

  constructor(
    readonly file: string,
    /** What was found, without the file's name. */
    readonly reason: string,
    /** What to do instead. */
    readonly hint: string,
    options?: ErrorOptions,
  ) {
    super(`${file}: ${reason}. ${hint}`, options);
  }
}

/**
 * The name that an event's index keeps when it is rolled over, restored, frozen or shrunk: without `cluster:`, the prefixes
 * `partial-`, `restored-` and `shrink-xxxx-`, and, for a backing index `.ds-NAME-2026.11.24-000001`, the data stream.
 */
export function indexBaseName(index: string): string {
  const local = index
    .replace(/^[^:]*:/, '')
    .replace(/^(?:partial-|restored-|shrink-[a-z0-9]{4}-)+/, '');
  return /^\.ds-(.+)-\d{4}\.\d{2}\.\d{2}-\d{6}$/.exec(local)?.[1] ?? local;
}

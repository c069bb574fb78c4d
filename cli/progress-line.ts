const SHOW_AFTER_MS = 1_000;
const EVERY_MS = 250;
const EVERY_MS_IN_A_LOG = 10_000;

/** Progress of long reading on stderr: one line that is drawn over on a terminal, a line now and then elsewhere. */
export class ProgressLine {
  private readonly startedAt = performance.now();
  private readonly isTerminal = process.stderr.isTTY;
  private readonly done = new Map<string, number>();
  private lastShown = this.startedAt + SHOW_AFTER_MS - EVERY_MS;
  private isDrawn = false;

  /** `total`: bytes of all files, 0 where unknown. */
  constructor(private readonly total: number) {}

  update(file: string, bytesRead: number): void {
    this.done.set(file, Math.max(bytesRead, this.done.get(file) ?? 0));
    const now = performance.now();
    if (now - this.lastShown < (this.isTerminal ? EVERY_MS : EVERY_MS_IN_A_LOG)) return;
    this.lastShown = now;
    const read = [...this.done.values()].reduce((sum, bytes) => sum + bytes, 0);
    const share =
      this.total > 0 ? ` (${Math.min(100, Math.floor((read / this.total) * 100))} %)` : '';
    const rate = read / Math.max(1, (now - this.startedAt) / 1_000);
    const text = `${megabytes(read)}${this.total > 0 ? ` of ${megabytes(this.total)}` : ''}${share}, ${megabytes(rate)}/s: ${file}`;
    process.stderr.write(
      this.isTerminal
        ? `\r\u001b[K${text.slice(0, (process.stderr.columns || 80) - 1)}`
        : `${text}\n`,
    );
    this.isDrawn = this.isTerminal;
  }

  clear(): void {
    if (this.isDrawn) process.stderr.write('\r\u001b[K');
    this.isDrawn = false;
  }
}

function megabytes(bytes: number): string {
  return `${(bytes / 1e6).toFixed(bytes < 1e8 ? 1 : 0)} MB`;
}

import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

/** A private folder that is gone when it is disposed, or when the process exits. Made when first asked for. */
export class TemporaryFolder {
  private path: string | undefined;
  private readonly remove = (): void => {
    if (this.path !== undefined) rmSync(this.path, { recursive: true, force: true });
    this.path = undefined;
  };

  file(name: string): string {
    if (this.path === undefined) {
      this.path = mkdtempSync(join(tmpdir(), 'watchfloor-'));
      process.once('exit', this.remove);
    }
    return join(this.path, name);
  }

  dispose(): void {
    this.remove();
    process.removeListener('exit', this.remove);
  }
}

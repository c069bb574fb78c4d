import { open, type FileHandle } from 'node:fs/promises';
import { constants, createGunzip } from 'node:zlib';
import { ImportFileError } from './import-file-error';

/** Called while reading: how much of the file as it lies on disk has been read. */
export type ReadProgress = (readBytes: number, totalBytes: number) => void;

/** A file's bytes in order, gunzipped where the file is gzip. */
export interface ByteSource {
  readonly isCompressed: boolean;
  /** Fills `into` from `at` on and answers how many bytes it wrote; 0 at the end. Throws ImportFileError. */
  read(into: Buffer, at: number): Promise<number>;
  close(): Promise<void>;
}

/** Opens `file`; what it holds is found from its first bytes, not from its name. Throws ImportFileError. */
export async function openByteSource(file: string, onProgress?: ReadProgress): Promise<ByteSource> {
  const handle = await openFile(file);
  try {
    const magic = Buffer.alloc(8);
    const { bytesRead } = await handle.read(magic, 0, magic.length, 0);
    refuseOtherFormats(file, magic.subarray(0, bytesRead));
    const raw = new FileSource(file, handle, (await handle.stat()).size, onProgress);
    return magic[0] === 0x1f && magic[1] === 0x8b ? new GzipSource(file, raw) : raw;
  } catch (error) {
    await handle.close();
    throw error;
  }
}

async function openFile(file: string): Promise<FileHandle> {
  let handle: FileHandle;
  try {
    handle = await open(file, 'r');
  } catch (cause) {
    throw readError(file, cause);
  }
  const stat = await handle.stat();
  if (stat.isFile()) return handle;
  await handle.close();
  throw stat.isDirectory()
    ? new ImportFileError(
        file,
        'This is a folder',
        'Name the files in it, such as folder/*.ndjson.',
      )
    : new ImportFileError(file, 'This is not a regular file', 'Write its content to a file first.');
}

const UTF_16_HINT = 'Save it as UTF-8, for instance: iconv -f UTF-16 -t UTF-8 old.json > new.json.';

/** Formats that are not JSON text in UTF-8, by their first bytes. */
const OTHER_FORMATS: readonly [magic: string, what: string, hint: string][] = [
  ['504b0304', 'This is a zip archive', 'Unzip it and name the files in it.'],
  ['28b52ffd', 'This is compressed with zstd', 'Decompress it first: zstd -d.'],
  ['425a68', 'This is compressed with bzip2', 'Decompress it first: bunzip2.'],
  ['fd377a585a', 'This is compressed with xz', 'Decompress it first: unxz.'],
  [
    '456c6646696c6500',
    'This is a Windows event log (EVTX)',
    'Export its events as JSON lines first.',
  ],
  ['50415231', 'This is a Parquet file', 'Export its rows as JSON lines first.'],
  ['fffe', 'The text is UTF-16', UTF_16_HINT],
  ['feff', 'The text is UTF-16', UTF_16_HINT],
  ['7b00', 'The text is UTF-16', UTF_16_HINT],
  ['5b00', 'The text is UTF-16', UTF_16_HINT],
  ['007b', 'The text is UTF-16', UTF_16_HINT],
  ['005b', 'The text is UTF-16', UTF_16_HINT],
];

/** Throws ImportFileError where `start` begins like a format that is known and not ours. */
export function refuseOtherFormats(file: string, start: Buffer): void {
  const hex = start.subarray(0, 8).toString('hex');
  const found = OTHER_FORMATS.find(([magic]) => hex.startsWith(magic));
  if (found !== undefined) throw new ImportFileError(file, found[1], found[2]);
}

class FileSource implements ByteSource {
  readonly isCompressed = false;
  private position = 0;

  constructor(
    readonly file: string,
    private readonly handle: FileHandle,
    private readonly size: number,
    private readonly onProgress: ReadProgress | undefined,
  ) {}

  async read(into: Buffer, at: number): Promise<number> {
    let end = at;
    try {
      while (end < into.length) {
        const { bytesRead } = await this.handle.read(into, end, into.length - end, this.position);
        if (bytesRead === 0) break;
        end += bytesRead;
        this.position += bytesRead;
      }
    } catch (cause) {
      throw readError(this.file, cause);
    }
    this.onProgress?.(this.position, Math.max(this.size, this.position));
    return end - at;
  }

  close(): Promise<void> {
    return this.handle.close();
  }
}

/** Small, so that one block of a zip bomb stays small: deflate cannot grow beyond a thousand times. */
const COMPRESSED_BLOCK = 16 * 1024;

class GzipSource implements ByteSource {
  readonly isCompressed = true;
  private readonly gunzip = createGunzip({ chunkSize: 256 * 1024, flush: constants.Z_NO_FLUSH });
  private readonly compressed = Buffer.allocUnsafeSlow(COMPRESSED_BLOCK);
  private ready: Buffer[] = [];
  private failure: Error | undefined;
  private hasEnded = false;

  constructor(
    private readonly file: string,
    private readonly raw: ByteSource,
  ) {
    // Listening keeps the stream flowing: what was unpacked before a fault arrives before the fault does.
    this.gunzip.on('data', (chunk: Buffer) => this.ready.push(chunk));
    this.gunzip.on('error', (error: Error) => (this.failure = error));
  }

  async read(into: Buffer, at: number): Promise<number> {
    let end = at;
    while (end < into.length) {
      const chunk = this.ready.shift();
      if (chunk !== undefined) {
        const copied = chunk.copy(into, end);
        end += copied;
        if (copied < chunk.length) this.ready.unshift(chunk.subarray(copied));
      } else if (this.failure !== undefined) {
        if (end > at) break;
        throw this.gzipError(this.failure);
      } else if (this.hasEnded) {
        break;
      } else {
        await this.unpackMore();
      }
    }
    return end - at;
  }

  async close(): Promise<void> {
    this.gunzip.destroy();
    await this.raw.close();
  }

  private async unpackMore(): Promise<void> {
    const length = await this.raw.read(this.compressed, 0);
    await new Promise<void>((resolve) => {
      // `close` follows the end and any fault.
      const done = () => {
        this.gunzip.off('close', done);
        resolve();
      };
      if (this.failure !== undefined) return resolve();
      this.gunzip.on('close', done);
      if (length > 0) {
        this.gunzip.write(this.compressed.subarray(0, length), done);
      } else {
        this.hasEnded = true;
        this.gunzip.end();
      }
    });
  }

  private gzipError(cause: Error): ImportFileError {
    const isCut = (cause as NodeJS.ErrnoException).code === 'Z_BUF_ERROR';
    return new ImportFileError(
      this.file,
      isCut
        ? 'The gzip data is cut off; what stands before the cut was read'
        : `The gzip data is damaged (${cause.message}); what stands before the damage was read`,
      'Copy or download the file again.',
      { cause },
    );
  }
}

function readError(file: string, cause: unknown): ImportFileError {
  switch ((cause as NodeJS.ErrnoException).code) {
    case 'ENOENT':
    case 'ENOTDIR':
      return new ImportFileError(file, 'There is no such file', 'Check the path.', { cause });
    case 'EACCES':
    case 'EPERM':
      return new ImportFileError(file, 'The file may not be read', 'Check its permissions.', {
        cause,
      });
    default:
      return new ImportFileError(
        file,
        `The file cannot be read (${(cause as Error).message})`,
        'Check the disk and the path.',
        { cause },
      );
  }
}

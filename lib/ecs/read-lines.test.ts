import { readFile } from 'node:fs/promises';
import path from 'node:path';
import { gzipSync } from 'node:zlib';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { ImportFileError } from './importers/import-file-error';
import { writeTemporaryFile } from './importers/temporary-files';
import { readRecords, type ReadOptions } from './read-lines';

interface ReadFile {
  readonly texts: string[];
  readonly lines: number[];
  readonly skipped: string[];
  readonly error: ImportFileError | undefined;
}

async function readFileRecords(file: string, options?: ReadOptions): Promise<ReadFile> {
  const texts: string[] = [];
  const lines: number[] = [];
  const skipped: string[] = [];
  try {
    for await (const batch of readRecords(file, options)) {
      for (let at = 0; at < batch.count; at++) {
        texts.push(batch.block.toString('utf8', batch.starts[at], batch.ends[at]));
      }
      lines.push(...batch.lines);
      skipped.push(...batch.skipped.map(({ line, reason }) => `${line}: ${reason}`));
    }
  } catch (error) {
    expect(error).toBeInstanceOf(ImportFileError);
    return { texts, lines, skipped, error: error as ImportFileError };
  }
  return { texts, lines, skipped, error: undefined };
}

async function readContent(content: string | Uint8Array, options?: ReadOptions) {
  return readFileRecords(await writeTemporaryFile('events.json', content), options);
}

describe('lines', () => {
  it('gives each line with its number, and counts blank lines', async () => {
    const { texts, lines, skipped } = await readContent('{"a":1}\n\n  \n{"a":2}\r\n\t{"a":3} ');
    expect(texts).toEqual(['{"a":1}', '{"a":2}', '{"a":3}']);
    expect(lines).toEqual([1, 4, 5]);
    expect(skipped).toEqual([]);
  });

  it('takes off a byte order mark', async () => {
    const { texts } = await readContent('\ufeff{"a":1}\n{"a":2}');
    expect(texts).toEqual(['{"a":1}', '{"a":2}']);
  });

  it('says where each line can be read again', async () => {
    const content = '\ufeff{"a":1}\n{"ä":2}\n\n{"a":3}\n'.repeat(50).replaceAll('\n\ufeff', '\n');
    const file = await writeTemporaryFile('events.ndjson', content);
    const bytes = await readFile(file);
    let count = 0;
    for await (const batch of readRecords(file, { blockBytes: 16 })) {
      for (let at = 0; at < batch.count; at++) {
        const { block, blockOffset } = batch;
        const start = batch.starts[at]!;
        const length = batch.ends[at]! - start;
        const again = bytes.subarray(blockOffset! + start, blockOffset! + start + length);
        expect(again.equals(block.subarray(start, start + length))).toBe(true);
        count++;
      }
    }
    expect(count).toBe(150);
  });

  it('skips a line that is not UTF-8 and keeps its neighbours', async () => {
    const broken = Buffer.from([0x7b, 0xc3, 0x28, 0x7d]);
    const content = Buffer.concat([Buffer.from('{"a":1}\n'), broken, Buffer.from('\n{"a":2}\n')]);
    const { texts, skipped } = await readContent(content);
    expect(texts).toEqual(['{"a":1}', '{"a":2}']);
    expect(skipped).toEqual(['2: not valid UTF-8']);
  });

  it('skips lines with NUL bytes', async () => {
    const { texts, skipped } = await readContent('{"a":1}\n\0\0\0\n{"a":"\0"}\n{"a":2}');
    expect(texts).toEqual(['{"a":1}', '{"a":2}']);
    expect(skipped).toEqual(['2: NUL bytes in the line', '3: NUL bytes in the line']);
  });

  it('skips a line of 20 MB without keeping it', async () => {
    const { texts, lines, skipped } = await readContent(
      `{"a":1}\n{"a":"${'x'.repeat(20 * 1024 * 1024)}"}\n{"a":2}`,
    );
    expect(texts).toEqual(['{"a":1}', '{"a":2}']);
    expect(lines).toEqual([1, 3]);
    expect(skipped).toEqual(['2: longer than 16 MB']);
  });

  it('reads a line of several megabytes', async () => {
    const long = `{"a":"${'x'.repeat(5 * 1024 * 1024)}"}`;
    const { texts } = await readContent(`{"a":1}\n${long}\n{"a":2}`);
    expect(texts.map(({ length }) => length)).toEqual([7, long.length, 7]);
  });

  it('stays with lines when the first one is broken', async () => {
    const { texts } = await readContent('{"a":{"b":1\n{"a":2}\n{"a":"x\n{"a":3}');
    expect(texts).toEqual(['{"a":{"b":1', '{"a":2}', '{"a":"x', '{"a":3}']);
  });

  it('gives nothing for an empty file and for blank lines', async () => {
    expect((await readContent('')).texts).toEqual([]);
    expect((await readContent('\n \n')).texts).toEqual([]);
  });
});

describe('documents', () => {
  it('gives the elements of an array on one line', async () => {
    const { texts, lines } = await readContent('[{"a":1}, {"b":[1,{"c":"],[{"}]} ,3,"x"]');
    expect(texts).toEqual(['{"a":1}', '{"b":[1,{"c":"],[{"}]}', '3', '"x"']);
    expect(lines).toEqual([1, 1, 1, 1]);
  });

  it('gives the elements of a pretty printed array, each with the line it begins on', async () => {
    const content = JSON.stringify([{ a: 1 }, { b: ['\\"', '}'] }, { c: {} }], null, 2);
    const { texts, lines } = await readContent(content);
    expect(texts.map((text) => JSON.parse(text) as unknown)).toEqual(JSON.parse(content));
    expect(lines).toEqual([2, 5, 11]);
  });

  it('gives pretty printed objects that follow each other', async () => {
    const content = [{ a: { b: [1] } }, { a: 2 }].map((each) => JSON.stringify(each, null, 2));
    const { texts, lines } = await readContent(content.join('\n'));
    expect(texts).toEqual(content);
    expect(lines).toEqual([1, 8]);
  });

  it.each([
    ['on one line', undefined],
    ['pretty printed', 2],
  ])('gives the hits of a search response %s', async (_how, indent) => {
    const hits = [
      { _index: 'a', _id: '1', _source: { x: 1, hits: { hits: [1] } } },
      { _index: 'a', _id: '2', _source: { x: 2 } },
    ];
    const response = {
      took: 3,
      _shards: { total: 1, skipped: 0 },
      hits: { total: { value: 2, relation: 'eq' }, max_score: 1, hits },
      aggregations: { by: { buckets: [{ key: 'hits' }] } },
    };
    const { texts, skipped } = await readContent(`${JSON.stringify(response, null, indent)}\n`);
    expect(texts.map((text) => JSON.parse(text) as unknown)).toEqual(hits);
    expect(skipped).toEqual([]);
  });

  it('says that an array is not closed', async () => {
    const { texts, skipped } = await readContent('[\n{"a":1},\n{"b":');
    expect(texts).toEqual(['{"a":1}']);
    expect(skipped).toEqual(['3: the JSON value that begins on this line is not closed']);
    expect((await readContent('[\n{"a":1},\n')).skipped).toEqual([
      '3: the file ends before its JSON does',
    ]);
  });

  it('goes on after an element whose string is not closed', async () => {
    const { texts, skipped } = await readContent('[\n{"a":1},\n{"b":"x},\n{"c":3}\n]');
    expect(texts).toEqual(['{"a":1}', '{"c":3}']);
    expect(skipped).toEqual(['3: a string is not closed at the end of its line']);
  });

  it('goes on after an element whose brackets do not match', async () => {
    const { texts } = await readContent('[{"a":[1},{"b":2}]');
    expect(texts).toEqual(['{"a":[1}', '{"b":2}']);
  });

  it('skips an element of 20 MB', async () => {
    const { texts, lines, skipped } = await readContent(
      `[{"a":1},\n{"a":"${'x'.repeat(20 * 1024 * 1024)}\\""},\n{"a":2}]`,
    );
    expect(texts).toEqual(['{"a":1}', '{"a":2}']);
    expect(lines).toEqual([1, 3]);
    expect(skipped).toEqual(['2: longer than 16 MB']);
  });

  it('reads an array nested 10,000 deep as one record', async () => {
    const { texts } = await readContent(`[{"a":${'['.repeat(10_000)}${']'.repeat(10_000)}}]`);
    expect(texts).toHaveLength(1);
  });
});

it('finds the same records wherever the blocks end', async () => {
  const writing = fc.constantFrom<(values: unknown[]) => string>(
    (values) => values.map((value) => JSON.stringify(value)).join('\n'),
    (values) => JSON.stringify(values),
    (values) => JSON.stringify(values, null, 1),
    (values) => JSON.stringify({ took: 1, hits: { total: 1, hits: values } }, null, 1),
  );
  await fc.assert(
    fc.asyncProperty(
      fc.array(fc.dictionary(fc.string(), fc.jsonValue({ maxDepth: 3 })), { minLength: 1 }),
      writing,
      fc.integer({ min: 8, max: 40 }),
      async (values, write, blockBytes) => {
        const { texts, skipped } = await readContent(write(values), { blockBytes });
        expect(texts.map((text) => JSON.parse(text) as unknown)).toEqual(
          JSON.parse(JSON.stringify(values)),
        );
        expect(skipped).toEqual([]);
      },
    ),
    { numRuns: 60 },
  );
});

describe('gzip', () => {
  it('is found by content, whatever the name, and may have several members', async () => {
    const members = ['{"a":1}\n{"a"', ':2}\n', '{"a":3}'].map((text) => gzipSync(text));
    const { texts, lines } = await readContent(Buffer.concat(members));
    expect(texts).toEqual(['{"a":1}', '{"a":2}', '{"a":3}']);
    expect(lines).toEqual([1, 2, 3]);
  });

  it('holds pretty printed arrays and byte order marks as well', async () => {
    const { texts } = await readContent(gzipSync('\ufeff[\n{"a":1}\n]'));
    expect(texts).toEqual(['{"a":1}']);
  });

  it('gives all that stands before a cut, then says that the file is cut off', async () => {
    const lines = Array.from({ length: 5000 }, (_, at) => `{"at":${at},"x":"${Math.sin(at)}"}`);
    const whole = gzipSync(lines.join('\n'));
    const { texts, skipped, error } = await readContent(whole.subarray(0, whole.length - 2000));
    expect(texts.length).toBeGreaterThan(4000);
    expect(texts).toEqual(lines.slice(0, texts.length));
    expect(skipped).toEqual([`${texts.length + 1}: the file is cut off in this line`]);
    expect(error?.reason).toBe('The gzip data is cut off; what stands before the cut was read');
  });

  it('says that a file is damaged in the middle', async () => {
    const lines = Array.from({ length: 20_000 }, (_, at) => `{"at":${at},"x":"${Math.sin(at)}"}`);
    const bytes = gzipSync(lines.join('\n'));
    bytes.fill(0xff, bytes.length - 3000, bytes.length - 2000);
    const { texts, error } = await readContent(bytes);
    expect(texts.length).toBeGreaterThan(10_000);
    expect(error?.reason).toMatch(/^The gzip data is damaged/);
  });
});

describe('files that cannot be read', () => {
  it.each([
    ['UTF-16', Buffer.from('\ufeff{"a":1}', 'utf16le'), 'The text is UTF-16'],
    ['UTF-16 without a mark', Buffer.from('{"a":1}', 'utf16le'), 'The text is UTF-16'],
    ['a zip archive', Buffer.from('PK\x03\x04rest'), 'This is a zip archive'],
    ['an event log', Buffer.from('ElfFile\0rest'), 'This is a Windows event log (EVTX)'],
    ['gzipped UTF-16', gzipSync(Buffer.from('\ufeff{}', 'utf16le')), 'The text is UTF-16'],
  ])('says what it is: %s', async (_what, content, reason) => {
    const { error } = await readContent(content);
    expect(error?.reason).toBe(reason);
    expect(error?.hint).not.toBe('');
  });

  it('says that there is no such file, with the whole message', async () => {
    const file = path.join('does', 'not', 'exist.ndjson');
    const { error } = await readFileRecords(file);
    expect(error?.message).toBe(`${file}: There is no such file. Check the path.`);
  });

  it('says that a folder is one', async () => {
    const { error } = await readFileRecords(import.meta.dirname);
    expect(error?.reason).toBe('This is a folder');
    expect(error?.hint).toBe('Name the files in it, such as folder/*.ndjson.');
  });
});

it('tells how far it has read', async () => {
  const file = await writeTemporaryFile('events.ndjson', '{"a":1}\n'.repeat(1000));
  const seen: number[] = [];
  await readFileRecords(file, {
    blockBytes: 1000,
    onProgress: (read, total) => seen.push(read / total),
  });
  expect(seen.length).toBeGreaterThan(7);
  expect(seen.at(-1)).toBe(1);
});

it('closes the file when the reader stops early', async () => {
  const file = await writeTemporaryFile('events.ndjson', '{"a":1}\n'.repeat(100_000));
  for await (const { count } of readRecords(file, { blockBytes: 1000 })) {
    expect(count).toBeGreaterThan(0);
    break;
  }
});

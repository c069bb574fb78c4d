import { mkdirSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { folderWith, runCaptured } from './captured-run';

const lines = (...documents: unknown[]) =>
  documents.map((document) => `${JSON.stringify(document)}\n`).join('');

const at = (second: number) => `2026-01-01T00:00:0${second}.000Z`;
const event = (second: number, category: string, more: object = {}) => ({
  _id: `e${second}`,
  '@timestamp': at(second),
  event: { category },
  ...more,
});

const host = { host: { name: 'web-1' } };
const SMALL = {
  'events.ndjson': lines(
    event(1, 'process', {
      ...host,
      process: { name: 'cmd.exe', pid: 7, command_line: 'cmd /c dir' },
    }),
    event(2, 'file', { ...host, file: { path: 'C:\\a.txt' } }),
    event(3, 'process', { ...host, process: { name: 'cmd.exe', pid: 8 } }),
  ),
};

interface Hit {
  readonly _id: string;
  readonly _index: string;
  readonly _source: unknown;
}

interface Answer {
  readonly events: readonly Hit[];
  readonly total: number;
  readonly ties: number;
  readonly skipped: readonly { file: string; line: number | null; reason: string }[];
  readonly error: { readonly code: string; readonly problems: readonly unknown[] };
}

async function search(...args: string[]) {
  const run = await runCaptured('eql', ...args, '--json');
  return { ...run, answer: (run.stdout === '' ? {} : JSON.parse(run.stdout)) as Answer };
}

const ids = ({ events }: Answer) => events.map(({ _id }) => _id);

describe('watchfloor eql', () => {
  it('prints events as JSON: id, index, source without the id, total, ties and what was skipped', async () => {
    const path = folderWith(SMALL);
    const { code, stdout, stderr } = await search('file where true', path('events.ndjson'));
    expect({ code, stderr }).toEqual({ code: 0, stderr: '' });
    const source = { '@timestamp': at(2), event: { category: 'file' }, ...host };
    expect(stdout).toBe(
      `${JSON.stringify({
        events: [
          {
            _id: 'e2',
            _index: 'files-default',
            _source: { ...source, file: { path: 'C:\\a.txt' } },
          },
        ],
        total: 1,
        ties: 0,
        skipped: [],
      })}\n`,
    );
  });

  it('prints sequences as JSON with their join keys, and marks an event that had to be missing', async () => {
    const path = folderWith(SMALL);
    const query =
      'sequence by host.name with maxspan=5s [process where true] ![registry where true] [process where true]';
    const { code, answer } = await search(query, path('events.ndjson'));
    expect(code).toBe(0);
    expect(answer).toMatchObject({
      sequences: [
        { join_keys: ['web-1'], events: [{ _id: 'e1' }, { missing: true }, { _id: 'e3' }] },
      ],
      total: 1,
    });
  });

  it('takes wrapped documents, and the index and id they name', async () => {
    const source = { '@timestamp': at(1), n: 1 };
    const path = folderWith({ 'a.json': lines({ _index: 'logs-x', _id: 'w', _source: source }) });
    const { answer } = await search('any where n == 1', path('a.json'));
    expect(answer.events).toEqual([{ _id: 'w', _index: 'logs-x', _source: source }]);
  });

  it('gives documents without an id the hash of their line and the number of the repetition', async () => {
    const one = { '@timestamp': at(1), n: 1 };
    const path = folderWith({ 'a.ndjson': lines(one, { ...one, n: 2 }, one) });
    const { answer } = await search('any where n == 1', path('a.ndjson'));
    const [first = '', second = ''] = ids(answer);
    expect(first).toMatch(/^[0-9a-f]{32}:1$/);
    expect(second).toBe(first.replace(/1$/, '2'));
    expect(answer.ties).toBe(1);
  });

  it('counts a document once that stands in two files, and says so', async () => {
    const path = folderWith({
      'a.ndjson': SMALL['events.ndjson'],
      'b.ndjson': SMALL['events.ndjson'],
    });
    const { answer } = await search('file where true', path('a.ndjson'), path('b.ndjson'));
    expect(ids(answer)).toEqual(['e2']);
    expect(answer.skipped).toEqual([
      {
        file: path('b.ndjson'),
        line: 2,
        reason: '_index "files-default" and _id "e2" are those of a document before it',
      },
    ]);
  });

  it('keeps whole numbers exact that a JavaScript number cannot hold', async () => {
    const path = folderWith({ 'a.ndjson': `{"@timestamp":"${at(1)}","n":9007199254740993}\n` });
    const { stdout } = await search('any where n == 9007199254740993', path('a.ndjson'));
    expect(stdout).toContain('"n":9007199254740993}');
  });

  it('orders by time whatever the order of the lines, and equal times by event.sequence', async () => {
    const document = (id: string, second: number, sequence?: number) => ({
      _id: id,
      '@timestamp': at(second),
      event: { sequence },
    });
    const path = folderWith({
      'a.ndjson': lines(document('c', 2, 2), document('b', 2, 10), document('a', 1, 3)),
    });
    const { answer } = await search('any where true', path('a.ndjson'));
    expect(ids(answer)).toEqual(['a', 'c', 'b']);
    expect(answer.ties).toBe(0);
  });

  it('reads time, order and category from the fields it is told', async () => {
    const path = folderWith({
      'a.ndjson': lines(
        { _id: 'late', when: 1_700_000_000_001, kind: 'x', nr: 1 },
        { _id: 'b', when: 1_700_000_000_000, kind: 'x', nr: 10 },
        { _id: 'a', when: 1_700_000_000_000, kind: 'x', nr: 9 },
        { _id: 'other', when: 1_700_000_000_000, kind: 'y', nr: 9 },
      ),
    });
    const { answer } = await search(
      'x where true',
      path('a.ndjson'),
      '--timestamp-field=when',
      '--tiebreaker-field=nr',
      '--event-category-field=kind',
    );
    expect(ids(answer)).toEqual(['a', 'b', 'late']);
  });

  describe('--size', () => {
    const path = folderWith(SMALL);
    it.each([
      ['any where true', '2', ['e2', 'e3'], '1 earlier result not shown (--size 2)\n'],
      ['any where true', '0', [], '3 earlier results not shown (--size 0)\n'],
      ['any where true | head 2', '1', ['e1'], '1 more result not shown (--size 1)\n'],
      ['any where true', '3', ['e1', 'e2', 'e3'], ''],
    ])('%s --size %s', async (query, size, expected, stderr) => {
      const run = await search(query, path('events.ndjson'), '--size', size);
      expect(ids(run.answer)).toEqual(expected);
      expect(run.answer.total).toBe(3);
      expect(run.stderr).toBe(stderr);
    });
  });

  describe('--mapping', () => {
    const mapping = {
      properties: {
        '@timestamp': { type: 'date' },
        kind: { type: 'keyword' },
        event: { properties: { category: { type: 'alias', path: 'kind' } } },
        code: { type: 'keyword', ignore_above: 3 },
      },
    };
    const path = folderWith({
      'mapping.json': JSON.stringify(mapping),
      'broken.json': '{"properties":{"a":{"type":"alias","path":"b"}}}',
      'a.ndjson': lines(
        { _id: '1', '@timestamp': '5', kind: 'disk', code: 'abc', size: '5', seen: 7 },
        { _id: '2', '@timestamp': '4', kind: 'disk', code: 'abcd', seen: 8 },
      ),
    });
    const mapped = (query: string, ...more: string[]) =>
      search(query, path('a.ndjson'), '--mapping', path('mapping.json'), ...more);

    it('finds the category behind an alias', async () => {
      const { code, answer } = await mapped('disk where true');
      expect(code).toBe(0);
      expect(ids(answer)).toEqual(['2', '1']);
    });

    it('sees values as the index has them', async () => {
      expect(ids((await mapped('any where code == null')).answer)).toEqual(['2']);
    });

    it('adds the fields of the documents, as dynamic mapping does', async () => {
      expect(ids((await mapped('any where seen > 7')).answer)).toEqual(['2']);
    });

    it('refuses a field that neither mapping nor documents have', async () => {
      const { code, stderr } = await mapped('any where seem > 7');
      expect(code).toBe(1);
      expect(stderr).toBe(
        [
          '1:11 Unknown field "seem".',
          ' 1 | any where seem > 7',
          '   |           ^^^^',
          'Did you mean "seen"?',
          '',
        ].join('\n'),
      );
    });

    it('refuses a timestamp field that is not mapped', async () => {
      const { code, stderr } = await mapped('any where true', '--timestamp-field', 'kid');
      expect(code).toBe(1);
      expect(stderr).toBe(
        'The timestamp field "kid" is not in the mapping.\nDid you mean "kind"?\n',
      );
    });

    it.each(['broken.json', 'missing.json', 'a.ndjson'])(
      'names a mapping file that is none: %s',
      async (name) => {
        const run = await search('any where true', path('a.ndjson'), '--mapping', path(name));
        expect(run.code).toBe(1);
        expect(run.stdout).toBe('');
        expect(run.stderr).toContain(`${path(name)}: `);
      },
    );
  });

  describe('files and lines that cannot be read', () => {
    it('says what is wrong with a missing file and a folder, and prints the rest', async () => {
      const path = folderWith(SMALL);
      mkdirSync(path('folder'));
      const { code, stderr, answer } = await search(
        'file where true',
        path('missing.ndjson'),
        path('folder'),
        path('events.ndjson'),
      );
      expect(code).toBe(1);
      expect(stderr).toBe(
        `${path('missing.ndjson')}: There is no such file. Check the path.\n` +
          `${path('folder')}: This is a folder. Name the files in it, such as folder/*.ndjson.\n`,
      );
      expect(ids(answer)).toEqual(['e2']);
      expect(answer.skipped).toEqual([
        { file: path('missing.ndjson'), line: null, reason: 'There is no such file' },
        { file: path('folder'), line: null, reason: 'This is a folder' },
      ]);
    });

    it('skips broken lines with their number and reason: no failure', async () => {
      const path = folderWith({
        'a.ndjson': `{"broken\n[1]\n${lines({ _id: 'a', '@timestamp': at(1) }, { _id: 'b' }, { '@timestamp': 'soon' })}`,
      });
      const { code, answer, stderr } = await search('any where true', path('a.ndjson'));
      expect(code).toBe(0);
      expect(ids(answer)).toEqual(['a']);
      expect(answer.skipped.map(({ line, reason }) => `${line}: ${reason}`)).toEqual([
        expect.stringMatching(/^1: Not JSON/),
        '2: an array where an event (a JSON object) is expected',
        '4: no readable @timestamp: there is none; write ISO 8601 or epoch milliseconds',
        '5: no readable @timestamp: "soon"; write ISO 8601 or epoch milliseconds',
      ]);
      expect(stderr).toContain(`${path('a.ndjson')}:2 skipped: `);
      expect(stderr).toContain('4 lines skipped, 3 documents read\n');
    });

    it('takes documents without a timestamp into a sample', async () => {
      const path = folderWith({
        'a.ndjson': lines({ _id: 'a', host: 'x', n: 1 }, { _id: 'b', host: 'x', n: 2 }),
      });
      const query = 'sample by host [any where n == 1] [any where n == 2]';
      const { answer } = await search(query, path('a.ndjson'));
      expect(answer).toMatchObject({
        sequences: [{ join_keys: ['x'], events: [{ _id: 'a' }, { _id: 'b' }] }],
        skipped: [],
      });
      expect((await runCaptured('eql', query, path('a.ndjson'))).stdout).toContain('(no time)');
    });

    it('counts the samples that a key may give', async () => {
      const path = folderWith({
        'a.ndjson': lines({ h: 1, n: 1 }, { h: 1, n: 1, m: 1 }, { h: 1, n: 2 }),
      });
      const query = 'sample by h [any where n == 1] [any where n == 2]';
      expect((await search(query, path('a.ndjson'))).answer.total).toBe(1);
      const more = await search(query, path('a.ndjson'), '--max-samples-per-key', '5');
      expect(more.answer.total).toBe(2);
    });
  });

  describe('queries that cannot run', () => {
    const path = folderWith({
      ...SMALL,
      'bad.eql': '\nany where\n  process.pid : "x" and length(1) == 1\n',
      'good.eql': 'file where true\n',
    });

    it('tells every problem, as text and as JSON', async () => {
      const { code, answer, stderr } = await search(`@${path('bad.eql')}`, path('events.ndjson'));
      expect(code).toBe(1);
      expect(answer.error).toMatchObject({
        code: 'eql_semantic',
        message: expect.stringContaining('process.pid') as string,
        position: { line: 3 },
        hint: expect.any(String) as string,
      });
      expect(answer.error.problems).toHaveLength(2);
      expect(stderr).toContain(`${path('bad.eql')}:3:`);
      expect(stderr).toContain(' 3 |   process.pid : "x" and length(1) == 1\n');
    });

    it('tells a syntax error before it looks at the files', async () => {
      const { code, answer, stderr } = await search('any were true', 'missing.ndjson');
      expect(code).toBe(1);
      expect(answer.error.code).toBe('eql_syntax');
      expect(stderr).not.toContain('missing.ndjson');
    });

    it('prints nothing on stdout for people', async () => {
      expect((await runCaptured('eql', 'any were true', path('events.ndjson'))).stdout).toBe('');
    });

    it('reads the query from a file, and says when there is none', async () => {
      const good = await search(`@${path('good.eql')}`, path('events.ndjson'));
      expect(ids(good.answer)).toEqual(['e2']);
      const missing = await search('@nowhere.eql', path('events.ndjson'));
      expect(missing).toMatchObject({ code: 1, stdout: '' });
      expect(missing.stderr).toMatch(/^nowhere\.eql: There is no such file\./);
    });

    it('warns of what finds nothing without being wrong', async () => {
      const run = await search('proces where proces.name == "a"', path('events.ndjson'));
      expect(run.code).toBe(0);
      expect(run.stderr).toContain('Warning: Unknown event category "proces".');
      expect(run.stderr).toContain(
        'No document has the field "proces.name". Did you mean "process.name"?\n',
      );
    });
  });

  describe('for people', () => {
    it('prints a line for each event, and their number', async () => {
      const path = folderWith(SMALL);
      const { stdout } = await runCaptured(
        'eql',
        'any where true',
        path('events.ndjson'),
        '--size=2',
      );
      expect(stdout).toBe(
        `${at(2)}  web-1  file  C:\\a.txt\n${at(3)}  web-1  process  cmd.exe (8)\n2 of 3 events\n`,
      );
    });

    it('prints sequences as groups with keys, gaps and places of missing events', async () => {
      const path = folderWith(SMALL);
      const query =
        'sequence by host.name with maxspan=5s [process where true] ![registry where true] [process where true]';
      const { stdout } = await runCaptured('eql', query, path('events.ndjson'));
      expect(stdout).toBe(
        [
          '#1  by web-1  (2 events, 2 s from first to last)',
          `   1  ${at(1)}  web-1  process  cmd.exe (7)  cmd /c dir`,
          '   2  (no such event)',
          `   3  +2 s  ${at(3)}  web-1  process  cmd.exe (8)`,
          '',
          '1 sequence',
          '',
        ].join('\n'),
      );
    });

    it('never lets an event steer the terminal', async () => {
      const path = folderWith({
        'a.ndjson': lines(event(1, 'process', { process: { name: 'a\u001b[2J\u202e\nb' } })),
      });
      const { stdout } = await runCaptured('eql', 'any where true', path('a.ndjson'));
      expect(stdout).toContain('a\\x1b[2J\\u202e\\x0ab');
    });
  });
});

import { gzipSync } from 'node:zlib';
import { describe, expect, it } from 'vitest';
import { readRecords } from '../read-lines';
import { ImportFileError } from './import-file-error';
import { isSkipped, mayConvert, openImport, type ImportedEvent } from './import-file';
import { parseRecord } from './parse-record';
import { writeTemporaryFile } from './temporary-files';

async function importContent(content: string | Uint8Array) {
  const file = await writeTemporaryFile('events', content);
  const opened = await openImport(file);
  const events: ImportedEvent[] = [];
  const skipped: string[] = [];
  for await (const batch of readRecords(file)) {
    skipped.push(...batch.skipped.map(({ line, reason }) => `${line}: ${reason}`));
    for (let at = 0; at < batch.count; at++) {
      const event = opened.toEvent(parseRecord(batch, at));
      if (isSkipped(event)) skipped.push(`${batch.lines[at]}: ${event.skip}`);
      else events.push(event);
    }
  }
  return { opened, events, skipped };
}

const importDocuments = (...documents: unknown[]) =>
  importContent(documents.map((document) => JSON.stringify(document)).join('\n'));

const ECS = { '@timestamp': '2024-03-05T14:00:00Z', event: { category: ['process'] } };

describe('shapes', () => {
  it('ECS documents go in as they are, dotted or nested', async () => {
    const dotted = { '@timestamp': 1709647200000, 'event.category': 'process', 'host.id': 'a' };
    const { opened, events } = await importDocuments(ECS, dotted);
    expect(opened).toMatchObject({
      shape: 'ecs',
      evidence: '@timestamp is there in 2 of 2 records, event.category in 2 of 2 records (ECS)',
      needsParse: false,
      timeNotes: [],
    });
    expect(events.map(({ source }) => source)).toEqual([ECS, dotted]);
  });

  it('documents in an envelope come out of it', async () => {
    const { opened, events } = await importDocuments(
      { _index: 'logs-a', _id: '1', _score: 1, _source: ECS, sort: [1] },
      { _index: 'logs-a', _id: '2', _source: ECS, fields: { x: [1] } },
    );
    expect(opened).toMatchObject({
      shape: 'wrapped',
      evidence:
        '_source stands in an envelope with _index or _id in 2 of 2 records; @timestamp is there in 2 of 2 records, event.category in 2 of 2 records (ECS)',
      needsParse: true,
    });
    expect(events).toEqual([
      { index: 'logs-a', id: '1', source: ECS },
      { index: 'logs-a', id: '2', source: ECS },
    ]);
  });

  it('the hits of a search response are documents in an envelope', async () => {
    const hits = [{ _index: 'logs-a', _id: '1', _source: ECS }];
    const { opened, events } = await importDocuments({ took: 1, hits: { total: 1, hits } });
    expect(opened.shape).toBe('wrapped');
    expect(events).toEqual([{ index: 'logs-a', id: '1', source: ECS }]);
  });

  it('a search that asked for fields only gives those', async () => {
    const fields = { '@timestamp': ['2024-03-05T14:00:00Z'], 'host.id': ['a'] };
    const { events } = await importDocuments({ _index: 'logs-a', _id: '1', fields });
    expect(events).toEqual([{ index: 'logs-a', id: '1', source: fields }]);
  });

  it('Windows events by NXLog are converted', async () => {
    const { opened, events } = await importDocuments({
      Channel: 'Security',
      EventID: 4634,
      Hostname: 'WS',
      EventTime: '2024-03-05 10:00:00',
      EventReceivedTime: '2024-03-05 10:00:03',
      '@timestamp': '2024-03-05T14:00:03Z',
    });
    expect(opened).toMatchObject({
      shape: 'nxlog',
      evidence:
        'EventID, Channel and EventTime are there (Windows events by NXLog) in 1 of 1 records',
      needsParse: true,
      timeNotes: [
        "1 event: the collector's @timestamp: no Sysmon event in the file to learn the local time from",
      ],
    });
    expect(events[0]).toMatchObject({
      index: 'logs-system.security-default',
      id: undefined,
      source: { '@timestamp': '2024-03-05T14:00:03.000Z', event: { action: 'logged-out' } },
    });
  });

  it.each([
    ['winexport12h', '2024-03-05 14:00:00.000', '2024-03-04 10:00:00.000'],
    ['winexport12h', '2024-03-06 02:00:00.000', '2024-03-05 10:00:00.000'],
    ['winexportZone', '2024-03-05 15:00:00.000', '2024-03-05T10:00:00.000Z'],
  ])('exported Windows events are %s', async (shape, utc, local) => {
    const { opened, events } = await importDocuments(
      {
        Channel: 'Microsoft-Windows-Sysmon/Operational',
        EventID: 5,
        UtcTime: utc,
        TimeCreated: local,
      },
      { Channel: 'Security', EventID: 4634, TimeCreated: local },
    );
    expect(opened.shape).toBe(shape);
    const iso = `${utc.replace(' ', 'T')}Z`;
    expect(events.map(({ source }) => source['@timestamp'])).toEqual([iso, iso]);
  });

  it('Windows events in an envelope are converted and keep index and id', async () => {
    const { events } = await importDocuments({
      _index: 'recorded',
      _id: '7',
      _source: {
        Channel: 'Microsoft-Windows-Sysmon/Operational',
        EventID: 5,
        UtcTime: '2024-03-05 14:00:00.000',
      },
    });
    expect(events).toMatchObject([
      { index: 'recorded', id: '7', source: { event: { code: '5' } } },
    ]);
  });

  it('may be mixed: each record decides by itself', async () => {
    const late = {
      Channel: 'Security',
      EventID: 4634,
      EventTime: '2024-03-05 10:00:00',
      '@timestamp': '2024-03-05T14:00:03Z',
    };
    const { opened, events } = await importDocuments(
      ...Array.from({ length: 250 }, () => ECS),
      late,
    );
    expect(opened.shape).toBe('ecs');
    expect(events[250]).toMatchObject({ index: 'logs-system.security-default' });
    expect(opened.timeNotes).toEqual([
      "1 Windows event after the first records: UtcTime, else the collector's @timestamp, else local time taken as UTC",
    ]);
    expect(mayConvert(Buffer.from(JSON.stringify(late)))).toBe(true);
    expect(mayConvert(Buffer.from(JSON.stringify(ECS)))).toBe(false);
  });
});

describe('the index of a plain document', () => {
  it.each([
    [{ _index: 'mine', data_stream: { dataset: 'x' } }, 'mine'],
    [
      { data_stream: { dataset: 'endpoint.events.process' } },
      'logs-endpoint.events.process-default',
    ],
    [{ 'data_stream.dataset': 'a', event: { dataset: 'b' } }, 'logs-a-default'],
    [{ event: { dataset: ['b'] } }, 'logs-b-default'],
    [{ 'event.dataset': 'b' }, 'logs-b-default'],
    [{ event: { dataset: 7 } }, 'files-default'],
    [{}, 'files-default'],
  ])('of %j is %s', async (fields, index) => {
    const { events } = await importDocuments({ '@timestamp': '2024-03-05', ...fields });
    expect(events[0]?.index).toBe(index);
  });

  it('and its id are taken out of the source', async () => {
    const { opened, events } = await importDocuments({ ...ECS, _index: 'mine', _id: '5' });
    expect(events).toEqual([{ index: 'mine', id: '5', source: ECS }]);
    expect(opened.needsParse).toBe(true);
  });
});

describe('records that are skipped', () => {
  it('are listed with line and reason, and the rest goes in', async () => {
    const lines = [
      JSON.stringify(ECS),
      '{"@timestamp":"2024-03-05T14:00:00Z"',
      '[1]',
      'null',
      `{"@timestamp":${'['.repeat(10_000)}${']'.repeat(10_000)}}`,
      '{"a":1}',
      '{"@timestamp":"next Tuesday"}',
      '{"@timestamp":{"year":2024}}',
      '{"@timestamp":"2024-02-30T00:00:00Z"}',
      JSON.stringify({ _index: 'a', _id: '1', _source: { '@timestamp': '' } }),
      '{"Channel":"Security","EventID":4634,"TimeCreated":"noon"}',
      JSON.stringify(ECS),
    ];
    const { events, skipped } = await importContent(lines.join('\n'));
    expect(events).toHaveLength(2);
    const hint = 'write ISO 8601 or epoch milliseconds';
    expect(skipped).toEqual([
      expect.stringMatching(/^2: Not JSON: /),
      '3: an array where an event (a JSON object) is expected',
      '4: null where an event (a JSON object) is expected',
      '5: Nested deeper than 1000 levels.',
      `6: no readable @timestamp: there is none; ${hint}`,
      `7: no readable @timestamp: "next Tuesday"; ${hint}`,
      `8: no readable @timestamp: {"year":2024}; ${hint}`,
      `9: no readable @timestamp: "2024-02-30T00:00:00Z"; ${hint}`,
      `10: no readable @timestamp: ""; ${hint}`,
      `11: no readable time (UtcTime, EventTime, TimeCreated or @timestamp); ${hint}`,
    ]);
  });

  it('are not those whose fields change their type', async () => {
    const { events, skipped } = await importDocuments(
      { ...ECS, process: { pid: 1 } },
      { ...ECS, process: 'x' },
      { ...ECS, event: null },
    );
    expect(events).toHaveLength(3);
    expect(skipped).toEqual([]);
  });
});

describe('files without a single event', () => {
  it.each([
    ['an empty file', '', 'The file is empty'],
    ['blank lines', '\n \n', 'The file is empty'],
    [
      'text',
      'hello\nworld\n',
      /^This is not JSON: none of the first 2 records is a JSON object \(line 1: Not JSON: .*\)$/,
    ],
    ['numbers', '[1,2]', /line 1: a number where an event \(a JSON object\) is expected/],
    ['NUL bytes', '\0'.repeat(100), /line 1: NUL bytes in the line/],
    ['gzip cut in its first bytes', gzipSync('{"a":1}').subarray(0, 12), /cut off/],
  ])('fail with the reason: %s', async (_what, content, reason) => {
    const file = await writeTemporaryFile('events', content);
    const error = await openImport(file).catch((error: unknown) => error);
    expect(error).toBeInstanceOf(ImportFileError);
    expect((error as ImportFileError).file).toBe(file);
    expect((error as ImportFileError).reason).toMatch(reason);
  });

  it('are not files that are cut off later', async () => {
    const lines = Array.from({ length: 3000 }, (_, at) => JSON.stringify({ ...ECS, at }));
    const whole = gzipSync(lines.join('\n'));
    const file = await writeTemporaryFile('events', whole.subarray(0, whole.length - 100));
    expect((await openImport(file)).shape).toBe('ecs');
  });
});

import { existsSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { describe, expect, it } from 'vitest';
import type { JsonObject } from '../json';
import { readRecords } from '../read-lines';
import { isSkipped, openImport } from './import-file';
import { parseRecord } from './parse-record';

const corpora = process.env.WATCHFLOOR_CORPORA ?? path.resolve('..', 'shared', 'corpora');
const folder = path.join(corpora, 'security-datasets');
const isThere = existsSync(path.join(folder, 'index.json'));
const isRequired = process.env.WATCHFLOOR_REQUIRE?.split(',').includes('corpora') ?? false;

interface Recording {
  readonly file: string;
  readonly events: number;
}

const recordings: readonly Recording[] = isThere
  ? (JSON.parse(readFileSync(path.join(folder, 'index.json'), 'utf8')) as Recording[])
  : [];

async function importRecording(name: string) {
  const file = path.join(folder, name);
  const opened = await openImport(file);
  const byLine = new Map<number, JsonObject>();
  const skipped: unknown[] = [];
  for await (const batch of readRecords(file)) {
    skipped.push(...batch.skipped);
    for (let at = 0; at < batch.count; at++) {
      const event = opened.toEvent(parseRecord(batch, at));
      if (isSkipped(event)) skipped.push(event);
      else byLine.set(batch.lines[at]!, event.source);
    }
  }
  return { opened, byLine, skipped };
}

const skipReason = isThere || isRequired ? '' : ' (skipped: the corpora folder is not there)';

describe.skipIf(skipReason !== '')(
  `Windows event recordings${skipReason}`,
  { timeout: 60_000 },
  () => {
    it('are there', () => {
      expect(recordings.length).toBeGreaterThan(0);
    });

    it.each(recordings)('$file loses none of its $events events', async ({ file, events }) => {
      const { byLine, skipped } = await importRecording(file);
      expect(byLine.size).toBe(events);
      expect(skipped).toEqual([]);
    });

    const psexec = 'empire_psexec_dcerpc_tcp_svcctl_2020-09-20121608.ndjson.gz';

    it('give the connection that starts a service, and the child process, in their true order', async () => {
      const { opened, byLine } = await importRecording(psexec);
      expect(opened.shape).toBe('nxlog');
      const host = { os: { type: 'windows' }, id: 'workstation6.theshire.local' };
      const servicesId = '{d273d0f0-e865-5f64-0b00-000000000800}';
      expect(byLine.get(1366)).toMatchObject({
        '@timestamp': '2020-09-20T16:16:56.019Z',
        event: { category: ['network'] },
        host,
        source: { ip: '172.18.39.5', port: 56608 },
        destination: { ip: '172.18.39.6', port: 49726 },
        network: { direction: 'ingress', transport: 'tcp' },
        process: { name: 'services.exe', entity_id: servicesId },
      });
      expect(byLine.get(1057)).toMatchObject({
        '@timestamp': '2020-09-20T16:16:56.597Z',
        event: { category: ['process'], type: ['start'] },
        host,
        process: { name: 'cmd.exe', parent: { name: 'services.exe', entity_id: servicesId } },
      });
    });

    it.each([
      ['cmd_service_mod_fax_2020-10-2120454410.ndjson.gz', 'winexport12h', '−04:00'],
      ['cmd_userinitmprlogonscript_batch_2020-10-1922471810.ndjson.gz', 'winexport12h', '−04:00'],
      ['schtask_create_2020-12-1907003032.ndjson.gz', 'winexportZone', '−05:00'],
    ])('%s is %s with local times %s of UTC', async (name, shape, offset) => {
      const { opened, byLine } = await importRecording(name);
      expect(opened.shape).toBe(shape);
      expect(opened.timeNotes.join()).toContain(`${offset} on workstation5`);
      // All of it happened within minutes, whichever time an event has.
      const times = [...byLine.values()].map((source) =>
        Date.parse(source['@timestamp'] as string),
      );
      expect(Math.max(...times) - Math.min(...times)).toBeLessThan(5 * 60_000);
    });
  },
);

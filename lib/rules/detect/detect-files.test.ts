import { mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import type { DetectedAlert } from '@/lib/alerts/build-alert';
import { parseExceptionItems } from '@/lib/exceptions/exception-item';
import { builtInRulesFolder, loadRules } from '../load-rules';
import { parseRule, type EqlRule } from '../rule-schema';
import { detectInFiles, type DetectOptions } from './detect-files';
import { compileRule, EventFields } from './detection-rule';
import type { ReadReport } from './read-candidates';

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'detect-test-'));
});
afterEach(() => {
  rmSync(folder, { recursive: true, force: true });
});

type Document = Record<string, unknown>;

const T0 = Date.UTC(2026, 1, 3, 10, 0, 0, 0);
const at = (ms: number): string => new Date(T0 + ms).toISOString();

function connection(ms: number, changes: Document = {}): Document {
  return {
    '@timestamp': at(ms),
    event: { category: 'network', type: 'start', dataset: 'endpoint.events.network' },
    host: { id: 'h1', name: 'ws-1', os: { type: 'windows' } },
    process: { name: 'services.exe', entity_id: 's1' },
    network: { direction: 'ingress', transport: 'tcp' },
    source: { ip: '10.0.0.5', port: 50_000 },
    destination: { ip: '10.0.0.6', port: 49_700 },
    ...changes,
  };
}

function child(ms: number, changes: Document = {}): Document {
  return {
    '@timestamp': at(ms),
    event: { category: 'process', type: 'start', dataset: 'endpoint.events.process' },
    host: { id: 'h1', name: 'ws-1', os: { type: 'windows' } },
    process: {
      name: 'evil.exe',
      executable: 'C:\\Windows\\evil.exe',
      entity_id: 'c1',
      parent: { name: 'services.exe', entity_id: 's1' },
    },
    ...changes,
  };
}

function file(name: string, lines: readonly (Document | string)[]): string {
  const path = join(folder, name);
  writeFileSync(
    path,
    lines.map((line) => (typeof line === 'string' ? line : JSON.stringify(line))).join('\n'),
  );
  return path;
}

async function builtInRules(): Promise<EqlRule[]> {
  const { rules } = await loadRules([builtInRulesFolder()]);
  return rules.flatMap(({ rule }) => (rule.type === 'eql' ? [rule] : []));
}

function eqlRule(query: string, changes: Document = {}): EqlRule {
  const { rule } = parseRule({
    rule_id: 'test',
    name: 'test',
    description: 'test',
    severity: 'low',
    risk_score: 21,
    type: 'eql',
    language: 'eql',
    query,
    ...changes,
  });
  if (rule?.type !== 'eql') throw new Error('not an EQL rule');
  return rule;
}

async function detect(
  files: readonly string[],
  rules?: readonly EqlRule[],
  options: DetectOptions = {},
  exceptions: readonly object[] = [],
): Promise<{ alerts: DetectedAlert[]; report: ReadReport }> {
  const fields = new EventFields();
  const compiled = (rules ?? (await builtInRules())).map((rule) =>
    compileRule(rule, fields, {
      items: parseExceptionItems(exceptions),
      now: T0,
    }),
  );
  const run = detectInFiles(files, compiled, fields, options);
  const alerts: DetectedAlert[] = [];
  for (;;) {
    const next = await run.next();
    if (next.done) return { alerts, report: next.value };
    alerts.push(next.value);
  }
}

async function alertsOf(...lines: readonly (Document | string)[]): Promise<DetectedAlert[]> {
  return (await detect([file('events.ndjson', lines)])).alerts;
}

describe('the built-in rule over files', () => {
  it('finds a child that services.exe starts within a second of an inbound connection', async () => {
    const [alert, ...others] = await alertsOf(connection(0), child(578));
    expect(others).toEqual([]);
    expect(alert).toMatchObject({
      rule: { name: 'Remotely Started Services via RPC' },
      severity: 'medium',
      risk_score: 47,
      join_keys: ['h1', 's1'],
      hidden_by: null,
      stages: [
        { stage: 1, event: { _index: 'logs-endpoint.events.network-default' } },
        { stage: 2, event: { _source: child(578) } },
      ],
    });
    expect(alert?.story).toBe(
      'On ws-1: services.exe took a TCP connection from 10.0.0.5:50000 on 10.0.0.6:49700; 578 ms later services.exe started evil.exe.',
    );
  });

  it.each<[string, Document, Document, number]>([
    ['a child exactly one second later', {}, { '@timestamp': at(1_000) }, 1],
    ['a child one second and a millisecond later', {}, { '@timestamp': at(1_001) }, 0],
    ['a child before the connection', {}, { '@timestamp': at(-1) }, 0],
    ['another host', {}, { host: { id: 'h2', os: { type: 'windows' } } }, 0],
    ['another services.exe', { process: { name: 'services.exe', entity_id: 's2' } }, {}, 0],
    ['names in another case', { process: { name: 'SERVICES.EXE', entity_id: 's1' } }, {}, 1],
    [
      'a name that only ends the same',
      { process: { name: 'x.services.exe', entity_id: 's1' } },
      {},
      0,
    ],
    ['a low source port', { source: { ip: '10.0.0.5', port: 49_151 } }, {}, 0],
    ['the lowest high port', { source: { ip: '10.0.0.5', port: 49_152 } }, {}, 1],
    ['a port as text', { source: { ip: '10.0.0.5', port: '50000' } }, {}, 1],
    ['loopback', { source: { ip: '127.0.0.1', port: 50_000 } }, {}, 0],
    ['loopback of version 6', { source: { ip: '0:0:0:0:0:0:0:1', port: 50_000 } }, {}, 0],
    [
      'no source address (not excluded: != holds without a value)',
      { source: { port: 50_000 } },
      {},
      1,
    ],
    ['an outbound connection', { network: { direction: 'egress', transport: 'tcp' } }, {}, 0],
    ['the other word for inbound', { network: { direction: 'Incoming', transport: 'tcp' } }, {}, 1],
    ['UDP', { network: { direction: 'ingress', transport: 'udp' } }, {}, 0],
    [
      'a transport in upper case (== is exact)',
      { network: { direction: 'ingress', transport: 'TCP' } },
      {},
      0,
    ],
    [
      'event.type and category as arrays',
      { event: { category: ['x', 'network'], type: ['a', 'start'] } },
      {},
      1,
    ],
    ['no entity id', { process: { name: 'services.exe' } }, {}, 0],
    ['another system', {}, { host: { id: 'h1', os: { type: 'linux' } } }, 0],
  ])('%s: alerts %#', async (_name, connectionChanges, childChanges, expected) => {
    expect(await alertsOf(connection(0, connectionChanges), child(500, childChanges))).toHaveLength(
      expected,
    );
  });

  it.each([
    ['C:\\Windows\\System32\\svchost.exe', 0],
    ['D:\\WINDOWS\\system32\\SVCHOST.EXE', 0],
    ['C:\\Program Files\\Vendor\\Agent\\agent.exe', 0],
    ['C:\\Windows\\AdminArsenal\\PDQDeployRunner\\service-1.exe', 0],
    ['\\\\host\\Windows\\System32\\svchost.exe', 1],
    ['C:\\Windows\\ccmsetup\\ccmsetup.exe2', 1],
  ])('a child %s: %i alerts', async (executable, expected) => {
    const started = child(500, {
      process: { executable, parent: { name: 'services.exe', entity_id: 's1' } },
    });
    expect(await alertsOf(connection(0), started)).toHaveLength(expected);
  });

  it('keeps msiexec unless it has the argument /V', async () => {
    const started = (args: string[]): Document =>
      child(500, {
        process: {
          executable: 'C:\\Windows\\System32\\msiexec.exe',
          args,
          parent: { name: 'services.exe', entity_id: 's1' },
        },
      });
    expect(await alertsOf(connection(0), started(['msiexec.exe', '/v']))).toHaveLength(0);
    expect(await alertsOf(connection(0), started(['msiexec.exe', '/i']))).toHaveLength(1);
  });

  it('takes the newest connection and uses it up', async () => {
    const first = connection(0);
    const second = connection(200, { source: { ip: '10.0.0.99', port: 50_001 } });
    const alerts = await alertsOf(
      first,
      second,
      child(400),
      child(500, {
        process: {
          name: 'b.exe',
          executable: 'C:\\b.exe',
          parent: { name: 'services.exe', entity_id: 's1' },
        },
      }),
    );
    expect(alerts.map(({ stages }) => stages[0]?.event?._source['@timestamp'])).toEqual([at(200)]);
  });

  it('orders by time, whatever the order of lines and files', async () => {
    const late = file('a.ndjson', [child(500)]);
    const early = file('b.ndjson', [connection(0)]);
    expect((await detect([late, early])).alerts).toHaveLength(1);
  });

  it('reads dotted and nested documents, exports and gzip alike, and gives one event in two files once', async () => {
    const dotted = Object.fromEntries(
      Object.entries({
        '@timestamp': at(0),
        'event.category': 'network',
        'event.dataset': 'endpoint.events.network',
        'host.id': 'h1',
        'host.os.type': 'windows',
        'process.name': 'services.exe',
        'process.entity_id': 's1',
        'network.direction': 'ingress',
        'network.transport': 'tcp',
        'source.port': 50_000,
        'destination.port': 49_700,
      }),
    );
    const wrapped = {
      _index: '.ds-logs-endpoint.events.process-default-2026.02.03-000001',
      _id: 'x1',
      _source: child(500),
    };
    const plain = file('a.ndjson', [dotted, wrapped]);
    const zipped = join(folder, 'b.json.gz');
    writeFileSync(zipped, gzipSync(JSON.stringify([dotted, wrapped])));
    const { alerts } = await detect([plain, zipped]);
    expect(alerts).toHaveLength(1);
    expect(alerts[0]?.stages[1]?.event?._id).toBe('x1');
  });

  it('keeps to the index patterns of the rule, except for files of no known origin', async () => {
    const elsewhere = { event: { category: 'network', dataset: 'zeek.conn' } };
    const unknown = { event: { category: 'network' } };
    expect(await alertsOf(connection(0, elsewhere), child(500))).toHaveLength(0);
    expect(await alertsOf(connection(0, unknown), child(500))).toHaveLength(1);
  });
});

describe('reading many events', () => {
  const noise = (count: number): Document[] =>
    Array.from({ length: count }, (_, index) =>
      child(index * 7, {
        host: { id: `n${index % 20}`, os: { type: 'windows' } },
        process: { name: 'a.exe', parent: { name: 'b.exe' } },
      }),
    );

  it('finds the same by the raw filter as by parsing everything, behind unicode escapes too', async () => {
    const hidden = JSON.stringify(connection(0)).replace('services.exe', 'services\\u002eexe');
    const lines = [
      ...noise(50),
      hidden,
      child(300),
      JSON.stringify(connection(9_000)).replace('services', '\\u0053ervices'),
      child(9_300),
      ...noise(50),
    ];
    const path = file('events.ndjson', lines);
    const parsed = await detect([path]);
    const filtered = await detect([path], undefined, { fullyParsedBytes: 0 });
    expect(parsed.alerts).toHaveLength(2);
    expect(filtered.alerts).toEqual(parsed.alerts);
    expect(filtered.report).toMatchObject({ events: 104, unparsed: 100 });
    expect(parsed.report.unparsed).toBe(0);
  });

  it('counts a line that is cut, even where the raw filter drops it', async () => {
    const path = file('events.ndjson', [connection(0), '{"event":{"category":"pro', child(300)]);
    const { alerts, report } = await detect([path], undefined, { fullyParsedBytes: 0 });
    expect(alerts).toHaveLength(1);
    expect(report.skipped).toEqual([
      { file: path, line: 2, reason: expect.stringContaining('JSON') as string },
    ]);
  });

  it('sorts what does not fit in memory through temporary files, and leaves none behind', async () => {
    const temporary = mkdtempSync(join(folder, 'tmp-'));
    vi.stubEnv('TMPDIR', temporary);
    const rule = eqlRule('sequence by host.id with maxspan=1m [any where true] [any where true]');
    const ordered = noise(500);
    const shuffled = ordered.map((_, index) => ordered[(index * 347) % 500] as Document);
    const inMemory = await detect([file('a.ndjson', ordered)], [rule]);
    const external = await detect([file('b.ndjson', shuffled)], [rule], { sortBytes: 8_000 });
    expect(external.alerts.map(({ id }) => id)).toEqual(inMemory.alerts.map(({ id }) => id));
    expect(inMemory.alerts).toHaveLength(480);
    expect(readdirSync(temporary)).toEqual([]);
    vi.unstubAllEnvs();
  });

  it('keeps identical lines of one file apart', async () => {
    const rule = eqlRule('sequence [process where true] [process where true]');
    const { alerts } = await detect([file('a.ndjson', [child(0), child(0)])], [rule]);
    expect(alerts).toHaveLength(1);
    expect(alerts[0]?.stages.map(({ event }) => event?._id.split(':')[1])).toEqual(['1', '2']);
  });

  it('gives the same alert ids for the same events, whatever the index generation', async () => {
    const lines = (generation: string): Document[] => [
      {
        _index: `.ds-logs-endpoint.events.network-default-2026.02.03-${generation}`,
        _id: 'a',
        _source: connection(0),
      },
      { _index: `logs-endpoint.events.process-default`, _id: 'b', _source: child(500) },
    ];
    const first = await detect([file('a.ndjson', lines('000001'))]);
    const second = await detect([file('b.ndjson', lines('000002'))]);
    expect(second.alerts[0]?.id).toBe(first.alerts[0]?.id);
  });

  it('runs event rules and samples beside sequences, in order of completion', async () => {
    const rules = [
      eqlRule('process where process.name == "evil.exe"', { rule_id: 'event' }),
      eqlRule('sample by host.id [network where true] [process where true]', { rule_id: 'sample' }),
      ...(await builtInRules()),
    ];
    const { alerts } = await detect([file('a.ndjson', [connection(0), child(500)])], rules);
    expect(alerts.map(({ rule }) => rule.rule_id)).toEqual(['event', rules[2]?.rule_id, 'sample']);
  });

  it('goes on behind a missing file and a folder, and says what to do', async () => {
    const path = file('events.ndjson', [connection(0), child(500)]);
    const { alerts, report } = await detect([join(folder, 'nothing.ndjson'), folder, path]);
    expect(alerts).toHaveLength(1);
    expect(report.failures.map(({ hint }) => hint)).toEqual([
      expect.any(String),
      expect.any(String),
    ]);
  });

  it('names file and line of an event without the time that a rule orders by', async () => {
    const rule = eqlRule('process where true', { timestamp_field: 'event.ingested' });
    const path = file('events.ndjson', [child(0)]);
    const { alerts, report } = await detect([path], [rule]);
    expect(alerts).toEqual([]);
    expect(report.skipped).toEqual([
      { file: path, line: 1, reason: 'no readable event.ingested, by which "test" orders events' },
    ]);
  });

  it('skips events without a readable time and takes a field whose type changes', async () => {
    const path = file('events.ndjson', [
      connection(0, { '@timestamp': 'yesterday' }),
      connection(0, { source: { ip: { odd: true }, port: 50_000 } }),
      child(500, { labels: { x: 1 } }),
      child(600, { labels: { x: 'text' } }),
    ]);
    const { alerts, report } = await detect([path]);
    expect(alerts).toHaveLength(1);
    expect(report.skipped.map(({ line }) => line)).toEqual([1]);
  });
});

describe('exceptions', () => {
  const sccmAddress = { type: 'match', field: 'source.ip', value: '10.0.0.99', stage: 1 };
  const sccmChild = { type: 'match', field: 'process.name', value: 'CCMSETUP2.exe', stage: 2 };
  const inSequence = (id: string, ...entries: object[]): object => ({
    item_id: id,
    entries,
    watchfloor: { scope: 'sequence' },
  });
  const sccm = (ms: number): Document =>
    connection(ms, { source: { ip: '10.0.0.99', port: 50_001 } });
  const setup = (ms: number): Document =>
    child(ms, {
      process: {
        name: 'ccmsetup2.exe',
        executable: 'C:\\Windows\\ccmsetup2.exe',
        parent: { name: 'services.exe', entity_id: 's1' },
      },
    });

  async function told(lines: readonly Document[], ...exceptions: object[]): Promise<string[]> {
    const options = { sortBytes: 1 };
    const { alerts } = await detect([file('e.ndjson', lines)], undefined, options, exceptions);
    const ip = ({ stages }: DetectedAlert): unknown =>
      (stages[0]?.event?._source.source as { ip?: unknown } | undefined)?.ip;
    const name = ({ stages }: DetectedAlert): unknown =>
      (stages[1]?.event?._source.process as { name?: unknown } | undefined)?.name;
    return alerts.map(
      (alert) =>
        `${String(ip(alert))} ${String(name(alert))}${alert.hidden_by ? ` hidden by ${alert.hidden_by.join()}` : ''}`,
    );
  }

  it('pairs the child with the attacker, not with the excepted connection between them', async () => {
    const lines = [connection(0), sccm(200), child(500)];
    expect(await told(lines)).toEqual(['10.0.0.99 evil.exe']);
    expect(await told(lines, inSequence('a', sccmAddress))).toEqual(['10.0.0.5 evil.exe']);
  });

  it('lets an excepted combination use up nothing', async () => {
    const item = inSequence('both', sccmAddress, sccmChild);
    expect(await told([connection(0), sccm(200), setup(300), child(500)], item)).toEqual([
      '10.0.0.5 ccmsetup2.exe',
      '10.0.0.99 evil.exe',
    ]);
    expect(await told([sccm(200), setup(300), child(500)], item)).toEqual([
      '10.0.0.99 ccmsetup2.exe hidden by both',
      '10.0.0.99 evil.exe',
    ]);
  });

  it('takes events of scope any_event out of everything, as Kibana does', async () => {
    const item = {
      item_id: 'k',
      entries: [{ type: 'wildcard', field: 'process.name', value: 'EVIL*' }],
    };
    expect(await told([connection(0), child(500)], item)).toEqual([]);
  });

  it('is exact on hosts that are not Windows, and negates only where the field is there', async () => {
    const rule = eqlRule('any where true');
    const find = async (event: Document, entry: object): Promise<boolean> => {
      const item = { item_id: 'x', entries: [entry] };
      const { alerts } = await detect([file('f.ndjson', [event])], [rule], {}, [item]);
      return alerts.length === 0;
    };
    const is = { type: 'match', field: 'process.name', value: 'EVIL.EXE' };
    const isNot = { ...is, value: 'other', operator: 'excluded' };
    expect(await find(child(0), is)).toBe(true);
    expect(await find(child(0, { host: { os: { type: 'linux' } } }), is)).toBe(false);
    expect(await find(child(0), { ...is, value: 'evil*' })).toBe(false);
    expect(await find(child(0), isNot)).toBe(true);
    expect(await find(child(0, { process: {} }), isNot)).toBe(false);
    expect(
      await find(child(0), { type: 'exists', field: 'process.pid', operator: 'excluded' }),
    ).toBe(true);
  });

  it('no longer applies when it has expired', async () => {
    const item = {
      item_id: 'old',
      expire_time: at(-1),
      entries: [{ type: 'exists', field: 'process.name' }],
    };
    expect(await told([connection(0), child(500)], item)).toEqual(['10.0.0.5 evil.exe']);
  });

  it('asks for the stage of an entry', () => {
    const item = inSequence('a', { type: 'exists', field: 'x' });
    expect(() => parseExceptionItems([item])).toThrow(
      'Item 1 ("a"), entry 1: scope "sequence" needs a stage',
    );
  });
});

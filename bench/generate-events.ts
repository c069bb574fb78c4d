import { closeSync, openSync, writeSync } from 'node:fs';

/** ECS documents as Elastic Defend sends them, about 1.5 kB each, the same for the same seed. */
export interface GeneratedEvents {
  readonly count: number;
  readonly seed: number;
  /** Puts the lines in another order; the events stay the same. */
  readonly shuffled?: boolean;
}

/** One attack over RPC for so many events: a connection to services.exe and, 0.3 s later, a child. */
const EVENTS_PER_ATTACK = 50_000;
const START = Date.UTC(2026, 0, 5, 8);
const HOSTS = 500;
const LINES_PER_WRITE = 2_000;

export function attacksIn(count: number): number {
  return Math.floor(count / EVENTS_PER_ATTACK);
}

export function writeEvents(file: string, events: GeneratedEvents): void {
  const handle = openSync(file, 'w');
  try {
    let lines: string[] = [];
    for (let place = 0; place < events.count; place += 1) {
      lines.push(
        JSON.stringify(
          generateEvent(events.shuffled ? shuffledPlace(place, events.count) : place, events),
        ),
      );
      if (lines.length < LINES_PER_WRITE && place < events.count - 1) continue;
      const bytes = Buffer.from(`${lines.join('\n')}\n`);
      for (let at = 0; at < bytes.length;) at += writeSync(handle, bytes, at);
      lines = [];
    }
  } finally {
    closeSync(handle);
  }
}

/** A permutation of 0..count-1: steps by a number without common divisor. */
function shuffledPlace(place: number, count: number): number {
  let step = Math.floor(count * 0.6180339887) | 1;
  while (greatestCommonDivisor(step, count) !== 1) step += 2;
  return Number((BigInt(place) * BigInt(step)) % BigInt(count));
}

function greatestCommonDivisor(a: number, b: number): number {
  return b === 0 ? a : greatestCommonDivisor(b, a % b);
}

/** A small generator of pseudo-random numbers in [0, 1), seeded per event so that events do not depend on their order. */
function randomFor(seed: number, index: number): () => number {
  let state = (Math.imul(seed ^ 0x9e3779b9, 0x85ebca6b) ^ Math.imul(index + 1, 0xc2b2ae35)) >>> 0;
  return () => {
    state = (state + 0x6d2b79f5) >>> 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 4_294_967_296;
  };
}

const PROGRAMS = [
  'C:\\Windows\\System32\\svchost.exe',
  'C:\\Windows\\System32\\lsass.exe',
  'C:\\Windows\\System32\\cmd.exe',
  'C:\\Windows\\explorer.exe',
  'C:\\Program Files\\Google\\Chrome\\Application\\chrome.exe',
  'C:\\Program Files (x86)\\Microsoft\\Edge\\Application\\msedge.exe',
  'C:\\Windows\\System32\\WindowsPowerShell\\v1.0\\powershell.exe',
  'C:\\Windows\\System32\\RuntimeBroker.exe',
  'C:\\Windows\\System32\\taskhostw.exe',
  'C:\\Users\\Public\\Documents\\report viewer\\viewer.exe',
];
const USERS = ['SYSTEM', 'NETWORK SERVICE', 'j.meier', 'a.rossi', 'svc-backup', 'k.lindqvist'];
const KINDS = ['process', 'network', 'file', 'registry', 'library', 'dns'] as const;

/** The event at `place` in time. */
function generateEvent(place: number, { seed, count }: GeneratedEvents): object {
  const random = randomFor(seed, place);
  const pick = <T>(values: readonly T[]): T => values[Math.floor(random() * values.length)] as T;
  const inAttack = place % EVENTS_PER_ATTACK;
  if (inAttack < 2 && Math.floor(place / EVENTS_PER_ATTACK) < attacksIn(count))
    return attackEvent(place, inAttack, random);
  const host = Math.floor(random() * HOSTS);
  const kind = pick(KINDS);
  return envelope(place * 80, host, kind, place, random, body(kind, host, pick, random));
}

function attackEvent(place: number, part: number, random: () => number): object {
  const host = Math.floor(place / EVENTS_PER_ATTACK) % HOSTS;
  const services = {
    name: 'services.exe',
    executable: 'C:\\Windows\\System32\\services.exe',
    entity_id: entityId(host, 'services'),
    pid: 712,
  };
  if (part === 0) {
    return envelope(place * 80, host, 'network', place, random, {
      event: {
        category: ['network'],
        type: ['start', 'connection'],
        action: 'connection_accepted',
      },
      process: services,
      network: { transport: 'tcp', type: 'ipv4', direction: 'ingress' },
      source: { ip: '10.20.30.40', port: 50_001 + (place % 1_000), address: '10.20.30.40' },
      destination: { ip: hostIp(host), port: 49_670, address: hostIp(host) },
    });
  }
  return envelope((place - 1) * 80 + 300, host, 'process', place, random, {
    event: { category: ['process'], type: ['start'], action: 'start' },
    process: {
      name: 'a1b2c3.exe',
      executable: 'C:\\Windows\\Temp\\a1b2c3.exe',
      entity_id: entityId(host, String(place)),
      pid: 4_242,
      command_line: 'C:\\Windows\\Temp\\a1b2c3.exe',
      args: ['C:\\Windows\\Temp\\a1b2c3.exe'],
      parent: services,
    },
  });
}

function envelope(
  offset: number,
  host: number,
  kind: string,
  place: number,
  random: () => number,
  rest: Record<string, unknown>,
): object {
  const name = `ws-${String(host).padStart(4, '0')}`;
  return {
    '@timestamp': new Date(START + offset).toISOString(),
    agent: { id: entityId(host, 'agent'), type: 'endpoint', version: '9.1.3', name },
    data_stream: {
      type: 'logs',
      dataset: `endpoint.events.${kind === 'dns' ? 'network' : kind}`,
      namespace: 'default',
    },
    ecs: { version: '8.11.0' },
    host: {
      id: entityId(host, 'host'),
      name,
      hostname: name,
      architecture: 'x86_64',
      ip: [hostIp(host), '127.0.0.1', 'fe80::3dd2:3a1c:9c4b:11e0'],
      mac: [
        `00-50-56-${(host >> 8).toString(16).padStart(2, '0')}-${(host & 255).toString(16).padStart(2, '0')}-0a`,
      ],
      os: {
        Ext: { variant: 'Windows 11 Enterprise' },
        family: 'windows',
        full: 'Windows 11 Enterprise 23H2 (10.0.22631.4602)',
        kernel: '23H2 (10.0.22631.4602)',
        name: 'Windows',
        platform: 'windows',
        type: 'windows',
        version: '23H2 (10.0.22631.4602)',
      },
    },
    message: `Endpoint ${kind} event`,
    user: {
      domain: 'EXAMPLE',
      name: USERS[Math.floor(random() * USERS.length)],
      id: `S-1-5-21-1004336348-1177238915-682003330-${1_000 + Math.floor(random() * 4_000)}`,
    },
    ...rest,
    event: {
      ...(rest.event as object),
      created: new Date(START + offset + 4).toISOString(),
      kind: 'event',
      module: 'endpoint',
      dataset: `endpoint.events.${kind}`,
      id: `N${place.toString(36).padStart(12, '0')}++++${Math.floor(random() * 1e9).toString(36)}`,
      sequence: place,
    },
  };
}

function body(
  kind: (typeof KINDS)[number],
  host: number,
  pick: <T>(values: readonly T[]) => T,
  random: () => number,
): Record<string, unknown> {
  const executable = pick(PROGRAMS);
  const parent = pick(PROGRAMS);
  const process = {
    ...program(executable, host, random),
    code_signature: {
      exists: true,
      status: 'trusted',
      subject_name: 'Microsoft Windows',
      trusted: true,
    },
    hash: { sha256: hex(64, random) },
    parent: program(parent, host, random),
    thread: { id: Math.floor(random() * 20_000) },
  };
  switch (kind) {
    case 'process': {
      const command = `"${executable}" --type=renderer --lang=en --id=${Math.floor(random() * 1e6)}`;
      return {
        event: { category: ['process'], type: [random() < 0.5 ? 'start' : 'end'], action: 'start' },
        process: {
          ...process,
          command_line: command,
          args: command.split(' '),
          args_count: 4,
          working_directory: 'C:\\Windows\\System32\\',
        },
      };
    }
    case 'network':
    case 'dns':
      return {
        event: {
          category: ['network'],
          type: ['start', 'connection'],
          action: kind === 'dns' ? 'lookup_requested' : 'connection_attempted',
        },
        process,
        ...(kind === 'dns'
          ? {
              dns: {
                question: { name: `cdn${Math.floor(random() * 900)}.example.net`, type: 'A' },
              },
            }
          : {}),
        network: {
          transport: random() < 0.8 ? 'tcp' : 'udp',
          type: 'ipv4',
          direction: random() < 0.7 ? 'egress' : 'ingress',
        },
        source: {
          ip: hostIp(host),
          port: 49_152 + Math.floor(random() * 16_000),
          address: hostIp(host),
        },
        destination: {
          ip: `203.0.113.${Math.floor(random() * 255)}`,
          port: pick([80, 443, 445, 135, 53]),
          address: '203.0.113.7',
        },
      };
    case 'file':
      return {
        event: { category: ['file'], type: ['creation'], action: 'creation' },
        process,
        file: {
          path: `C:\\Users\\j.meier\\AppData\\Local\\Temp\\${hex(8, random)}.tmp`,
          name: 'x.tmp',
          extension: 'tmp',
          size: Math.floor(random() * 1e6),
        },
      };
    case 'registry':
      return {
        event: { category: ['registry'], type: ['change'], action: 'modification' },
        process,
        registry: {
          hive: 'HKLM',
          key: `SYSTEM\\ControlSet001\\Services\\${hex(8, random)}`,
          value: 'Start',
          path: 'HKLM\\SYSTEM\\ControlSet001\\Services\\x\\Start',
          data: { type: 'REG_DWORD', strings: ['2'] },
        },
      };
    case 'library':
      return {
        event: { category: ['library'], type: ['start'], action: 'load' },
        process,
        dll: {
          name: 'ntdll.dll',
          path: 'C:\\Windows\\System32\\ntdll.dll',
          hash: { sha256: hex(64, random) },
        },
      };
  }
}

function program(executable: string, host: number, random: () => number): Record<string, unknown> {
  return {
    executable,
    name: executable.slice(executable.lastIndexOf('\\') + 1),
    pid: 4 * Math.floor(random() * 5_000),
    entity_id: entityId(host, hex(10, random)),
  };
}

function entityId(host: number, name: string): string {
  return Buffer.from(`${String(host).padStart(5, '0')}-${name}`).toString('base64');
}

function hostIp(host: number): string {
  return `10.20.${host >> 8}.${host & 255}`;
}

function hex(length: number, random: () => number): string {
  let text = '';
  while (text.length < length)
    text += Math.floor(random() * 0x100000000)
      .toString(16)
      .padStart(8, '0');
  return text.slice(0, length);
}

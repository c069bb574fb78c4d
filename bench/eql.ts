import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import {
  compileCondition,
  parseQuery,
  SequenceMatcher,
  type FieldInfo,
  type FieldValues,
  type Schema,
} from '@/lib/eql';
import { parseRuleToml } from '@/lib/rules/rule-toml';
import { medians, randomNumbers } from './measure';
import { byHand, type Seed } from './seed-by-hand';

const DOCUMENTS = 200_000;
const EVENTS = 1_000_000;
const OPEN_KEYS = 100_000;
const RULES = 1_000;
const ROUNDS = 7;

const types: Readonly<Record<string, FieldInfo>> = {
  'source.port': { type: 'long' },
  'destination.port': { type: 'long' },
  'source.ip': { type: 'ip' },
};
const schema: Schema = { field: (name) => types[name] ?? { type: 'keyword' }, names: () => [] };

/** Conditions beside the same ones by hand, the matcher alone, and the parser, all in one process. */
export async function run({ json }: { readonly json: boolean }): Promise<void> {
  const figures = { ...conditions(), ...matcher(1), ...matcher(2), ...parser() };
  if (json) {
    process.stdout.write(`${JSON.stringify(figures)}\n`);
    return;
  }
  for (const [name, value] of Object.entries(figures)) console.log(`${name.padEnd(40)} ${value}`);
}

function seedQuery(): string {
  const queries = readdirSync('rules')
    .filter((file) => file.endsWith('.toml'))
    .map(
      (file) => parseRuleToml(readFileSync(join('rules', file), 'utf8'), file).rule?.query ?? '',
    );
  const seed = queries.find((query) => query.includes('services.exe'));
  if (seed === undefined) throw new Error('rules/ has no rule about services.exe');
  return seed;
}

function conditions(): Figures {
  const tree = parseQuery(seedQuery());
  if (tree.kind !== 'sequence') throw new Error('the rule is no sequence');
  const context = { schema, source: { reader: readerOf } };
  const compiled = tree.stages.map(({ filter }) => compileCondition(filter.condition, context));
  const documents = makeDocuments(DOCUMENTS);
  const figures: Record<string, number> = {};
  for (const [index, condition] of compiled.entries()) {
    const hand = byHand[index];
    if (!hand) throw new Error('a stage has no twin by hand');
    const matches = documents.filter(condition).length;
    if (documents.some((document) => condition(document) !== hand(document))) {
      throw new Error(`stage ${index + 1} and its twin by hand disagree`);
    }
    const [ours = 0, theirs = 0] = medians(ROUNDS, [
      () => count(documents, condition),
      () => count(documents, hand),
    ]);
    figures[`stage ${index + 1}: matches`] = matches;
    figures[`stage ${index + 1}: documents/cpu s`] = perSecond(DOCUMENTS, ours);
    figures[`stage ${index + 1}: by hand/cpu s`] = perSecond(DOCUMENTS, theirs);
    figures[`stage ${index + 1}: times by hand`] = roundOff(ours / theirs);
  }
  return figures;
}

function count(documents: readonly Seed[], condition: (document: Seed) => boolean): number {
  let matches = 0;
  for (const document of documents) if (condition(document)) matches += 1;
  return matches;
}

/** Direct access, as by hand: what is measured is the conditions. An array of one value would be that value in an index. */
const readers: Readonly<Record<string, (document: Seed) => unknown>> = {
  'event.category': ({ event }) => event?.category,
  'event.type': ({ event }) => event?.type,
  'host.os.type': ({ host }) => host?.os?.type,
  'process.name': ({ process }) => process?.name,
  'process.executable': ({ process }) => process?.executable,
  'process.args': ({ process }) => process?.args,
  'process.parent.name': ({ process }) => process?.parent?.name,
  'network.direction': ({ network }) => network?.direction,
  'network.transport': ({ network }) => network?.transport,
  'source.ip': ({ source }) => source?.ip,
  'source.port': ({ source }) => source?.port,
  'destination.port': ({ destination }) => destination?.port,
};

function readerOf(field: string): (document: Seed) => FieldValues {
  const read = readers[field];
  if (!read)
    throw new Error(`the rule has a new field, ${field}: give it a reader and a twin by hand`);
  return read as (document: Seed) => FieldValues;
}

/** ECS process and network events, most of which come near the seed's stages: the paths are looked at in full. */
function makeDocuments(amount: number): Seed[] {
  const random = randomNumbers(1);
  const pick = <T>(list: readonly T[]): T => list[Math.floor(random() * list.length)] as T;
  const folders = [
    'C:\\Windows\\System32',
    'C:\\Program Files\\Vendor',
    'C:\\Users\\someone\\AppData',
    'D:\\Tools',
    'C:\\Windows',
  ];
  const programs = [
    'svchost.exe',
    'PSEXESVC.exe',
    'cmd.exe',
    'agent-service.exe',
    'msiexec.exe',
    'update.exe',
  ];
  return Array.from({ length: amount }, (_, index) => {
    const program = pick(programs);
    if (index % 2 === 0) {
      return {
        host: { os: { type: 'windows' } },
        process: { name: pick(['services.exe', 'Services.exe', 'chrome.exe']) },
        network: {
          direction: pick(['incoming', 'ingress', 'egress']),
          transport: pick(['tcp', 'tcp', 'udp']),
        },
        source: {
          ip: pick(['10.0.0.7', '::1', '127.0.0.1', '192.168.3.4']),
          port: 40_000 + Math.floor(random() * 25_000),
        },
        destination: { port: 40_000 + Math.floor(random() * 25_000) },
        event: { type: pick([['connection', 'start'], 'connection']) },
      };
    }
    const file = random() < 0.3 ? `${program.slice(0, -4)}-${index}.exe` : program;
    return {
      host: { os: { type: 'windows' } },
      event: { type: pick<string | string[]>(['start', ['start', 'info'], 'end']) },
      process: {
        name: file,
        executable: `${pick(folders)}\\${file}`,
        args: [file, pick(['/V', '-k', '/silent'])],
        parent: { name: pick(['services.exe', 'SERVICES.EXE', 'explorer.exe']) },
      },
    };
  });
}

const BATCH = 1_000;

/**
 * Two stages and one or two join keys. Each event falls on one of 150,000 current keys, two of three begin and one ends;
 * every tenth event brings a new key in and leaves an old one to maxspan. Beside it the least that any matcher in
 * JavaScript does: a Map that keeps the last event of each key. Batches are made outside the clock, as pages of a scan.
 */
function matcher(keyParts: 1 | 2): Figures {
  const rounds = Array.from({ length: 5 }, () => matchOnce(keyParts));
  const middle = (of: (round: MatcherRound) => number): number =>
    rounds.map(of).sort((first, second) => first - second)[2] ?? 0;
  const [round] = rounds;
  const ours = middle(({ matching }) => matching);
  const bare = middle(({ map }) => map);
  const label = keyParts === 1 ? 'matcher, one key' : 'matcher, two keys';
  return {
    [`${label}: events/s`]: perSecond(EVENTS, ours),
    [`${label}: bare Map, events/s`]: perSecond(EVENTS, bare),
    [`${label}: times bare Map`]: roundOff(ours / bare),
    [`${label}: sequences`]: round?.found ?? 0,
    [`${label}: keys open at most`]: round?.largestKeys ?? 0,
    [`${label}: keys in all`]: CURRENT_KEYS + EVENTS / 10,
    [`${label}: maxspan in events`]: MAXSPAN,
  };
}

const CURRENT_KEYS = OPEN_KEYS * 1.5;
const MAXSPAN = CURRENT_KEYS * 2;

interface MatcherRound {
  readonly matching: number;
  readonly map: number;
  readonly found: number;
  readonly largestKeys: number;
}

function matchOnce(keyParts: 1 | 2): MatcherRound {
  const matcher = new SequenceMatcher<number>({ missing: [false, false], maxspanMs: MAXSPAN });
  const newest = new Map<string, { time: number; event: number }>();
  const random = randomNumbers(2);
  let found = 0;
  let matching = 0;
  let map = 0;
  for (let start = 0; start < EVENTS; start += BATCH) {
    const keys = Array.from({ length: BATCH }, (_, index) =>
      Math.floor((start + index) / 10 + random() * CURRENT_KEYS),
    );
    const forMatcher = toEvents(keys, start, keyParts);
    const matchingAt = performance.now();
    for (const event of forMatcher) found += matcher.push(event).length;
    matching += performance.now() - matchingAt;
    // Its own texts: a text that has been looked up once is found faster
    const forMap = toEvents(keys, start, keyParts);
    const mapAt = performance.now();
    for (const { timestamp: time, event, hits } of forMap) {
      const [first = '', second] = hits[0]?.keys[0] ?? [];
      const key = second === undefined ? first : `${first}\u0001${second}`;
      const before = newest.get(key);
      if (before === undefined) {
        newest.set(key, { time, event });
      } else {
        before.time = time;
        before.event = event;
      }
    }
    map += performance.now() - mapAt;
  }
  return { matching, map, found, largestKeys: matcher.state.largestKeys };
}

function toEvents(keys: readonly number[], start: number, keyParts: 1 | 2) {
  return keys.map((key, index) => {
    const stage = (start + index) % 3 === 2 ? 1 : 0;
    const hits = [{ stage, keys: [[`host-${key % 997}`, `entity-${key}`].slice(-keyParts)] }];
    return { timestamp: start + index, hits, event: start + index };
  });
}

type Figures = Readonly<Record<string, number>>;

function parser(): Figures {
  const seed = seedQuery();
  const parseAll = (): void => {
    for (let index = 0; index < RULES; index += 1)
      parseQuery(seed.replace('services.exe', `service${index}.exe`));
  };
  const [taken = 0] = medians(5, [parseAll]);
  return {
    [`parser: ms for ${RULES} rules`]: Math.round(taken),
    'parser: characters a rule': seed.length,
  };
}

function perSecond(amount: number, milliseconds: number): number {
  return Math.round((amount / milliseconds) * 1_000);
}

function roundOff(value: number): number {
  return Math.round(value * 100) / 100;
}

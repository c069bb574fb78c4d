import { spawnSync } from 'node:child_process';
import { closeSync, mkdtempSync, openSync, readSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { z } from 'zod';
import { detectInFiles } from '@/lib/rules/detect/detect-files';
import { compileRule, EventFields } from '@/lib/rules/detect/detection-rule';
import { builtInRulesFolder, loadRules } from '@/lib/rules/load-rules';
import { eqlRule } from './eql-rule';
import { attacksIn, writeEvents } from './generate-events';

const figuresSchema = z.object({
  events: z.number(),
  alerts: z.number(),
  cpuSeconds: z.number(),
  seconds: z.number(),
  peakMb: z.number(),
});

type Figures = z.infer<typeof figuresSchema>;

const EVERYTHING = 'sequence by host.id with maxspan=10m [any where true] [any where true]';
const PARTS = {
  parse: 'plain JSON.parse of each line',
  seed: 'the built-in rules, lines in order of time',
  shuffled: 'the same, lines shuffled',
  everything: 'a rule whose stages match every event, shuffled',
} as const;

type Part = keyof typeof PARTS;

/**
 * `npm run bench -- detect`: `detect` over generated ECS events (WATCHFLOOR_BENCH_EVENTS, 1,000,000 unless told otherwise)
 * beside plain parsing of the same lines, each in a process of its own, so that its peak of memory is its own.
 */
export async function run({ json }: { readonly json: boolean }): Promise<void> {
  const asked = process.env.WATCHFLOOR_BENCH_PART;
  if (asked !== undefined) {
    console.log(
      JSON.stringify(await measure(asked as Part, process.env.WATCHFLOOR_BENCH_FILE ?? '')),
    );
    return;
  }
  const count = Number(process.env.WATCHFLOOR_BENCH_EVENTS ?? 1_000_000);
  const folder = mkdtempSync(join(tmpdir(), 'watchfloor-bench-'));
  try {
    const ordered = join(folder, 'events.ndjson');
    const shuffled = join(folder, 'shuffled.ndjson');
    writeEvents(ordered, { count, seed: 1 });
    writeEvents(shuffled, { count, seed: 1, shuffled: true });
    const figures = {
      parse: measureApart('parse', ordered),
      seed: measureApart('seed', ordered),
      shuffled: measureApart('shuffled', shuffled),
      everything: measureApart('everything', shuffled),
    };
    print(figures, count, json);
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

function measureApart(part: Part, file: string): Figures {
  const child = spawnSync(
    process.execPath,
    [
      ...process.execArgv,
      '--max-semi-space-size=16',
      ...process.argv.slice(1).filter((arg) => arg !== '--json'),
    ],
    {
      env: { ...process.env, WATCHFLOOR_BENCH_PART: part, WATCHFLOOR_BENCH_FILE: file },
      stdio: ['ignore', 'pipe', 'inherit'],
      encoding: 'utf8',
    },
  );
  return figuresSchema.parse(JSON.parse(child.stdout));
}

async function measure(part: Part, file: string): Promise<Figures> {
  const startedAt = performance.now();
  const found =
    part === 'parse' ? { events: parseLines(file), alerts: 0 } : await detect(part, file);
  const { userCPUTime, systemCPUTime, maxRSS } = process.resourceUsage();
  return {
    ...found,
    cpuSeconds: (userCPUTime + systemCPUTime) / 1e6,
    seconds: (performance.now() - startedAt) / 1_000,
    peakMb: maxRSS / 1_024,
  };
}

function parseLines(file: string): number {
  const handle = openSync(file, 'r');
  const block = Buffer.allocUnsafe(1024 * 1024);
  let rest: Buffer = Buffer.alloc(0);
  let events = 0;
  for (let read = readSync(handle, block); read > 0; read = readSync(handle, block)) {
    const bytes = Buffer.concat([rest, block.subarray(0, read)]);
    let start = 0;
    for (let end = bytes.indexOf(10); end >= 0; end = bytes.indexOf(10, start)) {
      if (JSON.parse(bytes.toString('utf8', start, end)) !== null) events += 1;
      start = end + 1;
    }
    rest = bytes.subarray(start);
  }
  closeSync(handle);
  return events;
}

async function detect(part: Part, file: string): Promise<{ events: number; alerts: number }> {
  const fields = new EventFields();
  const loaded =
    part === 'everything'
      ? [eqlRule(EVERYTHING)]
      : (await loadRules([builtInRulesFolder()])).rules.map(({ rule }) => rule);
  const rules = loaded.flatMap((rule) => (rule.type === 'eql' ? [compileRule(rule, fields)] : []));
  const run = detectInFiles([file], rules, fields);
  for (let alerts = 0; ; alerts += 1) {
    const next = await run.next();
    if (next.done) return { events: next.value.events, alerts };
  }
}

function print(figures: Readonly<Record<Part, Figures>>, count: number, json: boolean): void {
  if (json) {
    console.log(JSON.stringify({ bench: 'detect', count, figures }));
    return;
  }
  const perSecond = ({ events, cpuSeconds }: Figures): number => events / cpuSeconds;
  console.log(`${count.toLocaleString('en')} ECS events; ${attacksIn(count)} attacks among them`);
  for (const part of Object.keys(PARTS) as Part[]) {
    const found = figures[part];
    console.log(
      [
        PARTS[part].padEnd(50),
        `${Math.round(perSecond(found)).toLocaleString('en').padStart(9)} events / cpu s`,
        `${(perSecond(found) / perSecond(figures.parse)).toFixed(2)} x plain parsing`,
        `${Math.round(found.peakMb)} MB`,
        `${found.alerts} alerts`,
        `${found.seconds.toFixed(1)} s`,
      ].join('  '),
    );
  }
}

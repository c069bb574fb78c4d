import { eventText as text, eventTexts, formatEndpoint } from '@/lib/ecs/event-text';
import type { JsonObject } from '@/lib/ecs/json';
import type { MatchedStage } from './build-alert';

/**
 * One readable sentence of what happened: where, then each stage in order with the time between them. Values are text of
 * the events, shortened, control characters taken out.
 */
export function tellStory(matched: readonly MatchedStage[]): string {
  const present = matched.filter(({ event }) => event !== null);
  const first = present[0]?.event?._source;
  if (!first) return '';
  const host = text(first, 'host.name') ?? text(first, 'host.id');
  const parts = matched.map((stage, index) => {
    if (!stage.event) return 'without the event that had to be missing';
    const previous = matched.slice(0, index).findLast(({ event }) => event !== null);
    const gap =
      previous?.timestamp === undefined || stage.timestamp === undefined
        ? ''
        : `${formatGap(stage.timestamp - previous.timestamp)} later `;
    return `${gap}${tellEvent(stage.event._source)}`;
  });
  return `${host ? `On ${clean(host)}: ` : ''}${parts.join('; ')}.`;
}

/** A span in the unit a person would use. */
export function formatGap(milliseconds: number): string {
  const size = Math.abs(milliseconds);
  if (size < 1_000) return `${milliseconds} ms`;
  if (size < 60_000) return `${(milliseconds / 1_000).toFixed(3).replace(/\.?0+$/, '')} s`;
  if (size < 3_600_000) return `${Math.round(milliseconds / 6_000) / 10} min`;
  return `${Math.round(milliseconds / 360_000) / 10} h`;
}

function tellEvent(source: JsonObject): string {
  const categories = eventTexts(source, 'event.category');
  const types = eventTexts(source, 'event.type');
  if (text(source, 'dns.question.name') !== undefined) return tellDns(source);
  if (categories.includes('network')) return tellNetwork(source);
  if (categories.includes('process')) return tellProcess(source, types);
  if (categories.includes('file'))
    return `${processName(source)} touched the file ${value(source, 'file.path', 'file.name')}`;
  if (categories.includes('registry'))
    return `${processName(source)} changed the registry ${value(source, 'registry.path', 'registry.key')}`;
  if (categories.includes('library') || categories.includes('driver'))
    return `${processName(source)} loaded ${value(source, 'dll.path', 'file.path')}`;
  if (categories.includes('authentication')) return tellLogon(source);
  const action = text(source, 'event.action') ?? text(source, 'event.code');
  return `${processName(source)} did ${action === undefined ? 'something' : `"${clean(action)}"`}${categories[0] === undefined ? '' : ` (${clean(categories[0])})`}`;
}

function tellNetwork(source: JsonObject): string {
  const from = endpoint(source, 'source');
  const to = endpoint(source, 'destination');
  const direction = text(source, 'network.direction')?.toLowerCase();
  const transport = text(source, 'network.transport');
  const kind =
    transport === undefined ? 'connection' : `${clean(transport).toUpperCase()} connection`;
  if (direction === 'ingress' || direction === 'incoming' || direction === 'inbound') {
    return `${processName(source)} took a ${kind} from ${from} on ${to}`;
  }
  return `${processName(source)} opened a ${kind} from ${from} to ${to}`;
}

function tellDns(source: JsonObject): string {
  return `${processName(source)} asked for the name ${value(source, 'dns.question.name')}`;
}

function tellProcess(source: JsonObject, types: readonly string[]): string {
  const parent = text(source, 'process.parent.name') ?? text(source, 'process.parent.executable');
  if (types.includes('end')) return `${processName(source)} ended`;
  if (!types.includes('start'))
    return `${processName(source)}: ${value(source, 'event.action', 'event.code')}`;
  const command = text(source, 'process.command_line');
  const user = text(source, 'user.name');
  const shown = `${parent === undefined ? 'a process' : clean(parent)} started ${processName(source)}`;
  return `${shown}${user === undefined ? '' : ` as ${clean(user)}`}${command === undefined ? '' : ` (${clean(command)})`}`;
}

function tellLogon(source: JsonObject): string {
  const from = text(source, 'source.ip');
  const outcome = text(source, 'event.outcome') === 'failure' ? 'failed to log on' : 'logged on';
  return `${value(source, 'user.name')} ${outcome}${from === undefined ? '' : ` from ${clean(from)}`}`;
}

function endpoint(source: JsonObject, side: 'source' | 'destination'): string {
  const ip = text(source, `${side}.ip`) ?? text(source, `${side}.address`) ?? 'an unknown address';
  return formatEndpoint(clean(ip), text(source, `${side}.port`));
}

function processName(source: JsonObject): string {
  return value(source, 'process.name', 'process.executable');
}

function value(source: JsonObject, ...fields: readonly string[]): string {
  for (const field of fields) {
    const found = text(source, field);
    if (found !== undefined && found !== '') return clean(found);
  }
  return `an unknown ${fields[0]?.split('.')[0] ?? 'thing'}`;
}

const MAX_SHOWN = 120;

/** Event text for people: no control or direction characters, not endless. */
function clean(found: string): string {
  const plain = found.replace(/[\p{Cc}\p{Cf}]+/gu, ' ').trim();
  return plain.length > MAX_SHOWN ? `${plain.slice(0, MAX_SHOWN - 1)}…` : plain;
}

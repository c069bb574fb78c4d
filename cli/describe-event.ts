import { compilePath } from '@/lib/ecs/document-path';
import { formatEndpoint } from '@/lib/ecs/event-text';
import { stringifyJson, type JsonObject } from '@/lib/ecs/json';
import { printable } from './output';

/** One line on an event: host, category, process, and the detail that says most of what happened. */
export function describeEvent(source: JsonObject): string {
  const host = hostName(source) ?? hostNameShort(source) ?? hostId(source);
  const category = [categoryOf(source), actionOf(source)].filter(Boolean).join('/');
  const process = [processName(source), wrapped(processId(source))].filter(Boolean).join(' ');
  const detail = detailOf(source);
  const known = [host, category, process, detail].filter(Boolean);
  // Fewer than two say nothing of a document that is not ECS.
  const text = known.length > 1 ? known.join('  ') : stringifyJson(source);
  return printable(shorten(text));
}

const hostName = reader('host.name');
const hostNameShort = reader('host.hostname');
const hostId = reader('host.id');
const categoryOf = reader('event.category');
const actionOf = reader('event.action');
const processName = reader('process.name');
const processId = reader('process.pid');
const destinationIp = reader('destination.ip');
const destinationPort = reader('destination.port');
const sourceIp = reader('source.ip');
const sourcePort = reader('source.port');

const details = [
  'process.command_line',
  'registry.path',
  'file.path',
  'dll.path',
  'dns.question.name',
  'url.full',
  'process.executable',
  'winlog.event_data.ServiceName',
  'message',
].map(reader);

function detailOf(source: JsonObject): string | undefined {
  const target = address(destinationIp(source), destinationPort(source));
  const origin = address(sourceIp(source), sourcePort(source));
  if (target !== undefined && origin !== undefined) return `${origin} -> ${target}`;
  for (const read of details) {
    const value = read(source);
    if (value !== undefined && value !== '') return value;
  }
  return target ?? origin;
}

function address(ip: string | undefined, port: string | undefined): string | undefined {
  return ip === undefined ? undefined : formatEndpoint(ip, port);
}

function wrapped(text: string | undefined): string | undefined {
  return text === undefined ? undefined : `(${text})`;
}

const LINE_LENGTH = 200;

function shorten(text: string): string {
  return text.length > LINE_LENGTH ? `${text.slice(0, LINE_LENGTH)}…` : text;
}

/** The values of a field as they stand in the document. */
function reader(field: string): (source: JsonObject) => string | undefined {
  const walk = compilePath(field);
  return (source) => {
    const found: string[] = [];
    walk(source, (leaf) => {
      if (leaf !== null) found.push(String(leaf));
    });
    return found.length > 0 ? found.join(',') : undefined;
  };
}

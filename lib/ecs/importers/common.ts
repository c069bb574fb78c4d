import { canonicalIp } from '../ip';
import type { JsonValue } from '../json';
import type { EcsDocument } from './ecs-document';
import { splitCommandLine } from './windows-args';
import { channelDataset } from './windows-channels';
import { parseNumber, textOf, type WindowsEvent } from './windows-event';

/** Which machine logged an event, under one name for all of a file. */
export interface EventHost {
  /** As the event has it. */
  readonly name: string;
  /** The full computer name in lower case: some events of a file leave the domain out. */
  readonly id: string;
}

/** `event.category`, `event.type` and `event.action` of one event id. */
export type Categorization = readonly [
  categories: readonly string[],
  types: readonly string[],
  action: string | undefined,
];

/** What every Windows event has, whichever its channel. */
export function setHeader(document: EcsDocument, event: WindowsEvent, host?: EventHost): void {
  const { header, code, channel, provider } = event;
  const { module, dataset } = channelDataset(channel);
  document.set('ecs.version', '8.0.0');
  document.set('data_stream', { type: 'logs', dataset, namespace: 'default' });
  document.set('event.kind', 'event');
  document.set('event.code', code);
  document.set('event.module', module);
  document.set('event.dataset', dataset);
  document.set('event.provider', provider);
  document.set('event.action', textOf(header.Category));
  document.set('event.outcome', auditOutcome(event));
  document.set('log.level', logLevel(event));
  document.set('message', textOf(header.Message));
  setHost(document, host);
  document.set('winlog.channel', channel);
  document.set('winlog.event_id', code);
  document.set('winlog.computer_name', host?.name);
  document.set('winlog.provider_name', provider);
  document.set('winlog.provider_guid', textOf(header.ProviderGuid));
  document.set('winlog.record_id', textOf(header.RecordNumber));
  document.set('winlog.activity_id', textOf(header.ActivityID));
  document.set('winlog.related_activity_id', textOf(header.RelatedActivityID));
  document.set('winlog.task', textOf(header.Category) ?? textOf(header.Task));
  document.set('winlog.opcode', textOf(header.Opcode));
  document.set('winlog.version', parseNumber(textOf(header.Version)));
  document.set('winlog.keywords', auditKeywords(event));
  document.set('winlog.process.pid', parseNumber(textOf(header.ExecutionProcessID)));
  document.set(
    'winlog.process.thread.id',
    parseNumber(textOf(header.ThreadID) ?? textOf(header.ExecutionThreadID)),
  );
  const userId = textOf(header.UserID);
  if (userId !== undefined || header.AccountType !== undefined) {
    document.set('winlog.user.identifier', userId);
    document.set('winlog.user.name', textOf(header.AccountName));
    document.set('winlog.user.domain', textOf(header.Domain));
    document.set('winlog.user.type', textOf(header.AccountType));
    document.set('user.id', userId);
  }
}

export function setCategories(document: EcsDocument, category: Categorization | undefined): void {
  if (category === undefined) return;
  const [categories, types, action] = category;
  if (categories.length > 0) document.set('event.category', categories);
  document.set('event.type', types);
  document.set('event.action', action);
}

/** `executable`, and `name` where it is a path: `<unknown process>` and `System` have none. */
export function setExecutable(
  document: EcsDocument,
  process: 'process' | 'process.parent',
  path: string | undefined,
): void {
  if (path === undefined) return;
  document.set(`${process}.executable`, path);
  document.set(`${process}.name`, fileName(path));
}

export function setCommandLine(
  document: EcsDocument,
  process: 'process' | 'process.parent',
  commandLine: string | undefined,
): void {
  if (commandLine === undefined) return;
  const args = splitCommandLine(commandLine);
  document.set(`${process}.command_line`, commandLine);
  document.set(`${process}.args`, args);
  document.set(`${process}.args_count`, args.length);
}

/** `file.path` and its parts. */
export function setFilePath(document: EcsDocument, path: string | undefined): void {
  if (path === undefined) return;
  document.set('file.path', path);
  const name = fileName(path);
  if (name === undefined) return;
  document.set('file.name', name);
  document.set('file.directory', path.slice(0, path.length - name.length - 1));
  document.set('file.extension', fileExtension(name));
}

export function fileExtension(name: string): string | undefined {
  const dot = name.lastIndexOf('.');
  return dot === -1 || dot === name.length - 1 ? undefined : name.slice(dot + 1);
}

export function setAddress(
  document: EcsDocument,
  side: 'source' | 'destination',
  address: string | undefined,
): void {
  if (address === undefined) return;
  document.set(`${side}.ip`, address);
  document.append('related.ip', address);
}

/** An address from the event's data, taken out where it is one; Windows also writes names there. */
export function takeAddress(event: Pick<WindowsEvent, 'data'>, name: string): string | undefined {
  const address = canonicalIp(event.data.text(name) ?? '');
  if (address !== undefined) event.data.remove(name);
  return address;
}

export function setUser(
  document: EcsDocument,
  field: 'user' | 'user.target' | 'user.effective' | 'source.user' | 'destination.user',
  user: { readonly id?: string; readonly name?: string; readonly domain?: string },
): void {
  document.set(`${field}.id`, user.id);
  document.set(`${field}.name`, user.name);
  document.set(`${field}.domain`, user.domain);
  document.append('related.user', user.name);
}

/** `DOMAIN\name` */
export function splitAccount(account: string | undefined): { name?: string; domain?: string } {
  const parts = account?.split('\\') ?? [];
  return parts.length === 2 ? { domain: parts[0]!, name: parts[1]! } : {};
}

/** `SHA1=..,MD5=..,SHA256=..,IMPHASH=..`, in lower case; hashes of zeros only were not computed. */
export function parseHashes(hashes: string | undefined): ReadonlyMap<string, string> {
  const parsed = new Map<string, string>();
  for (const part of hashes?.split(',') ?? []) {
    const [algorithm, value] = part.trim().toLowerCase().split('=');
    if (algorithm && value && !/^0*$/.test(value)) parsed.set(algorithm, value);
  }
  return parsed;
}

function fileName(path: string): string | undefined {
  const slash = path.lastIndexOf('\\');
  return slash === -1 || slash === path.length - 1 ? undefined : path.slice(slash + 1);
}

function setHost(document: EcsDocument, host: EventHost | undefined): void {
  document.set('host.os', { type: 'windows', family: 'windows', platform: 'windows' });
  if (host === undefined) return;
  document.set('host.name', host.id);
  document.set('host.hostname', host.name);
  document.set('host.id', host.id);
}

function logLevel({ header }: WindowsEvent): string | undefined {
  return (
    LEVEL_BY_NUMBER[textOf(header.Level) ?? ''] ??
    LEVEL_BY_SEVERITY[textOf(header.Severity)?.toUpperCase() ?? '']
  );
}

/** Level 0 is "always logged", which Windows shows as information. */
const LEVEL_BY_NUMBER: Readonly<Record<string, string | undefined>> = {
  0: 'information',
  1: 'critical',
  2: 'error',
  3: 'warning',
  4: 'information',
  5: 'verbose',
};

const LEVEL_BY_SEVERITY: Readonly<Record<string, string | undefined>> = {
  DEBUG: 'verbose',
  INFO: 'information',
  WARNING: 'warning',
  ERROR: 'error',
  CRITICAL: 'critical',
};

/** Bits of `Keywords` by which Windows marks audit events. */
const AUDIT_FAILURE = 0x10_0000_0000_0000n;
const AUDIT_SUCCESS = 0x20_0000_0000_0000n;

function auditOutcome(event: WindowsEvent): 'success' | 'failure' | undefined {
  if (event.header.EventType === 'AUDIT_SUCCESS') return 'success';
  if (event.header.EventType === 'AUDIT_FAILURE') return 'failure';
  const bits = keywordBits(event.header.Keywords);
  if ((bits & AUDIT_FAILURE) !== 0n) return 'failure';
  return (bits & AUDIT_SUCCESS) !== 0n ? 'success' : undefined;
}

function auditKeywords(event: WindowsEvent): readonly string[] | undefined {
  const outcome = auditOutcome(event);
  if (outcome === undefined) return undefined;
  return [outcome === 'success' ? 'Audit Success' : 'Audit Failure'];
}

/** Hexadecimal text, or a signed 64-bit number. */
function keywordBits(keywords: JsonValue | undefined): bigint {
  const text = textOf(keywords);
  return text !== undefined && /^(?:-?\d{1,20}|0x[0-9a-f]{1,16})$/i.test(text)
    ? BigInt.asUintN(64, BigInt(text))
    : 0n;
}

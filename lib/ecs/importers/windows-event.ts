import type { JsonObject, JsonValue } from '../json';
import { canonicalChannel } from './windows-channels';

/** How Windows events were flattened: by NXLog, or by an export that calls their time `TimeCreated`. */
export type WindowsShape = 'nxlog' | 'export';

/** What the flattening put around an event, and the event's own data. */
export interface WindowsEvent {
  readonly shape: WindowsShape;
  /** As Windows writes it: the recordings have `Security` and `security`. */
  readonly channel: string | undefined;
  readonly provider: string | undefined;
  readonly code: string;
  readonly header: JsonObject;
  /** EventData without what is empty. */
  readonly data: EventData;
}

export function windowsShape(raw: JsonObject): WindowsShape | undefined {
  if (raw.EventID === undefined || raw.event !== undefined || raw.winlog !== undefined) {
    return undefined;
  }
  if (raw.Channel === undefined && raw.SourceName === undefined) return undefined;
  if (raw['event.category'] !== undefined || raw['event.code'] !== undefined) return undefined;
  const isNxlog =
    raw.EventReceivedTime !== undefined ||
    raw.SourceModuleType !== undefined ||
    (raw.EventTime !== undefined && raw.TimeCreated === undefined);
  return isNxlog ? 'nxlog' : 'export';
}

export function readWindowsEvent(raw: JsonObject, shape: WindowsShape): WindowsEvent {
  const isHeader = shape === 'nxlog' ? nxlogHeaderTest(raw) : isExportHeader;
  const data = new EventData();
  for (const name in raw) {
    if (isHeader(name)) continue;
    const value = raw[name]!;
    if (isEmpty(value)) continue;
    data.put(name, shape === 'nxlog' ? unescapeXml(value) : value);
  }
  return {
    shape,
    channel: canonicalChannel(textOf(raw.Channel)),
    provider: textOf(raw.SourceName),
    code: textOf(raw.EventID) ?? '',
    header: raw,
    data,
  };
}

/** The data fields of one event. What a conversion takes out does not stay in `winlog.event_data`. */
export class EventData {
  private readonly fields = new Map<string, JsonValue>();

  put(name: string, value: JsonValue): void {
    this.fields.set(name, value);
  }

  /** The field's text, taken out. */
  take(...names: readonly string[]): string | undefined {
    let taken: string | undefined;
    for (const name of names) {
      const value = this.text(name);
      if (value !== undefined) this.fields.delete(name);
      taken ??= value;
    }
    return taken;
  }

  /** The field's number, taken out; decimal or `0x`. What is no number stays. */
  takeNumber(name: string): number | undefined {
    const number = parseNumber(this.text(name));
    if (number !== undefined) this.fields.delete(name);
    return number;
  }

  text(name: string): string | undefined {
    return textOf(this.fields.get(name));
  }

  remove(...names: readonly string[]): void {
    for (const name of names) this.fields.delete(name);
  }

  toObject(): JsonObject | undefined {
    return this.fields.size === 0 ? undefined : Object.fromEntries(this.fields);
  }
}

/** The text of a header or data value; `undefined` for what is empty or no single value. */
export function textOf(value: JsonValue | undefined): string | undefined {
  if (value === undefined || isEmpty(value) || typeof value === 'object') return undefined;
  return typeof value === 'string' ? value : String(value);
}

export function parseNumber(text: string | undefined): number | undefined {
  if (text === undefined || !/^(?:\d{1,15}|0x[0-9a-f]{1,13})$/i.test(text)) return undefined;
  return Number(text);
}

function isEmpty(value: JsonValue): boolean {
  return value === null || value === '' || value === '-' || value === NO_GUID;
}

const NO_GUID = '{00000000-0000-0000-0000-000000000000}';

/** NXLog leaves the escapes of the event's XML in its data. */
function unescapeXml(value: JsonValue): JsonValue {
  if (typeof value !== 'string' || !value.includes('&')) return value;
  return value.replaceAll('&lt;', '<').replaceAll('&gt;', '>').replaceAll('&amp;', '&');
}

const EXPORT_HEADER: ReadonlySet<string> = new Set(
  '@timestamp,TimeCreated,Level,Task,Opcode,Keywords,Channel,Hostname,SourceName,ProviderGuid,EventID,Message,RecordNumber,UserID,tags,@version'.split(
    ',',
  ),
);

function isExportHeader(name: string): boolean {
  return EXPORT_HEADER.has(name);
}

const NXLOG_HEADER: ReadonlySet<string> = new Set(
  '@timestamp,@version,ActivityID,RelatedActivityID,Category,Channel,ERROR_EVT_UNRESOLVED,EventID,EventReceivedTime,EventTime,EventTypeOrignal,ExecutionProcessID,ExecutionThreadID,Hostname,Keywords,Message,Opcode,OpcodeValue,ProviderGuid,RecordNumber,Severity,SeverityValue,SourceModuleName,SourceModuleType,SourceName,Task,ThreadID,Version,host,port,tags'.split(
    ',',
  ),
);

/** The account that logged the event; without a type, the names are the event's own data (Security 4778). */
const NXLOG_ACCOUNT: ReadonlySet<string> = new Set([
  'AccountName',
  'AccountType',
  'Domain',
  'UserID',
]);

/** NXLog's word for the level; where it is another word, it is the data of the event (Sysmon 12, 17). */
const NXLOG_EVENT_TYPE =
  /^(?:INFO|WARNING|ERROR|CRITICAL|VERBOSE|DEBUG|AUDIT_SUCCESS|AUDIT_FAILURE)$/;

function nxlogHeaderTest(raw: JsonObject): (name: string) => boolean {
  const hasAccount = raw.AccountType !== undefined || raw.UserID !== undefined;
  const hasLevel = typeof raw.EventType === 'string' && NXLOG_EVENT_TYPE.test(raw.EventType);
  return (name) =>
    NXLOG_HEADER.has(name) ||
    (hasAccount && NXLOG_ACCOUNT.has(name)) ||
    (hasLevel && name === 'EventType');
}

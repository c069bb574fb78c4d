import type { JsonObject } from '../json';
import { parseDate } from '../dates';
import { setHeader, type EventHost } from './common';
import { EcsDocument } from './ecs-document';
import type { LocalClocks } from './local-clocks';
import { setPowershellFields, setPowershellOperationalFields } from './powershell';
import { setSecurityFields } from './security';
import { setSysmonFields } from './sysmon';
import { setSystemFields } from './system';
import { channelDataset } from './windows-channels';
import { readWindowsEvent, textOf, type WindowsEvent, type WindowsShape } from './windows-event';
import { readUtcTime } from './windows-time';

export interface ConvertedEvent {
  /** The data stream of the integration that would have sent it. */
  readonly index: string;
  readonly source: JsonObject;
}

/** Makes an ECS document of a flattened Windows event; `undefined` where no time in it can be read. */
export function convertWindowsEvent(
  raw: JsonObject,
  shape: WindowsShape,
  clocks: LocalClocks,
): ConvertedEvent | undefined {
  const event = readWindowsEvent(raw, shape);
  const hostname = textOf(raw.Hostname);
  const host = hostname === undefined ? undefined : clocks.host(hostname);
  const times = eventTimes(event, host, clocks);
  if (times === undefined) return undefined;
  const document = new EcsDocument();
  document.set('@timestamp', isoTime(times.happened));
  setHeader(document, event, host);
  document.set('event.created', isoTime(times.created));
  document.set('event.ingested', isoTime(times.ingested));
  setFields(document, event);
  document.set('winlog.event_data', event.data.toObject());
  const { dataset } = channelDataset(event.channel);
  return { index: `logs-${dataset}-default`, source: document.toObject() };
}

function setFields(document: EcsDocument, event: WindowsEvent): void {
  switch (channelDataset(event.channel).dataset) {
    case 'windows.sysmon_operational':
      return setSysmonFields(document, event);
    case 'system.security':
      return setSecurityFields(document, event);
    case 'system.system':
      return setSystemFields(document, event);
    case 'windows.powershell_operational':
      return setPowershellOperationalFields(document, event);
    case 'windows.powershell':
      return setPowershellFields(document, event);
  }
}

interface EventTimes {
  readonly happened: number;
  /** When the log or its collector first had it. */
  readonly created: number | undefined;
  readonly ingested: number | undefined;
}

/** NXLog's `@timestamp` is when the collector received the event; that of an export is its local time once more. */
function eventTimes(
  event: WindowsEvent,
  host: EventHost | undefined,
  clocks: LocalClocks,
): EventTimes | undefined {
  const { header, shape } = event;
  const stamped = readStamp(header);
  const utc = readUtcTime(event.data.text('UtcTime'));
  // An NXLog event with UtcTime has no use for its local time.
  const isLoggedNeeded = utc === undefined || shape === 'export';
  const logged = isLoggedNeeded ? clocks.resolve(localTime(header), host, stamped) : undefined;
  const happened = utc ?? logged;
  if (happened === undefined) return undefined;
  return shape === 'nxlog'
    ? { happened, created: stamped, ingested: stamped }
    : { happened, created: logged, ingested: undefined };
}

function readStamp(header: JsonObject): number | undefined {
  const text = textOf(header['@timestamp']);
  return text === undefined ? undefined : parseDate(text);
}

/** NXLog's `EventTime`, an export's `TimeCreated`. */
function localTime(header: JsonObject): string | undefined {
  return textOf(header.EventTime) ?? textOf(header.TimeCreated);
}

function isoTime(milliseconds: number | undefined): string | undefined {
  if (milliseconds === undefined || Math.abs(milliseconds) > 8.64e15) return undefined;
  return new Date(milliseconds).toISOString();
}

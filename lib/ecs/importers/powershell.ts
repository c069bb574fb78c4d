import type { JsonObject } from '../json';
import { setCategories, setCommandLine, setFilePath, setUser, splitAccount } from './common';
import type { EcsDocument } from './ecs-document';
import type { EventData, WindowsEvent } from './windows-event';

/** Microsoft-Windows-PowerShell/Operational, 4103 and 4104 above all, as Elastic's Windows integration has it. */
export function setPowershellOperationalFields(document: EcsDocument, event: WindowsEvent): void {
  const { data, code } = event;
  const type = code === '4105' ? 'start' : code === '4106' ? 'end' : 'info';
  setCategories(document, [['process'], [type], undefined]);
  if (code === '4103') readContextInfo(data);
  document.set('event.sequence', data.takeNumber('SequenceNumber'));
  document.set('process.entity_id', data.take('HostID'));
  setCommandLine(document, 'process', data.take('HostApplication'));
  document.set('process.title', data.take('HostName'));
  setUsers(document, data);
  document.set('powershell.sequence', data.takeNumber('MessageNumber'));
  document.set('powershell.total', data.takeNumber('MessageTotal'));
  document.set('powershell.id', data.take('ShellID'));
  document.set('powershell.engine.version', data.take('EngineVersion'));
  document.set('powershell.pipeline_id', data.take('PipelineID'));
  document.set('powershell.runspace_id', data.take('RunspaceID', 'RunspaceId'));
  document.set('powershell.process.executable_version', data.take('HostVersion'));
  document.set('powershell.command.value', data.take('CommandLine'));
  document.set('powershell.command.path', data.take('CommandPath'));
  document.set('powershell.command.name', data.take('CommandName'));
  document.set('powershell.command.type', data.take('CommandType'));
  document.set('powershell.file.script_block_id', data.take('ScriptBlockId'));
  document.set('powershell.file.script_block_text', data.take('ScriptBlockText'));
  if (code === '4103') {
    const details = invocationDetails(data.take('Payload'));
    if (details.length > 0) document.set('powershell.command.invocation_details', details);
  }
  setFilePath(document, data.take('ScriptName', 'Path'));
  data.remove('ContextInfo', 'Severity');
}

/** The older channel "Windows PowerShell": 400 starts an engine, 403 ends it. */
export function setPowershellFields(document: EcsDocument, { code }: WindowsEvent): void {
  const type = code === '400' ? 'start' : code === '403' ? 'end' : 'info';
  setCategories(document, [['process'], [type], undefined]);
}

/** Lines `Host Application = powershell.exe`; the names lose their spaces. */
function readContextInfo(data: EventData): void {
  for (const line of data.text('ContextInfo')?.split('\n') ?? []) {
    const equals = line.indexOf('=');
    if (equals === -1) continue;
    const name = line.slice(0, equals).replace(/\s/g, '');
    const value = line.slice(equals + 1).trim();
    if (name !== '' && value !== '') data.put(name, value);
  }
}

/** The user who is connected is the one who acts; who runs the process is then the destination's. */
function setUsers(document: EcsDocument, data: EventData): void {
  const user = splitAccount(data.take('User'));
  const connected = splitAccount(data.take('ConnectedUser'));
  setUser(document, 'user', user);
  if (connected.name === undefined) return;
  setUser(document, 'source.user', connected);
  setUser(document, 'destination.user', user);
  setUser(document, 'user', connected);
}

const DETAIL = /^([^:(]+)\(([^)]+)\):\s*(.+)?$/;
const BINDING = /^name=(.+?);\s*value=(.+)$/;

/** Lines such as `ParameterBinding(Get-Item): name="Path"; value="C:\"`. */
function invocationDetails(payload: string | undefined): JsonObject[] {
  const details: JsonObject[] = [];
  for (const line of payload?.split('\n') ?? []) {
    const text = line.trim();
    if (text === '') continue;
    const [, type, command, value = ''] = DETAIL.exec(text) ?? [];
    if (type === undefined) {
      details.push({ value: text });
      continue;
    }
    const binding = type === 'ParameterBinding' ? BINDING.exec(value) : null;
    details.push({
      type,
      related_command: command!,
      ...(binding === null ? { value } : { name: binding[1]!, value: binding[2]! }),
    });
  }
  return details;
}

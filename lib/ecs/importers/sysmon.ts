import { canonicalIp } from '../ip';
import type { JsonValue } from '../json';
import {
  parseHashes,
  setAddress,
  setCategories,
  setCommandLine,
  setExecutable,
  setFilePath,
  setUser,
  splitAccount,
  takeAddress,
  type Categorization,
} from './common';
import { setDnsAnswers } from './dns-answers';
import type { EcsDocument } from './ecs-document';
import { setRegistry } from './registry';
import type { WindowsEvent } from './windows-event';

/** Sysmon as Elastic's Windows integration converts it, and `dll.*` for loaded images, as Elastic's endpoint has it. */
export function setSysmonFields(document: EcsDocument, event: WindowsEvent): void {
  const { data, code } = event;
  setCategories(document, CATEGORIES[code]);
  if (code === '255') document.set('error.code', data.take('ID'));
  if (code === '27' || code === '255') document.set('event.outcome', 'failure');
  if (code === '25') document.set('message', data.take('Type'));
  document.set('rule.name', data.take('RuleName'));
  setProcess(document, event);
  setFile(document, event);
  setHashes(document, event);
  setNetwork(document, event);
  if (code === '12' || code === '13' || code === '14') setRegistry(document, event);
  setUser(document, 'user', splitAccount(data.take('User')));
  document.set('sysmon.file.archived', takeBoolean(event, 'Archived'));
  document.set('sysmon.file.is_executable', takeBoolean(event, 'IsExecutable'));
  const target = data.take('TargetProcessGuid');
  if (target !== undefined) data.put('TargetProcessGUID', target);
  data.remove('UtcTime');
}

const REGISTRY = ['configuration', 'registry'];

const CATEGORIES: Readonly<Record<string, Categorization | undefined>> = {
  1: [['process'], ['start'], 'Process creation'],
  2: [['file'], ['change'], 'A process changed a file creation time'],
  3: [['network'], ['start', 'connection', 'protocol'], 'Network connection'],
  4: [['process'], ['change'], 'Sysmon service state changed'],
  5: [['process'], ['end'], 'Process terminated'],
  6: [['driver'], ['start'], 'Driver loaded'],
  7: [['process'], ['change'], 'Image loaded'],
  8: [['process'], ['change'], 'CreateRemoteThread'],
  9: [['process'], ['access'], 'RawAccessRead'],
  10: [['process'], ['access'], 'ProcessAccess'],
  11: [['file'], ['creation'], 'FileCreate'],
  12: [REGISTRY, ['change'], 'RegistryEvent (Object create and delete)'],
  13: [REGISTRY, ['change'], 'RegistryEvent (Value Set)'],
  14: [REGISTRY, ['change'], 'RegistryEvent (Key and Value Rename)'],
  15: [['file'], ['access'], 'FileCreateStreamHash'],
  16: [['configuration'], ['change'], 'ServiceConfigurationChange'],
  17: [['file'], ['creation'], 'PipeEvent (Pipe Created)'],
  18: [['file'], ['access'], 'PipeEvent (Pipe Connected)'],
  19: [['process'], ['info'], 'WmiEvent (WmiEventFilter activity detected)'],
  20: [['process'], ['change'], 'WmiEvent (WmiEventConsumer activity detected)'],
  21: [['process'], ['access'], 'WmiEvent (WmiEventConsumerToFilter activity detected)'],
  22: [['network'], ['connection', 'protocol', 'info'], 'DNSEvent (DNS query)'],
  23: [['file'], ['deletion'], 'FileDelete (File Delete archived)'],
  24: [[], ['change'], 'ClipboardChange (New content in the clipboard)'],
  25: [['process'], ['change'], 'ProcessTampering (Process image change)'],
  26: [['file'], ['deletion'], 'FileDeleteDetected (File Delete logged)'],
  27: [['file'], ['creation'], 'FileBlockExecutable'],
  28: [['file'], ['deletion'], 'FileBlockShredding'],
  29: [['file'], ['creation'], 'FileExecutableDetected'],
  255: [['process'], [], 'Error'],
};

/** In 8 and 10 the process that acts is the source. In 20 the consumer's destination is what it runs. */
function setProcess(document: EcsDocument, { data, code }: WindowsEvent): void {
  document.set(
    'process.entity_id',
    data.take('SourceProcessGUID', 'SourceProcessGuid', 'ProcessGuid'),
  );
  document.set('process.pid', data.takeNumber('SourceProcessId') ?? data.takeNumber('ProcessId'));
  document.set('process.thread.id', data.takeNumber('SourceThreadId'));
  setExecutable(document, 'process', data.take('SourceImage', 'Image'));
  if (code === '20') setExecutable(document, 'process', data.take('Destination'));
  setCommandLine(document, 'process', data.take('CommandLine'));
  document.set('process.working_directory', data.take('CurrentDirectory'));
  document.set('process.parent.entity_id', data.take('ParentProcessGuid'));
  document.set('process.parent.pid', data.takeNumber('ParentProcessId'));
  setExecutable(document, 'process.parent', data.take('ParentImage'));
  setCommandLine(document, 'process.parent', data.take('ParentCommandLine'));
  const pe = code === '7' ? 'file.pe' : 'process.pe';
  document.set(`${pe}.original_file_name`, data.take('OriginalFileName'));
  document.set(`${pe}.company`, data.text('Company'));
  document.set(`${pe}.description`, data.text('Description'));
  document.set(`${pe}.file_version`, data.text('FileVersion'));
  document.set(`${pe}.product`, data.text('Product'));
}

function setFile(document: EcsDocument, { data, code }: WindowsEvent): void {
  document.set('file.name', data.take('PipeName'));
  setFilePath(document, data.take('TargetFilename', 'ImageLoaded', 'Device'));
  const isSigned = data.text('Signed');
  const status = data.text('SignatureStatus');
  document.set('file.code_signature.subject_name', data.text('Signature'));
  document.set('file.code_signature.status', status);
  if (isSigned !== undefined) document.set('file.code_signature.exists', isSigned === 'true');
  if (isSigned === 'true') document.set('file.code_signature.signed', true);
  if (status !== undefined) document.set('file.code_signature.trusted', status === 'Valid');
  if (status === 'Valid') document.set('file.code_signature.valid', true);
  if (code !== '7') return;
  for (const field of ['path', 'name', 'code_signature']) {
    document.set(`dll.${field}`, document.get(`file.${field}`));
  }
}

/** Events whose hashes are those of the file; in the others they are the process's. */
const FILE_HASHES: ReadonlySet<string> = new Set(['6', '7', '15', '23', '26', '27', '28', '29']);
/** Elastic's pipeline calls the hashes of a deleted file (23) the process's; they are kept there as well. */
const PROCESS_HASHES: ReadonlySet<string> = new Set(['1', '23', '24', '25']);

function setHashes(document: EcsDocument, { data, code }: WindowsEvent): void {
  const hashes = parseHashes(data.take('Hashes', 'Hash'));
  for (const [algorithm, value] of hashes) {
    const field = algorithm === 'imphash' ? 'pe.imphash' : `hash.${algorithm}`;
    if (PROCESS_HASHES.has(code)) document.set(`process.${field}`, value);
    if (FILE_HASHES.has(code)) document.set(`file.${field}`, value);
    document.append('related.hash', value);
  }
  if (code !== '7') return;
  document.set('dll.hash', document.get('file.hash'));
  document.set('dll.pe', document.get('file.pe'));
}

function setNetwork(document: EcsDocument, event: WindowsEvent): void {
  const { data, code } = event;
  if (code === '22') {
    document.set('network.protocol', 'dns');
    setDnsAnswers(document, data);
    return;
  }
  if (code !== '3') return;
  const portName = data.take('SourcePortName', 'DestinationPortName');
  document.set('network.transport', data.take('Protocol'));
  document.set('network.protocol', portName);
  document.set('network.direction', DIRECTIONS[data.take('Initiated')?.toLowerCase() ?? '']);
  setAddress(document, 'source', takeAddress(event, 'SourceIp'));
  setAddress(document, 'destination', takeAddress(event, 'DestinationIp'));
  document.set('network.type', networkType(document, data.take('SourceIsIpv6')));
  document.set('source.domain', data.take('SourceHostname'));
  document.set('destination.domain', data.take('DestinationHostname'));
  document.set('source.port', data.takeNumber('SourcePort'));
  document.set('destination.port', data.takeNumber('DestinationPort'));
  data.remove('DestinationIsIpv6');
}

const DIRECTIONS: Readonly<Record<string, string | undefined>> = {
  true: 'egress',
  false: 'ingress',
};

function networkType(document: EcsDocument, isIpv6: string | undefined): string | undefined {
  if (isIpv6 !== undefined) return isIpv6.toLowerCase() === 'true' ? 'ipv6' : 'ipv4';
  const address = canonicalIp(document.text('source.ip') ?? '');
  return address === undefined ? undefined : address.includes(':') ? 'ipv6' : 'ipv4';
}

function takeBoolean({ data }: WindowsEvent, name: string): JsonValue | undefined {
  const text = data.text(name)?.toLowerCase();
  if (text !== 'true' && text !== 'false') return undefined;
  data.remove(name);
  return text === 'true';
}

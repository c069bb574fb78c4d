import { canonicalIp } from '../ip';
import {
  fileExtension,
  setAddress,
  setCategories,
  setCommandLine,
  setExecutable,
  setUser,
  takeAddress,
} from './common';
import type { EcsDocument } from './ecs-document';
import { SECURITY_CATEGORIES } from './security-categories';
import { parseNumber, type EventData, type WindowsEvent } from './windows-event';

/** Channel Security, as Elastic's System integration converts it. */
export function setSecurityFields(document: EcsDocument, event: WindowsEvent): void {
  const { data, code } = event;
  setCategories(document, SECURITY_CATEGORIES[code]);
  if (code === '4625') document.set('event.outcome', 'failure');
  setAccounts(document, event);
  setLogon(document, event);
  if (FIREWALL.has(code)) setConnection(document, data);
  else setProcess(document, event);
  setService(document, data);
  if (code === '5140' || code === '5145') setSharedFile(document, data);
  splitPrivileges(data, code);
}

const codes = (list: string): ReadonlySet<string> => new Set(list.split(' '));

/** Who logs on or off, or asks for a ticket, is the target. */
const TARGET_IS_USER = codes('4624 4625 4634 4647 4768 4769 4770 4771 4776');
/** The subject changes another account. */
const TARGET_IS_CHANGED = codes('4670 4720 4722 4723 4724 4725 4726 4738 4740 4767 4798 4907');
/** The subject acts under another account. */
const TARGET_IS_EFFECTIVE = codes('4648 4688');
const TARGET_IS_GROUP = codes(
  '4727 4728 4729 4730 4731 4732 4733 4734 4735 4737 4754 4755 4756 4757 4758 4764 4799',
);

function setAccounts(document: EcsDocument, { data, code }: WindowsEvent): void {
  const subject = account(data, 'SubjectUserSid', 'SubjectUserName', 'SubjectDomainName');
  const targetSid = data.text('TargetUserSid') === undefined ? 'TargetSid' : 'TargetUserSid';
  const target = account(data, targetSid, 'TargetUserName', 'TargetDomainName');
  if (TARGET_IS_USER.has(code)) {
    setUser(document, 'user', target);
    document.append('related.user', subject.name);
    return;
  }
  setUser(document, 'user', subject);
  if (TARGET_IS_CHANGED.has(code)) setUser(document, 'user.target', target);
  if (TARGET_IS_EFFECTIVE.has(code)) setUser(document, 'user.effective', target);
  if (TARGET_IS_GROUP.has(code)) {
    setMember(document, data);
    for (const object of ['group', 'user.target.group']) {
      document.set(`${object}.id`, target.id);
      document.set(`${object}.name`, target.name);
      document.set(`${object}.domain`, target.domain);
    }
  }
}

function account(data: EventData, sid: string, name: string, domain: string) {
  return {
    id: data.text(sid),
    // `name@REALM` in Kerberos events
    name: data.text(name)?.split('@')[0],
    domain: data.text(domain),
  };
}

/** `CN=name,CN=Users,DC=example,DC=com` or nothing but a SID. */
function setMember(document: EcsDocument, data: EventData): void {
  const name = /^CN=((?:\\.|[^,])+)/i.exec(data.text('MemberName') ?? '')?.[1];
  const domain = /(?:^|,)DC=([^,]+)/i.exec(data.text('MemberName') ?? '')?.[1];
  setUser(document, 'user.target', { id: data.text('MemberSid'), name, domain });
}

const LOGON_TYPES: Readonly<Record<string, string | undefined>> = {
  2: 'Interactive',
  3: 'Network',
  4: 'Batch',
  5: 'Service',
  7: 'Unlock',
  8: 'NetworkCleartext',
  9: 'NewCredentials',
  10: 'RemoteInteractive',
  11: 'CachedInteractive',
};

/** Events about a session of the target; in all others the session is the subject's. */
const TARGET_SESSION = codes('4624 4634 4647 4964');

/** What Windows says of a failed logon, in words; the codes stay in `winlog.event_data`. */
const LOGON_FAILURES: Readonly<Record<string, string | undefined>> = {
  '0xc000005e': 'There are currently no logon servers available to service the logon request.',
  '0xc0000064': 'User logon with misspelled or bad user account',
  '0xc000006a': 'User logon with misspelled or bad password',
  '0xc000006d': 'This is either due to a bad username or authentication information',
  '0xc000006e': 'Unknown user name or bad password.',
  '0xc000006f': 'User logon outside authorized hours',
  '0xc0000070': 'User logon from unauthorized workstation',
  '0xc0000071': 'User logon with expired password',
  '0xc0000072': 'User logon to account disabled by administrator',
  '0xc0000133': 'Clocks between DC and other computer too far out of sync',
  '0xc000015b':
    'The user has not been granted the requested logon type (aka logon right) at this machine',
  '0xc0000193': 'User logon with expired account',
  '0xc0000224': 'User is required to change password at next logon',
  '0xc0000234': 'User logon with account locked',
};

function setLogon(document: EcsDocument, { data, code }: WindowsEvent): void {
  const sessionId = data.text(TARGET_SESSION.has(code) ? 'TargetLogonId' : 'SubjectLogonId');
  document.set('winlog.logon.id', sessionId);
  document.set('winlog.logon.type', LOGON_TYPES[data.text('LogonType') ?? '']);
  setAddress(document, 'source', takeAddress({ data }, 'IpAddress'));
  document.set('source.port', data.takeNumber('IpPort'));
  document.set('source.domain', data.take('WorkstationName'));
  if (code !== '4625') return;
  const failure = (name: string) => LOGON_FAILURES[data.text(name)?.toLowerCase() ?? ''];
  document.set('winlog.logon.failure.status', failure('Status'));
  document.set('winlog.logon.failure.sub_status', failure('SubStatus'));
}

/** In 4688 `ProcessId` is the parent's. Numbers are hexadecimal. */
function setProcess(document: EcsDocument, { data, code }: WindowsEvent): void {
  if (code !== '4688') {
    document.set('process.pid', data.takeNumber('ProcessId'));
    setExecutable(document, 'process', data.take('ProcessName'));
    return;
  }
  document.set('process.pid', data.takeNumber('NewProcessId'));
  setExecutable(document, 'process', data.take('NewProcessName'));
  setCommandLine(document, 'process', data.take('CommandLine'));
  document.set('process.parent.pid', data.takeNumber('ProcessId'));
  setExecutable(document, 'process.parent', data.take('ParentProcessName'));
}

/** The Windows Filtering Platform's own events. Their data stays as it is beside the ECS fields. */
const FIREWALL = codes('5152 5154 5156 5157 5158');

const TRANSPORTS: Readonly<Record<string, string | undefined>> = {
  1: 'icmp',
  6: 'tcp',
  17: 'udp',
  58: 'ipv6-icmp',
};

const DIRECTIONS: Readonly<Record<string, string | undefined>> = {
  '%%14592': 'ingress',
  '%%14593': 'egress',
};

/** The source is who opened the connection, as in Sysmon. `Application` is a device path. */
function setConnection(document: EcsDocument, data: EventData): void {
  const source = canonicalIp(data.text('SourceAddress') ?? '');
  document.set('process.pid', parseNumber(data.text('ProcessId') ?? data.text('ProcessID')));
  setExecutable(document, 'process', data.text('Application'));
  document.set('network.direction', DIRECTIONS[data.text('Direction') ?? '']);
  document.set('network.transport', TRANSPORTS[data.text('Protocol') ?? '']);
  document.set('network.iana_number', data.text('Protocol'));
  if (source !== undefined) document.set('network.type', source.includes(':') ? 'ipv6' : 'ipv4');
  setAddress(document, 'source', source);
  document.set('source.port', parseNumber(data.text('SourcePort')));
  setAddress(document, 'destination', canonicalIp(data.text('DestAddress') ?? ''));
  document.set('destination.port', parseNumber(data.text('DestPort')));
}

const SERVICE_TYPES: Readonly<Record<string, string | undefined>> = {
  '0x1': 'Kernel Driver',
  '0x2': 'File System Driver',
  '0x8': 'Recognizer Driver',
  '0x10': 'Win32 Own Process',
  '0x20': 'Win32 Share Process',
  '0x110': 'Interactive Own Process',
  '0x120': 'Interactive Share Process',
};

function setService(document: EcsDocument, data: EventData): void {
  document.set('service.name', data.text('ServiceName'));
  document.set('service.type', SERVICE_TYPES[data.text('ServiceType') ?? '']);
}

function setSharedFile(document: EcsDocument, data: EventData): void {
  const name = data.text('RelativeTargetName');
  const directory = data.text('ShareLocalPath');
  const share = data.text('ShareName');
  document.set('file.directory', directory);
  if (name === undefined) return;
  document.set('file.name', name);
  document.set('file.extension', fileExtension(name));
  if (directory !== undefined) document.set('file.path', `${directory}\\${name}`);
  if (share !== undefined) document.set('file.target_path', `${share}\\${name}`);
}

const HAS_PRIVILEGES = codes('4672 4673 4674');

function splitPrivileges(data: EventData, code: string): void {
  const list = HAS_PRIVILEGES.has(code) ? data.text('PrivilegeList') : undefined;
  if (list !== undefined) data.put('PrivilegeList', list.trim().split(/\s+/));
}

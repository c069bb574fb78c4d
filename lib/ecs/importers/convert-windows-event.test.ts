import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { JsonObject } from '../json';
import { convertWindowsEvent } from './convert-windows-event';
import { LocalClocks } from './local-clocks';
import { windowsShape } from './windows-event';

const SYSMON = {
  Channel: 'Microsoft-Windows-Sysmon/Operational',
  SourceName: 'Microsoft-Windows-Sysmon',
  ProviderGuid: '{5770385F-C22A-43E0-BF4C-06F5698FFBD9}',
  Hostname: 'WS7.Example.com',
  EventReceivedTime: '2024-03-05 10:00:03',
  EventTime: '2024-03-05 10:00:00',
  '@timestamp': '2024-03-05T14:00:03.000Z',
  UtcTime: '2024-03-05 14:00:00.123',
  RecordNumber: 77,
  ExecutionProcessID: 3172,
  ThreadID: 4048,
  UserID: 'S-1-5-18',
  AccountName: 'SYSTEM',
  AccountType: 'User',
  Domain: 'NT AUTHORITY',
  Image: 'C:\\Windows\\System32\\services.exe',
  ProcessGuid: '{11111111-2222-3333-4444-555555555555}',
  RuleName: '-',
} as const;

const SECURITY = {
  Channel: 'security',
  SourceName: 'Microsoft-Windows-Security-Auditing',
  Hostname: 'WS7.Example.com',
  EventReceivedTime: '2024-03-05 10:00:03',
  EventTime: '2024-03-05 10:00:00',
  '@timestamp': '2024-03-05T14:00:03.000Z',
  EventType: 'AUDIT_SUCCESS',
  Keywords: -9214364837600034816n,
  SubjectUserSid: 'S-1-5-21-1-2-3-1104',
  SubjectUserName: 'alice',
  SubjectDomainName: 'EXAMPLE',
  SubjectLogonId: '0x3e7',
} as const;

function convert(raw: JsonObject, clocks = new LocalClocks()) {
  const converted = convertWindowsEvent(raw, windowsShape(raw)!, clocks);
  expect(converted).toBeDefined();
  return converted!;
}

function sourceOf(raw: JsonObject): JsonObject {
  return convert(raw).source;
}

describe('the header', () => {
  it('gives host, log and agent fields', () => {
    expect(convert({ ...SYSMON, EventID: 5, Category: 'Process terminated' })).toEqual({
      index: 'logs-windows.sysmon_operational-default',
      source: {
        '@timestamp': '2024-03-05T14:00:00.123Z',
        ecs: { version: '8.0.0' },
        data_stream: {
          type: 'logs',
          dataset: 'windows.sysmon_operational',
          namespace: 'default',
        },
        event: {
          kind: 'event',
          code: '5',
          module: 'windows',
          dataset: 'windows.sysmon_operational',
          provider: 'Microsoft-Windows-Sysmon',
          action: 'Process terminated',
          category: ['process'],
          type: ['end'],
          created: '2024-03-05T14:00:03.000Z',
          ingested: '2024-03-05T14:00:03.000Z',
        },
        host: {
          os: { type: 'windows', family: 'windows', platform: 'windows' },
          name: 'ws7.example.com',
          hostname: 'WS7.Example.com',
          id: 'ws7.example.com',
        },
        process: {
          entity_id: '{11111111-2222-3333-4444-555555555555}',
          executable: 'C:\\Windows\\System32\\services.exe',
          name: 'services.exe',
        },
        user: { id: 'S-1-5-18' },
        winlog: {
          channel: 'Microsoft-Windows-Sysmon/Operational',
          event_id: '5',
          computer_name: 'WS7.Example.com',
          provider_name: 'Microsoft-Windows-Sysmon',
          provider_guid: '{5770385F-C22A-43E0-BF4C-06F5698FFBD9}',
          record_id: '77',
          task: 'Process terminated',
          process: { pid: 3172, thread: { id: 4048 } },
          user: {
            identifier: 'S-1-5-18',
            name: 'SYSTEM',
            domain: 'NT AUTHORITY',
            type: 'User',
          },
        },
      },
    });
  });

  it.each([
    ['SYSTEM', 'logs-system.system-default', 'System'],
    ['security', 'logs-system.security-default', 'Security'],
    ['Application', 'logs-system.application-default', 'Application'],
    ['Windows PowerShell', 'logs-windows.powershell-default', 'Windows PowerShell'],
    [
      'microsoft-windows-powershell/operational',
      'logs-windows.powershell_operational-default',
      'Microsoft-Windows-PowerShell/Operational',
    ],
    ['Directory Service', 'logs-winlog.winlog-default', 'Directory Service'],
  ])('puts channel %s into %s', (channel, index, spelled) => {
    const converted = convert({ ...SECURITY, EventID: 9999, Channel: channel });
    expect(converted.index).toBe(index);
    expect(converted.source).toMatchObject({ winlog: { channel: spelled } });
  });

  it('keeps what has no mapping as event data, without what is empty', () => {
    const source = sourceOf({
      ...SYSMON,
      EventID: 200,
      Extra: 'x',
      Dash: '-',
      Empty: '',
      Nothing: null,
      NoGuid: '{00000000-0000-0000-0000-000000000000}',
    });
    expect(source).toMatchObject({ winlog: { event_data: { Extra: 'x' } } });
    expect(JSON.stringify(source)).not.toMatch(/Dash|Empty|Nothing|NoGuid/);
  });

  it("takes NXLog's level for a level, and Sysmon's event type for data", () => {
    const level = sourceOf({ ...SYSMON, EventID: 12, EventType: 'INFO', Severity: 'INFO' });
    expect(level).toMatchObject({ log: { level: 'information' } });
    expect(JSON.stringify(level)).not.toContain('EventType');
    const data = sourceOf({ ...SYSMON, EventID: 12, EventType: 'CreateKey' });
    expect(data).toMatchObject({ winlog: { event_data: { EventType: 'CreateKey' } } });
  });

  it('reads success and failure from the keywords of an export', () => {
    const exported = { Channel: 'Security', TimeCreated: '2024-03-05T10:00:00Z', EventID: 4673 };
    expect(sourceOf({ ...exported, Keywords: '0x8020000000000000' })).toMatchObject({
      event: { outcome: 'success' },
      winlog: { keywords: ['Audit Success'] },
    });
    expect(sourceOf({ ...exported, Keywords: '0x8010000000000000' })).toMatchObject({
      event: { outcome: 'failure' },
    });
  });
});

describe('time', () => {
  const observed = new LocalClocks();
  observed.observe({
    host: 'WS7.Example.com',
    utc: Date.UTC(2024, 2, 5, 14),
    local: '2024-03-05 10:00:00',
    isStamped: true,
  });

  it('of an event without UtcTime is the local time less the offset', () => {
    expect(convert({ ...SECURITY, EventID: 4634 }, observed).source).toMatchObject({
      '@timestamp': '2024-03-05T14:00:00.000Z',
      event: { created: '2024-03-05T14:00:03.000Z' },
    });
  });

  it('of an export does not come from local times written with Z', () => {
    const raw = {
      Channel: 'Security',
      EventID: 4634,
      Hostname: 'WS7',
      TimeCreated: '2024-03-05T10:00:07.500Z',
      '@timestamp': '2024-03-05T10:00:07.500Z',
    };
    expect(convert(raw, observed).source).toMatchObject({
      '@timestamp': '2024-03-05T14:00:07.500Z',
      host: { id: 'ws7.example.com', hostname: 'WS7' },
      event: { created: '2024-03-05T14:00:07.500Z' },
    });
  });

  it('may be missing: then there is no event', () => {
    const raw = { Channel: 'Security', EventID: 4634, TimeCreated: 'noon' };
    expect(convertWindowsEvent(raw, 'export', observed)).toBeUndefined();
  });
});

describe('Sysmon', () => {
  it('1 gives the process and its parent', () => {
    const source = sourceOf({
      ...SYSMON,
      EventID: 1,
      ProcessId: '6328',
      Image: 'C:\\Windows\\System32\\cmd.exe',
      CommandLine: '"C:\\Windows\\System32\\cmd.exe" /c echo "a b"',
      CurrentDirectory: 'C:\\',
      User: 'EXAMPLE\\alice',
      OriginalFileName: 'Cmd.Exe',
      Company: 'Example',
      Hashes: `MD5=${'AB'.repeat(16)},SHA256=${'0F'.repeat(32)},IMPHASH=${'0'.repeat(32)}`,
      ParentImage: 'C:\\Windows\\System32\\services.exe',
      ParentProcessId: '704',
      ParentProcessGuid: '{11111111-0000-0000-0000-000000000001}',
      ParentCommandLine: 'C:\\Windows\\system32\\services.exe',
      IntegrityLevel: 'System',
    });
    expect(source).toMatchObject({
      event: { category: ['process'], type: ['start'], action: 'Process creation' },
      process: {
        pid: 6328,
        name: 'cmd.exe',
        command_line: '"C:\\Windows\\System32\\cmd.exe" /c echo "a b"',
        args: ['C:\\Windows\\System32\\cmd.exe', '/c', 'echo', 'a b'],
        args_count: 4,
        working_directory: 'C:\\',
        hash: { md5: 'ab'.repeat(16), sha256: '0f'.repeat(32) },
        pe: { original_file_name: 'Cmd.Exe', company: 'Example' },
        parent: {
          entity_id: '{11111111-0000-0000-0000-000000000001}',
          pid: 704,
          executable: 'C:\\Windows\\System32\\services.exe',
          name: 'services.exe',
          args: ['C:\\Windows\\system32\\services.exe'],
          args_count: 1,
        },
      },
      user: { id: 'S-1-5-18', domain: 'EXAMPLE', name: 'alice' },
      related: { user: ['alice'], hash: ['ab'.repeat(16), '0f'.repeat(32)] },
      winlog: { event_data: { IntegrityLevel: 'System', Company: 'Example' } },
    });
    expect(JSON.stringify(source)).not.toContain('imphash');
  });

  it('has no process.pid where the recording has none', () => {
    expect(sourceOf({ ...SYSMON, EventID: 5 }).process).not.toHaveProperty('pid');
  });

  it('gives no name to what is no path', () => {
    const { process } = sourceOf({ ...SYSMON, EventID: 5, Image: '<unknown process>' });
    expect(process).toMatchObject({ executable: '<unknown process>' });
    expect(process).not.toHaveProperty('name');
  });

  it('3 gives a connection, its source being who opened it', () => {
    const raw = {
      ...SYSMON,
      EventID: 3,
      Protocol: 'tcp',
      Initiated: 'false',
      SourceIsIpv6: 'false',
      SourceIp: '192.0.2.5',
      SourcePort: '56608',
      SourceHostname: '-',
      SourcePortName: '-',
      DestinationIsIpv6: 'false',
      DestinationIp: '192.0.2.6',
      DestinationPort: '49726',
      DestinationHostname: 'ws7.example.com',
      DestinationPortName: '-',
      User: 'NT AUTHORITY\\SYSTEM',
    };
    const source = sourceOf(raw);
    expect(source).toMatchObject({
      event: { category: ['network'], type: ['start', 'connection', 'protocol'] },
      network: { transport: 'tcp', direction: 'ingress', type: 'ipv4' },
      source: { ip: '192.0.2.5', port: 56608 },
      destination: { ip: '192.0.2.6', port: 49726, domain: 'ws7.example.com' },
      related: { ip: ['192.0.2.5', '192.0.2.6'], user: ['SYSTEM'] },
    });
    expect(source.source).not.toHaveProperty('domain');
    expect(source.winlog).not.toHaveProperty('event_data');
    expect(sourceOf({ ...raw, Initiated: 'true' })).toMatchObject({
      network: { direction: 'egress' },
    });
  });

  it('7 gives the loaded image as file and as dll', () => {
    const source = sourceOf({
      ...SYSMON,
      EventID: 7,
      ImageLoaded: 'C:\\Windows\\System32\\edputil.dll',
      OriginalFileName: 'EDPUTIL.DLL',
      Hashes: `SHA1=${'AB'.repeat(20)}`,
      Signed: 'true',
      Signature: 'Example Signer',
      SignatureStatus: 'Valid',
    });
    const image = {
      path: 'C:\\Windows\\System32\\edputil.dll',
      name: 'edputil.dll',
      hash: { sha1: 'ab'.repeat(20) },
      pe: { original_file_name: 'EDPUTIL.DLL' },
      code_signature: {
        exists: true,
        trusted: true,
        subject_name: 'Example Signer',
        status: 'Valid',
      },
    };
    expect(source).toMatchObject({
      event: { category: ['process'], type: ['change'], action: 'Image loaded' },
      process: { name: 'services.exe' },
      file: { ...image, directory: 'C:\\Windows\\System32', extension: 'dll' },
      dll: image,
    });
    expect(source.process).not.toHaveProperty('hash');
  });

  it('8 and 10 give the source as the process and keep the target', () => {
    const target = { TargetImage: 'C:\\b.exe', TargetProcessId: '9' };
    expect(
      sourceOf({
        ...SYSMON,
        ...target,
        EventID: 10,
        Image: undefined,
        ProcessGuid: undefined,
        SourceImage: 'C:\\a.exe',
        SourceProcessId: '8',
        SourceThreadId: '80',
        SourceProcessGUID: '{11111111-0000-0000-0000-000000000008}',
        TargetProcessGUID: '{11111111-0000-0000-0000-000000000009}',
        GrantedAccess: '0x1000',
      }),
    ).toMatchObject({
      event: { category: ['process'], type: ['access'], action: 'ProcessAccess' },
      process: {
        entity_id: '{11111111-0000-0000-0000-000000000008}',
        pid: 8,
        thread: { id: 80 },
        executable: 'C:\\a.exe',
      },
      winlog: {
        event_data: {
          ...target,
          GrantedAccess: '0x1000',
          TargetProcessGUID: '{11111111-0000-0000-0000-000000000009}',
        },
      },
    });
  });

  it.each([
    ['DWORD (0x00000067)', { strings: ['103'], type: 'SZ_DWORD' }],
    ['QWORD (0x00000001-0x00000002)', { strings: ['4294967298'], type: 'SZ_QWORD' }],
    ['Binary Data', { strings: ['Binary Data'], type: 'REG_BINARY' }],
    ['%SystemRoot%\\x', { strings: ['%SystemRoot%\\x'], type: 'REG_SZ' }],
  ])('13 gives the registry value %s', (details, data) => {
    expect(
      sourceOf({
        ...SYSMON,
        EventID: 13,
        TargetObject: 'HKLM\\System\\CurrentControlSet\\Services\\Updater\\Start',
        Details: details,
      }),
    ).toMatchObject({
      event: { category: ['configuration', 'registry'], action: 'RegistryEvent (Value Set)' },
      registry: {
        path: 'HKLM\\System\\CurrentControlSet\\Services\\Updater\\Start',
        hive: 'HKLM',
        key: 'System\\CurrentControlSet\\Services\\Updater\\Start',
        value: 'Start',
        data,
      },
    });
  });

  it('11 gives the file, 17 the pipe', () => {
    expect(sourceOf({ ...SYSMON, EventID: 11, TargetFilename: 'C:\\Temp\\a.b.ps1' })).toMatchObject(
      {
        event: { category: ['file'], type: ['creation'] },
        file: {
          path: 'C:\\Temp\\a.b.ps1',
          name: 'a.b.ps1',
          directory: 'C:\\Temp',
          extension: 'ps1',
        },
      },
    );
    expect(sourceOf({ ...SYSMON, EventID: 17, PipeName: '&lt;Anonymous Pipe&gt;' })).toMatchObject({
      file: { name: '<Anonymous Pipe>' },
    });
  });

  it('22 gives question and answers', () => {
    expect(
      sourceOf({
        ...SYSMON,
        EventID: 22,
        QueryName: 'www.example.com',
        QueryStatus: '0',
        QueryResults: 'type:  5 alias.example.net;::ffff:192.0.2.7;2001:DB8::1;',
      }),
    ).toMatchObject({
      network: { protocol: 'dns' },
      dns: {
        question: { name: 'www.example.com' },
        resolved_ip: ['192.0.2.7', '2001:db8::1'],
        answers: [
          { type: 'CNAME', data: 'alias.example.net' },
          { type: 'A', data: '192.0.2.7' },
          { type: 'AAAA', data: '2001:db8::1' },
        ],
      },
      sysmon: { dns: { status: 'SUCCESS' } },
      related: {
        hosts: ['alias.example.net', 'www.example.com'],
        ip: ['192.0.2.7', '2001:db8::1'],
      },
    });
  });

  it.each(Array.from({ length: 26 }, (_, at) => at + 1))('%i has an action and a type', (code) => {
    const { event } = sourceOf({ ...SYSMON, EventID: code }) as { event: JsonObject };
    expect(event.code).toBe(String(code));
    expect(event.action).toMatch(/^[A-Z]/);
    expect(event.type).not.toEqual([]);
  });
});

describe('Security', () => {
  it('4688 gives process and parent by hexadecimal ids', () => {
    expect(
      sourceOf({
        ...SECURITY,
        EventID: 4688,
        NewProcessId: '0xc28',
        NewProcessName: 'C:\\Windows\\System32\\sc.exe',
        CommandLine: 'sc  query',
        ProcessId: '0x21f4',
        ParentProcessName: 'C:\\Windows\\System32\\cmd.exe',
        TargetUserName: '-',
      }),
    ).toMatchObject({
      event: {
        category: ['process'],
        type: ['start'],
        action: 'created-process',
        outcome: 'success',
      },
      process: {
        pid: 0xc28,
        executable: 'C:\\Windows\\System32\\sc.exe',
        name: 'sc.exe',
        args: ['sc', 'query'],
        parent: { pid: 0x21f4, name: 'cmd.exe' },
      },
      user: { id: 'S-1-5-21-1-2-3-1104', name: 'alice', domain: 'EXAMPLE' },
      winlog: { logon: { id: '0x3e7' } },
    });
  });

  const TARGET = {
    TargetUserSid: 'S-1-5-21-1-2-3-1105',
    TargetUserName: 'bob@EXAMPLE.COM',
    TargetDomainName: 'EXAMPLE.COM',
    TargetLogonId: '0xea',
  };

  it.each([
    ['4624', 'logged-in', 'success', '3', 'Network'],
    ['4624', 'logged-in', 'success', '10', 'RemoteInteractive'],
    ['4625', 'logon-failed', 'failure', '2', 'Interactive'],
  ])('%s gives who logged on, from where and how (%s)', (code, action, outcome, type, name) => {
    expect(
      sourceOf({
        ...SECURITY,
        ...TARGET,
        EventID: Number(code),
        EventType: outcome === 'success' ? 'AUDIT_SUCCESS' : 'AUDIT_FAILURE',
        LogonType: type,
        IpAddress: '::ffff:192.0.2.5',
        IpPort: '56588',
        ProcessName: 'C:\\Windows\\System32\\winlogon.exe',
        ProcessId: '0x10',
      }),
    ).toMatchObject({
      event: { category: ['authentication'], type: ['start'], action, outcome },
      user: { id: 'S-1-5-21-1-2-3-1105', name: 'bob', domain: 'EXAMPLE.COM' },
      source: { ip: '192.0.2.5', port: 56588 },
      process: { executable: 'C:\\Windows\\System32\\winlogon.exe', pid: 16 },
      winlog: { logon: { type: name } },
      related: { user: ['bob', 'alice'], ip: ['192.0.2.5'] },
    });
  });

  it('4624 names the session that begins, 4648 that of the subject', () => {
    expect(sourceOf({ ...SECURITY, ...TARGET, EventID: 4624 })).toMatchObject({
      winlog: { logon: { id: '0xea' } },
    });
    expect(sourceOf({ ...SECURITY, ...TARGET, EventID: 4648 })).toMatchObject({
      user: { name: 'alice', effective: { name: 'bob' } },
      winlog: { logon: { id: '0x3e7' } },
    });
  });

  it('leaves names that stand where an address is expected', () => {
    const source = sourceOf({ ...SECURITY, ...TARGET, EventID: 4624, IpAddress: 'LOCAL' });
    expect(source).not.toHaveProperty('source.ip');
    expect(source).toMatchObject({ winlog: { event_data: { IpAddress: 'LOCAL' } } });
  });

  it('4672 gives a list of privileges', () => {
    expect(
      sourceOf({ ...SECURITY, EventID: 4672, PrivilegeList: 'SeTcb\r\n\t\t\tSeDebug' }),
    ).toMatchObject({
      event: { action: 'logged-in-special', category: ['iam'], type: ['admin'] },
      winlog: { event_data: { PrivilegeList: ['SeTcb', 'SeDebug'] } },
    });
  });

  it('4697 and System 7045 give the new service', () => {
    expect(
      sourceOf({ ...SECURITY, EventID: 4697, ServiceName: 'Updater', ServiceType: '0x10' }),
    ).toMatchObject({
      event: { category: ['iam', 'configuration'], action: 'service-installed' },
      service: { name: 'Updater', type: 'Win32 Own Process' },
      winlog: { event_data: { ServiceName: 'Updater' } },
    });
    expect(
      sourceOf({
        ...SYSMON,
        UtcTime: undefined,
        Channel: 'System',
        SourceName: 'Service Control Manager',
        EventID: 7045,
        ServiceName: 'Updater',
        ImagePath: 'cmd /c a &amp;&amp; b',
      }),
    ).toMatchObject({
      event: { category: ['configuration'], action: 'service-installed' },
      service: { name: 'Updater' },
      winlog: { event_data: { ServiceName: 'Updater', ImagePath: 'cmd /c a && b' } },
    });
  });

  it('4720 and 4732 give the changed account and group', () => {
    expect(
      sourceOf({ ...SECURITY, EventID: 4720, TargetSid: 'S-1-9', TargetUserName: 'eve' }),
    ).toMatchObject({
      event: { category: ['iam'], type: ['user', 'creation'], action: 'added-user-account' },
      user: { name: 'alice', target: { id: 'S-1-9', name: 'eve' } },
      related: { user: ['alice', 'eve'] },
    });
    expect(
      sourceOf({
        ...SECURITY,
        EventID: 4732,
        TargetSid: 'S-1-5-32-544',
        TargetUserName: 'Administrators',
        TargetDomainName: 'Builtin',
        MemberSid: 'S-1-9',
        MemberName: 'CN=eve,CN=Users,DC=example,DC=com',
      }),
    ).toMatchObject({
      event: { action: 'added-member-to-group', type: ['group', 'change'] },
      group: { id: 'S-1-5-32-544', name: 'Administrators', domain: 'Builtin' },
      user: { target: { id: 'S-1-9', name: 'eve', group: { name: 'Administrators' } } },
    });
  });

  it.each([
    [4698, 'scheduled-task-created'],
    [4702, 'scheduled-task-updated'],
  ])('%i keeps the task and decodes what NXLog escaped', (code, action) => {
    const name = code === 4698 ? 'TaskContent' : 'TaskContentNew';
    expect(
      sourceOf({ ...SECURITY, EventID: code, TaskName: '\\x', [name]: '&lt;Task&gt;' }),
    ).toMatchObject({
      event: { category: ['iam', 'configuration'], action },
      winlog: { event_data: { TaskName: '\\x', [name]: '<Task>' } },
    });
  });

  it('5145 gives the shared file', () => {
    expect(
      sourceOf({
        ...SECURITY,
        EventID: 5145,
        ShareName: '\\\\*\\C$',
        ShareLocalPath: '\\??\\C:',
        RelativeTargetName: 'Temp\\x.exe',
        IpAddress: '192.0.2.5',
        IpPort: '62782',
      }),
    ).toMatchObject({
      event: { category: ['network', 'file'], type: ['info', 'access'] },
      file: {
        name: 'Temp\\x.exe',
        extension: 'exe',
        path: '\\??\\C:\\Temp\\x.exe',
        target_path: '\\\\*\\C$\\Temp\\x.exe',
      },
      source: { ip: '192.0.2.5', port: 62782 },
    });
  });

  it('5156 gives the connection and keeps its data', () => {
    const data = {
      Application: '\\device\\harddiskvolume2\\windows\\system32\\services.exe',
      Direction: '%%14592',
      SourceAddress: '192.0.2.5',
      SourcePort: '56608',
      DestAddress: '192.0.2.6',
      DestPort: '49726',
      Protocol: '6',
      ProcessId: '704',
    };
    expect(sourceOf({ ...SECURITY, ...data, EventID: 5156 })).toMatchObject({
      event: { category: ['network'], action: 'windows-firewall-connection' },
      network: { direction: 'ingress', transport: 'tcp', type: 'ipv4' },
      source: { ip: '192.0.2.5', port: 56608 },
      destination: { ip: '192.0.2.6', port: 49726 },
      process: { pid: 704, name: 'services.exe' },
      winlog: { event_data: data },
    });
  });
});

describe('PowerShell', () => {
  const POWERSHELL = {
    ...SYSMON,
    UtcTime: undefined,
    Image: undefined,
    ProcessGuid: undefined,
    Channel: 'Microsoft-Windows-PowerShell/Operational',
    SourceName: 'Microsoft-Windows-PowerShell',
  };

  it('4103 gives what ran, by whom, and the bound parameters', () => {
    expect(
      sourceOf({
        ...POWERSHELL,
        EventID: 4103,
        ContextInfo:
          '   Severity = Informational\r\n   Host Name = ConsoleHost\r\n   Host ID = 77-88\r\n   Host Application = powershell.exe -a "b=c d"\r\n   Pipeline ID = 5\r\n   Command Name = Get-Item\r\n   Sequence Number = 16\r\n   User = EXAMPLE\\alice\r\n   Connected User = \r\n',
        Payload:
          'CommandInvocation(Get-Item): "Get-Item"\r\nParameterBinding(Get-Item): name="Path"; value="C:\\"\r\n',
      }),
    ).toMatchObject({
      event: { category: ['process'], type: ['info'], sequence: 16 },
      process: {
        entity_id: '77-88',
        title: 'ConsoleHost',
        command_line: 'powershell.exe -a "b=c d"',
        args: ['powershell.exe', '-a', 'b=c d'],
      },
      user: { name: 'alice', domain: 'EXAMPLE' },
      powershell: {
        pipeline_id: '5',
        command: {
          name: 'Get-Item',
          invocation_details: [
            { type: 'CommandInvocation', related_command: 'Get-Item', value: '"Get-Item"' },
            {
              type: 'ParameterBinding',
              related_command: 'Get-Item',
              name: '"Path"',
              value: '"C:\\"',
            },
          ],
        },
      },
    });
  });

  it('4104 gives the script block', () => {
    expect(
      sourceOf({
        ...POWERSHELL,
        EventID: 4104,
        MessageNumber: '1',
        MessageTotal: '2',
        ScriptBlockId: 'id',
        ScriptBlockText: 'if (1 -gt 0) { "&lt;" }',
        Path: 'C:\\Temp\\x.ps1',
      }),
    ).toMatchObject({
      powershell: {
        sequence: 1,
        total: 2,
        file: { script_block_id: 'id', script_block_text: 'if (1 -gt 0) { "<" }' },
      },
      file: { path: 'C:\\Temp\\x.ps1', name: 'x.ps1', extension: 'ps1' },
    });
  });
});

it('converts fields of any type without an error', () => {
  const names = Object.keys({
    ...SYSMON,
    ...SECURITY,
    CommandLine: 1,
    TargetObject: 1,
    Details: 1,
    Hashes: 1,
    QueryResults: 1,
    ContextInfo: 1,
    Payload: 1,
    PrivilegeList: 1,
    SourceIp: 1,
  });
  const channel = fc.constantFrom(
    'Security',
    'System',
    'Microsoft-Windows-Sysmon/Operational',
    'Microsoft-Windows-PowerShell/Operational',
  );
  const code = fc.constantFrom(1, 3, 7, 13, 22, 4103, 4104, 4624, 4672, 4688, 4732, 5145, 5156);
  const fields = fc.dictionary(fc.constantFrom(...names), fc.jsonValue({ maxDepth: 2 }));
  fc.assert(
    fc.property(fields, channel, code, (raw, Channel, EventID) => {
      const event = { ...raw, Channel, EventID, '@timestamp': '2024-03-05T14:00:03Z' };
      expect(convertWindowsEvent(event as JsonObject, 'nxlog', new LocalClocks())?.index).toMatch(
        /^logs-/,
      );
    }),
  );
});

import type { JsonObject } from '../json';
import type { EcsDocument } from './ecs-document';
import type { WindowsEvent } from './windows-event';

/** Sysmon 12, 13 and 14: `TargetObject` is the path; its last part is called the value, for keys as well. */
export function setRegistry(document: EcsDocument, { data }: WindowsEvent): void {
  const path = data.take('TargetObject');
  if (path === undefined) return;
  const parts = path.split('\\');
  const hive = HIVES[parts[0]!.toUpperCase()];
  document.set('registry.path', path);
  document.set('registry.hive', hive);
  if (hive !== undefined && parts.length > 1) {
    document.set('registry.key', parts.slice(1).join('\\'));
  }
  document.set('registry.value', parts.at(-1));
  const details = data.text('Details');
  if (details !== undefined) document.set('registry.data', registryData(details));
}

const HIVES: Readonly<Record<string, string | undefined>> = {
  HKEY_CLASSES_ROOT: 'HKCR',
  HKCR: 'HKCR',
  HKEY_CURRENT_CONFIG: 'HKCC',
  HKCC: 'HKCC',
  HKEY_CURRENT_USER: 'HKCU',
  HKCU: 'HKCU',
  HKEY_DYN_DATA: 'HKDD',
  HKDD: 'HKDD',
  HKEY_LOCAL_MACHINE: 'HKLM',
  HKLM: 'HKLM',
  HKEY_PERFORMANCE_DATA: 'HKPD',
  HKPD: 'HKPD',
  HKEY_USERS: 'HKU',
  HKU: 'HKU',
};

const DWORD = /^DWORD \((0x[0-9a-f]{8})\)$/i;
const QWORD = /^QWORD \(0x([0-9a-f]{8})-0x([0-9a-f]{8})\)$/i;

/** Numbers become decimal text; the names of types are those of Elastic's pipeline. */
function registryData(details: string): JsonObject {
  const dword = DWORD.exec(details);
  if (dword !== null) return { strings: [String(Number(dword[1]))], type: 'SZ_DWORD' };
  const qword = QWORD.exec(details);
  if (qword !== null) {
    // High and low half. Elastic's pipeline shifts the high half by 8 bits, which gives another number.
    return { strings: [BigInt(`0x${qword[1]}${qword[2]}`).toString()], type: 'SZ_QWORD' };
  }
  const type = details === 'Binary Data' ? 'REG_BINARY' : 'REG_SZ';
  return { strings: [details], type };
}

import { canonicalIp } from '../ip';
import type { JsonObject } from '../json';
import type { EcsDocument } from './ecs-document';
import type { EventData } from './windows-event';

/**
 * Sysmon's DNS query: the question, and the answers in `QueryResults`, such as
 * `type:  5 alias.example.com;::ffff:192.0.2.7;`.
 */
export function setDnsAnswers(document: EcsDocument, data: EventData): void {
  const question = data.take('QueryName');
  const answers: JsonObject[] = [];
  const addresses: string[] = [];
  for (const result of data.take('QueryResults')?.split(';') ?? []) {
    const record = /^type:\s*(\d+)\s*(\S.*)?$/.exec(result);
    if (record !== null) {
      const [, number, name] = record;
      const type = RECORD_TYPES[number!] ?? number!;
      answers.push(name === undefined ? { type } : { type, data: name });
      document.append('related.hosts', name);
    } else {
      const address = canonicalIp(result.trim());
      if (address !== undefined) addresses.push(address);
    }
  }
  for (const address of addresses) {
    answers.push({ type: address.includes(':') ? 'AAAA' : 'A', data: address });
    document.append('related.ip', address);
  }
  document.set('dns.question.name', question);
  if (answers.length > 0) document.set('dns.answers', answers);
  if (addresses.length > 0) document.set('dns.resolved_ip', addresses);
  document.append('related.hosts', question);
  const status = data.take('QueryStatus');
  document.set('sysmon.dns.status', QUERY_STATUS[status ?? ''] ?? status);
}

const RECORD_TYPES: Readonly<Record<string, string | undefined>> = {
  1: 'A',
  2: 'NS',
  5: 'CNAME',
  6: 'SOA',
  12: 'PTR',
  13: 'HINFO',
  15: 'MX',
  16: 'TXT',
  28: 'AAAA',
  29: 'LOC',
  33: 'SRV',
  35: 'NAPTR',
  37: 'CERT',
  39: 'DNAME',
  41: 'OPT',
  43: 'DS',
  46: 'RRSIG',
  47: 'NSEC',
  48: 'DNSKEY',
  251: 'IXFR',
  252: 'AXFR',
  255: 'ANY',
  65281: 'WINS',
  65282: 'WINSR',
};

/** The results of DnsQuery that Windows returns in practice, by their names in WinError.h. */
const QUERY_STATUS: Readonly<Record<string, string | undefined>> = {
  0: 'SUCCESS',
  5: 'ERROR_ACCESS_DENIED',
  13: 'ERROR_INVALID_DATA',
  14: 'ERROR_OUTOFMEMORY',
  123: 'ERROR_INVALID_NAME',
  1214: 'ERROR_INVALID_NETNAME',
  1223: 'ERROR_CANCELLED',
  1460: 'ERROR_TIMEOUT',
  9001: 'DNS_ERROR_RCODE_FORMAT_ERROR',
  9002: 'DNS_ERROR_RCODE_SERVER_FAILURE',
  9003: 'DNS_ERROR_RCODE_NAME_ERROR',
  9004: 'DNS_ERROR_RCODE_NOT_IMPLEMENTED',
  9005: 'DNS_ERROR_RCODE_REFUSED',
  9501: 'DNS_INFO_NO_RECORDS',
  9502: 'DNS_ERROR_BAD_PACKET',
  9560: 'DNS_ERROR_INVALID_NAME_CHAR',
  9701: 'DNS_ERROR_RECORD_DOES_NOT_EXIST',
  9714: 'DNS_ERROR_NAME_DOES_NOT_EXIST',
  9852: 'DNS_ERROR_NO_DNS_SERVERS',
  10054: 'WSAECONNRESET',
  10060: 'WSAETIMEDOUT',
};

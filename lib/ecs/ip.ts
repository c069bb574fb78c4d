/**
 * An IP address in the one spelling that an `ip` field gives back: IPv4 dotted, IPv6 as RFC 5952 says (lower case,
 * longest run of zero groups shortened), an IPv4-mapped IPv6 address as IPv4. `undefined` for anything else:
 * zone ids (`fe80::1%3`), ports and leading zeros are malformed, as in Elasticsearch.
 */
export function canonicalIp(text: string): string | undefined {
  if (IPV4.test(text)) return text;
  if (text.length > MAX_LENGTH || !text.includes(':')) return undefined;
  if (canonicalIpv6.has(text)) return canonicalIpv6.get(text);
  if (canonicalIpv6.size >= MAX_REMEMBERED) canonicalIpv6.clear();
  const canonical = parseIpv6(text);
  canonicalIpv6.set(text, canonical);
  return canonical;
}

/** What was seen lately: events repeat few addresses many times. */
const canonicalIpv6 = new Map<string, string | undefined>();
const MAX_REMEMBERED = 1_000;

function parseIpv6(text: string): string | undefined {
  const groups = ipv6Groups(text);
  if (groups === undefined) return undefined;
  const isMapped = groups.slice(0, 5).every((group) => group === 0) && groups[5] === 0xffff;
  return isMapped ? dotted(groups[6]!, groups[7]!) : compressed(groups);
}

const OCTET = '(?:25[0-5]|2[0-4]\\d|1\\d\\d|[1-9]?\\d)';
const IPV4 = new RegExp(`^${OCTET}(?:\\.${OCTET}){3}$`);
const GROUP = /^[0-9a-f]{1,4}$/i;
const MAX_LENGTH = '0000:0000:0000:0000:0000:ffff:255.255.255.255'.length;

function ipv6Groups(text: string): number[] | undefined {
  const halves = text.split('::');
  if (halves.length > 2) return undefined;
  const [head, tail] = halves.map((half, index) => groupsOf(half, index === halves.length - 1));
  if (head === undefined) return undefined;
  if (halves.length === 1) return head.length === 8 ? head : undefined;
  if (tail === undefined || head.length + tail.length > 7) return undefined;
  return [...head, ...Array<number>(8 - head.length - tail.length).fill(0), ...tail];
}

/** The 16-bit groups between colons; the last two may be written as an IPv4 address. */
function groupsOf(text: string, isLast: boolean): number[] | undefined {
  if (text === '') return [];
  const groups: number[] = [];
  const parts = text.split(':');
  for (const [index, part] of parts.entries()) {
    if (GROUP.test(part)) {
      groups.push(parseInt(part, 16));
    } else if (isLast && index === parts.length - 1 && IPV4.test(part)) {
      const [a, b, c, d] = part.split('.').map(Number) as [number, number, number, number];
      groups.push(a * 256 + b, c * 256 + d);
    } else {
      return undefined;
    }
  }
  return groups;
}

function dotted(high: number, low: number): string {
  return [high >> 8, high & 255, low >> 8, low & 255].join('.');
}

function compressed(groups: readonly number[]): string {
  let bestStart = -1;
  let bestLength = 1;
  for (let start = 0; start < 8; start++) {
    let end = start;
    while (end < 8 && groups[end] === 0) end++;
    if (end - start > bestLength) {
      bestStart = start;
      bestLength = end - start;
    }
  }
  const hex = (part: readonly number[]) => part.map((group) => group.toString(16)).join(':');
  if (bestStart === -1) return hex(groups);
  return `${hex(groups.slice(0, bestStart))}::${hex(groups.slice(bestStart + bestLength))}`;
}

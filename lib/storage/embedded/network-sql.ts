import { parseNetwork, type AddressBytes, type Network } from '@/lib/eql/ip';
import { anyOf, quoteText, type Sql } from './sql-text';

/** Whether an address in canonical text is in one of the networks. `undefined` where one is no network. */
export function inNetworks(networks: readonly string[], value: Sql): Sql | undefined {
  const parsed = networks.map(parseNetwork);
  const tests = parsed.map((network) => network && inNetwork(network, value));
  const known = tests.filter((test) => test !== undefined);
  return known.length === tests.length ? anyOf(known) : undefined;
}

/** Of 128 bits, those of the prefix that makes IPv4 addresses of IPv6 ones. */
const V4_PREFIX_BITS = 96;

function inNetwork({ address, bits }: Network, value: Sql): Sql {
  const isV4 = isMapped(address, Math.min(bits, V4_PREFIX_BITS));
  if (isV4 && bits >= V4_PREFIX_BITS) {
    return `regexp_full_match(${value}, ${quoteText(v4Regex(address.slice(12), bits - V4_PREFIX_BITS))})`;
  }
  const prefix = `CASE WHEN contains(${value}, ':') THEN ${hasPrefix(v6Digits(value), address, bits)} ELSE ${isV4} END`;
  return `CASE WHEN ${value} IS NOT NULL THEN ${prefix} END`;
}

function isMapped(address: AddressBytes, bits: number): boolean {
  for (let bit = 0; bit < bits; bit += 1) {
    const wanted = bit >= 80;
    const actual = (((address[bit >> 3] ?? 0) >> (7 - (bit & 7))) & 1) === 1;
    if (actual !== wanted) return false;
  }
  return true;
}

/** The dotted addresses that agree in the leading bits. */
function v4Regex(octets: AddressBytes, bits: number): string {
  return Array.from(octets, (octet, index) => {
    const free = Math.min(8, Math.max(0, 8 * (index + 1) - bits));
    if (free === 8) return '[0-9]+';
    const first = (octet >> free) << free;
    const values = Array.from({ length: 2 ** free }, (_, offset) => String(first + offset));
    return values.length === 1 ? values.join('') : `(?:${values.join('|')})`;
  }).join('\\.');
}

/** The 32 hexadecimal digits of an IPv6 address that may be shortened by `::`. */
function v6Digits(value: Sql): Sql {
  const groupsIn = (text: Sql): Sql =>
    `list_filter(string_split(${text}, ':'), lambda group_: group_ <> '')`;
  const whole = `replace(${value}, '::', ':' || repeat('0:', 8 - len(${groupsIn(value)})))`;
  return `array_to_string(list_transform(${groupsIn(whole)}, lambda group_: lpad(group_, 4, '0')), '')`;
}

function hasPrefix(digits: Sql, address: AddressBytes, bits: number): Sql {
  const wanted = Buffer.from(address).toString('hex');
  const whole = bits >> 2;
  const free = 4 - (bits & 3);
  const start = wanted.slice(0, whole);
  if (free === 4) return `starts_with(${digits}, '${start}')`;
  const first = (parseInt(wanted.charAt(whole), 16) >> free) << free;
  const starts = Array.from(
    { length: 2 ** free },
    (_, offset) => `'${start}${(first + offset).toString(16)}'`,
  );
  return `substring(${digits}, 1, ${whole + 1}) IN (${starts.join(', ')})`;
}

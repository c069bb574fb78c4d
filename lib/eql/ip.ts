/** IP addresses as 16 bytes, so that v4 and v4-mapped v6 are one and networks compare by prefix, as in Lucene's InetAddressPoint. */

export type AddressBytes = Uint8Array;

/** The bytes of an address, or `undefined` where the text is none. */
export function parseAddress(text: string): AddressBytes | undefined {
  const bytes = new Uint8Array(16);
  if (!text.includes(':')) {
    bytes[10] = 0xff;
    bytes[11] = 0xff;
    return readV4(text, bytes) ? bytes : undefined;
  }
  return readV6(text, bytes) ? bytes : undefined;
}

function readV4(text: string, into: Uint8Array): boolean {
  const parts = text.split('.');
  if (parts.length !== 4) return false;
  return parts.every((part, index) => {
    if (!/^(?:0|[1-9]\d{0,2})$/.test(part)) return false;
    into[12 + index] = Number(part);
    return Number(part) <= 255;
  });
}

function readV6(text: string, into: Uint8Array): boolean {
  const zone = text.indexOf('%');
  let body = zone < 0 ? text : text.slice(0, zone);
  const dotted = /:(\d+\.\d+\.\d+\.\d+)$/.exec(body)?.[1];
  if (dotted !== undefined) {
    if (!readV4(dotted, into)) return false;
    const [a = 0, b = 0, c = 0, d = 0] = into.slice(12);
    body = `${body.slice(0, -dotted.length)}${((a << 8) | b).toString(16)}:${((c << 8) | d).toString(16)}`;
  }
  const halves = body.split('::');
  if (halves.length > 2) return false;
  const [head = '', tail] = halves;
  const left = head === '' ? [] : head.split(':');
  const right = tail === undefined || tail === '' ? [] : tail.split(':');
  const missing = 8 - left.length - right.length;
  if (tail === undefined ? missing !== 0 : missing < 1) return false;
  const groups = [...left, ...Array<string>(missing).fill('0'), ...right];
  return groups.every((group, index) => {
    if (!/^[0-9a-fA-F]{1,4}$/.test(group)) return false;
    const value = Number.parseInt(group, 16);
    into[index * 2] = value >> 8;
    into[index * 2 + 1] = value & 0xff;
    return true;
  });
}

/** Order of addresses by their bytes. */
export function compareAddresses(a: AddressBytes, b: AddressBytes): number {
  for (let index = 0; index < 16; index += 1) {
    const difference = (a[index] ?? 0) - (b[index] ?? 0);
    if (difference !== 0) return difference;
  }
  return 0;
}

/** Whether the address is an IPv4 one, which stands as `::ffff:a.b.c.d` in its 16 bytes. */
export function isMappedV4(address: AddressBytes): boolean {
  return (
    address[10] === 0xff &&
    address[11] === 0xff &&
    address.subarray(0, 10).every((byte) => byte === 0)
  );
}

export interface Network {
  readonly address: AddressBytes;
  /** Leading bits that must agree, of 128. */
  readonly bits: number;
}

/** `10.0.0.0/8`, `fe80::/10`; a bare address is a network of one. `undefined` where the text is neither. */
export function parseNetwork(text: string): Network | undefined {
  const slash = text.indexOf('/');
  const address = parseAddress(slash < 0 ? text : text.slice(0, slash));
  if (!address) return undefined;
  const isV4 = !text.includes(':');
  if (slash < 0) return { address, bits: 128 };
  const length = text.slice(slash + 1);
  if (!/^\d{1,3}$/.test(length) || Number(length) > (isV4 ? 32 : 128)) return undefined;
  return { address, bits: Number(length) + (isV4 ? 96 : 0) };
}

export function isInNetwork(address: AddressBytes, network: Network): boolean {
  const whole = network.bits >> 3;
  for (let index = 0; index < whole; index += 1)
    if (address[index] !== network.address[index]) return false;
  const rest = network.bits & 7;
  if (rest === 0) return true;
  const mask = (0xff << (8 - rest)) & 0xff;
  return ((address[whole] ?? 0) & mask) === ((network.address[whole] ?? 0) & mask);
}

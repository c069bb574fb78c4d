/** A time as an event log export writes it. */
export interface WrittenTime {
  /** Milliseconds since 1970 if the clock showed UTC. */
  readonly milliseconds: number;
  readonly hour: number;
  /** The zone written behind it. A `Z` is not one: exports write it behind local times as well. */
  readonly zoneMinutes: number | undefined;
}

const WRITTEN_TIME =
  /^(\d{4})-(\d\d)-(\d\d)[T ](\d\d):(\d\d):(\d\d)(?:[.,](\d{1,9}))?\s*(?:Z|([+-])(\d\d):?(\d\d))?$/;

export function readWrittenTime(text: string | undefined): WrittenTime | undefined {
  const match = WRITTEN_TIME.exec(text ?? '');
  if (match === null) return undefined;
  const [year, month, day, hour, minute, second] = match.slice(1, 7).map(Number) as [
    number,
    number,
    number,
    number,
    number,
    number,
  ];
  const thousandths = Number((match[7] ?? '').padEnd(3, '0').slice(0, 3));
  const milliseconds = Date.UTC(year, month - 1, day, hour, minute, second, thousandths);
  // Date.UTC carries over what does not exist: the 31st of June, or 25 o'clock.
  if (new Date(milliseconds).getUTCDate() !== day || hour > 23 || minute > 59 || second > 59) {
    return undefined;
  }
  const sign = match[8];
  const zone = Number(match[9] ?? 0) * 60 + Number(match[10] ?? 0);
  return {
    milliseconds,
    hour,
    zoneMinutes: sign === undefined ? undefined : sign === '-' ? -zone : zone,
  };
}

/** `UtcTime` of Sysmon, in milliseconds since 1970. */
export function readUtcTime(text: string | undefined): number | undefined {
  return readWrittenTime(text)?.milliseconds;
}

import type { EventHost } from './common';
import { describeCount } from './describe-count';
import { readWrittenTime } from './windows-time';

/** What one event of a file says of the clocks. */
export interface ClockReading {
  readonly host: string | undefined;
  /** Sysmon's `UtcTime`, in milliseconds since 1970. */
  readonly utc: number | undefined;
  /** The time the log shows: local, without a zone to trust. */
  readonly local: string | undefined;
  /** Whether the event has the collector's `@timestamp`. */
  readonly isStamped: boolean;
}

/** Offsets are counted in quarters of an hour, as zones are. */
const QUARTER_MS = 15 * 60 * 1000;
const HALF_DAY = 48;
const EARLIEST_ZONE = -12 * 4;
const LATEST_ZONE = 14 * 4;

/**
 * The clocks of the machines in a file: what their local time is against UTC, learnt from the events that have both
 * (Sysmon), because exports write local times without a zone or with a `Z` that is not true, some on a 12-hour clock.
 */
export class LocalClocks {
  private readonly machines = new Map<string, Machine>();
  private readonly all = new Machine();
  /** Quarters of an hour, since 1970, in which Sysmon logged something. */
  private readonly quarters = new Set<number>();
  private earliestHour = 24;
  private latestHour = -1;
  private learnt: Learnt | undefined;

  observe(reading: ClockReading): void {
    this.learnt = undefined;
    const machine = this.machine(reading.host ?? '');
    const local = readWrittenTime(reading.local);
    machine.events++;
    if (local !== undefined) {
      this.earliestHour = Math.min(this.earliestHour, local.hour);
      this.latestHour = Math.max(this.latestHour, local.hour);
    }
    if (reading.utc === undefined) {
      machine.eventsWithoutUtc++;
      if (local === undefined) machine.withoutLocal++;
      else if (local.zoneMinutes !== undefined) machine.withZone++;
      if (reading.isStamped) machine.stamped++;
      return;
    }
    if (local === undefined || local.zoneMinutes !== undefined) return;
    this.quarters.add(Math.round(reading.utc / QUARTER_MS));
    for (const counts of [machine, this.all]) {
      counts.differences.add(toQuarters(local.milliseconds - reading.utc));
      counts.foldedDifferences.add(toQuarters(foldHour(local) - reading.utc));
    }
  }

  /** The machine behind a name that some events write without its domain. */
  host(name: string): EventHost {
    const key = name.toLowerCase();
    return { name, id: this.result.names.get(key) ?? fullName(key, [...this.machines.keys()]) };
  }

  /** Whether the local times run from 1 to 12 twice a day. */
  get isTwelveHour(): boolean {
    return this.result.isTwelveHour;
  }

  /**
   * The time of an event without `UtcTime`, in milliseconds since 1970: the local time `written` less the host's offset, else
   * the file's; `stamped` (the collector's) where no offset is known.
   */
  resolve(
    written: string | undefined,
    host: EventHost | undefined,
    stamped: number | undefined,
  ): number | undefined {
    const local = readWrittenTime(written);
    if (local === undefined) return stamped;
    if (local.zoneMinutes !== undefined) return local.milliseconds - local.zoneMinutes * 60_000;
    const { offsets, fileOffset } = this.result;
    const offset = offsets.get(host?.id ?? '') ?? fileOffset;
    if (offset !== undefined) return this.toUtc(local, offset);
    return stamped ?? local.milliseconds;
  }

  /** Which times a file's events get, in sentences, `localName` being the field of the local time. */
  notes(localName: string): string[] {
    const { offsets, fileOffset, merged } = this.result;
    const notes: string[] = [];
    const say = (count: number, text: string) => {
      if (count > 0) notes.push(`${describeCount(count, 'event')}: ${text}`);
    };
    const machines = [...merged];
    const sum = (count: (machine: Machine, id: string) => number) =>
      machines.reduce((total, [id, machine]) => total + count(machine, id), 0);
    say(
      sum((machine) => machine.events - machine.eventsWithoutUtc),
      'UtcTime',
    );
    const clock = this.isTwelveHour ? ', read as a 12-hour clock without AM and PM' : '';
    const known = machines.filter(([id]) => offsets.has(id));
    const described = known.map(([id, { differences }]) => {
      const samples = describeCount(differences.total, 'Sysmon event');
      return `${zoneText(offsets.get(id)!)} on ${id || 'hosts without a name'} (from ${samples})`;
    });
    say(
      sum((machine, id) => (offsets.has(id) ? machine.withLocal : 0)),
      `${localName} less the host's offset from UTC${clock}: ${described.join(', ')}`,
    );
    const unknown = (machine: Machine, id: string) => (offsets.has(id) ? 0 : machine.withLocal);
    if (fileOffset !== undefined) {
      const zone = zoneText(fileOffset);
      say(
        sum(unknown),
        `${localName} less the file's median offset ${zone}${clock}: no Sysmon event on their host`,
      );
    } else {
      say(
        sum((machine, id) => Math.min(unknown(machine, id), machine.stamped)),
        "the collector's @timestamp: no Sysmon event in the file to learn the local time from",
      );
      say(
        sum((machine, id) => Math.max(0, unknown(machine, id) - machine.stamped)),
        `${localName} taken as UTC: neither a Sysmon event nor an @timestamp to learn the local time from`,
      );
    }
    say(
      sum((machine) => machine.withZone),
      `${localName} with the zone written in it`,
    );
    say(
      sum((machine) => machine.withoutLocal),
      `the collector's @timestamp, if any: no readable ${localName}`,
    );
    return notes;
  }

  private get result(): Learnt {
    this.learnt ??= this.learn();
    return this.learnt;
  }

  private learn(): Learnt {
    const written = [...this.machines.keys()];
    const names = new Map(written.map((name) => [name, fullName(name, written)]));
    const merged = new Map<string, Machine>();
    for (const [name, machine] of this.machines) {
      const id = names.get(name)!;
      const known = merged.get(id);
      merged.set(id, known === undefined ? machine : known.plus(machine));
    }
    const isTwelveHour =
      this.earliestHour >= 1 && this.latestHour <= 12 && this.all.differences.looksTwelveHour;
    const offsetOf = ({ differences, foldedDifferences }: Machine) =>
      isTwelveHour ? foldedDifferences.twelveHourOffset : differences.median;
    const offsets = new Map<string, number>();
    for (const [id, machine] of merged) {
      const offset = offsetOf(machine);
      if (offset !== undefined) offsets.set(id, offset);
    }
    const quarters = [...this.quarters].sort((a, b) => a - b);
    return { names, merged, offsets, fileOffset: offsetOf(this.all), isTwelveHour, quarters };
  }

  private toUtc(local: { milliseconds: number; hour: number }, offset: number): number {
    if (!this.isTwelveHour) return local.milliseconds - offset * QUARTER_MS;
    const morning = foldHour(local) - offset * QUARTER_MS;
    const afternoon = morning + HALF_DAY * QUARTER_MS;
    const { quarters } = this.result;
    const isMorning = distance(quarters, morning) <= distance(quarters, afternoon);
    return isMorning ? morning : afternoon;
  }

  private machine(name: string): Machine {
    const key = name.toLowerCase();
    let machine = this.machines.get(key);
    if (machine === undefined) {
      machine = new Machine();
      this.machines.set(key, machine);
    }
    return machine;
  }
}

interface Learnt {
  readonly names: ReadonlyMap<string, string>;
  readonly merged: ReadonlyMap<string, Machine>;
  /** Local time less UTC, in quarters of an hour, by host id. */
  readonly offsets: ReadonlyMap<string, number>;
  readonly fileOffset: number | undefined;
  readonly isTwelveHour: boolean;
  readonly quarters: readonly number[];
}

/** Counts of one machine's events. */
class Machine {
  events = 0;
  eventsWithoutUtc = 0;
  withoutLocal = 0;
  withZone = 0;
  stamped = 0;

  constructor(
    readonly differences = new Differences(),
    readonly foldedDifferences = new Differences(),
  ) {}

  /** Events that need the machine's offset. */
  get withLocal(): number {
    return this.eventsWithoutUtc - this.withoutLocal - this.withZone;
  }

  plus(other: Machine): Machine {
    const sum = new Machine(
      this.differences.plus(other.differences),
      this.foldedDifferences.plus(other.foldedDifferences),
    );
    sum.events = this.events + other.events;
    sum.eventsWithoutUtc = this.eventsWithoutUtc + other.eventsWithoutUtc;
    sum.withoutLocal = this.withoutLocal + other.withoutLocal;
    sum.withZone = this.withZone + other.withZone;
    sum.stamped = this.stamped + other.stamped;
    return sum;
  }
}

/** How often local time and UTC differ by how many quarters of an hour. */
class Differences {
  private readonly counts = new Map<number, number>();
  total = 0;

  add(quarters: number, count = 1): void {
    this.counts.set(quarters, (this.counts.get(quarters) ?? 0) + count);
    this.total += count;
  }

  plus(other: Differences): Differences {
    const sum = new Differences();
    for (const { counts } of [this, other]) {
      for (const [quarters, count] of counts) sum.add(quarters, count);
    }
    return sum;
  }

  get median(): number | undefined {
    let seen = 0;
    for (const quarters of this.sorted) {
      seen += this.counts.get(quarters)!;
      if (seen * 2 >= this.total) return quarters;
    }
    return undefined;
  }

  /** A zone that does not exist, or two heaps half a day apart. */
  get looksTwelveHour(): boolean {
    const { median } = this;
    if (median === undefined) return false;
    if (median < EARLIEST_ZONE || median > LATEST_ZONE) return true;
    return this.isHeap(median - HALF_DAY) || this.isHeap(median + HALF_DAY);
  }

  /** The offset when differences come from hours 0 to 11: in the afternoon they are half a day too small. */
  get twelveHourOffset(): number | undefined {
    const { median } = this;
    if (median === undefined) return undefined;
    const higher = median + HALF_DAY;
    const hasBoth = this.isHeap(higher);
    return hasBoth || (median < EARLIEST_ZONE && higher <= LATEST_ZONE) ? higher : median;
  }

  private isHeap(quarters: number): boolean {
    return (this.counts.get(quarters) ?? 0) * 50 > this.total;
  }

  private get sorted(): number[] {
    return [...this.counts.keys()].sort((a, b) => a - b);
  }
}

/** A name without a domain means the one full name that begins with it. */
function fullName(name: string, names: readonly string[]): string {
  if (name === '' || name.includes('.')) return name;
  const full = names.filter((other) => other.startsWith(`${name}.`));
  return full.length === 1 ? full[0]! : name;
}

/** 12 o'clock is hour 0 of its half of the day. */
function foldHour({ milliseconds, hour }: { milliseconds: number; hour: number }): number {
  return hour === 12 ? milliseconds - HALF_DAY * QUARTER_MS : milliseconds;
}

function toQuarters(milliseconds: number): number {
  return Math.round(milliseconds / QUARTER_MS);
}

/** How far `milliseconds` is from the nearest of the sorted quarters of an hour. */
function distance(quarters: readonly number[], milliseconds: number): number {
  const wanted = milliseconds / QUARTER_MS;
  let low = 0;
  let high = quarters.length;
  while (low < high) {
    const middle = (low + high) >> 1;
    if (quarters[middle]! < wanted) low = middle + 1;
    else high = middle;
  }
  return Math.min(
    Math.abs((quarters[low] ?? Infinity) - wanted),
    Math.abs((quarters[low - 1] ?? -Infinity) - wanted),
  );
}

/** `−04:00` */
function zoneText(quarters: number): string {
  const minutes = Math.abs(quarters) * 15;
  const hours = String(Math.floor(minutes / 60)).padStart(2, '0');
  return `${quarters < 0 ? '−' : '+'}${hours}:${String(minutes % 60).padStart(2, '0')}`;
}

import { describe, expect, it } from 'vitest';
import { LocalClocks } from './local-clocks';
import { readUtcTime } from './windows-time';

/** Clocks that have seen Sysmon events: host, UtcTime, local time. */
function clocksOf(...seen: [host: string, utc: string | undefined, local: string][]): LocalClocks {
  const clocks = new LocalClocks();
  for (const [host, utc, local] of seen) {
    clocks.observe({ host, utc: readUtcTime(utc), local, isStamped: false });
  }
  return clocks;
}

function resolve(clocks: LocalClocks, host: string, local: string, stamped?: string) {
  const milliseconds = clocks.resolve(local, clocks.host(host), readUtcTime(stamped));
  return milliseconds === undefined ? undefined : new Date(milliseconds).toISOString();
}

describe('24-hour clocks', () => {
  const clocks = clocksOf(
    ['WS1.example.com', '2024-03-05 14:00:00.100', '2024-03-05 10:00:00'],
    ['WS1.example.com', '2024-03-05 14:00:01.900', '2024-03-05 10:00:02'],
    // logged late, as Sysmon does with connections
    ['WS1.example.com', '2024-03-05 14:00:02.000', '2024-03-05 10:21:04'],
    ['ws2.example.com', '2024-03-05 14:00:00.000', '2024-03-05 19:30:00Z'],
  );

  it('takes the median of local time less UTC, for each host', () => {
    expect(resolve(clocks, 'WS1.example.com', '2024-03-05 10:05:06')).toBe(
      '2024-03-05T14:05:06.000Z',
    );
    expect(resolve(clocks, 'WS2.EXAMPLE.COM', '2024-03-05T19:35:06.250Z')).toBe(
      '2024-03-05T14:05:06.250Z',
    );
  });

  it('knows a host whose events leave the domain out', () => {
    expect(clocks.host('WS1').id).toBe('ws1.example.com');
    expect(clocks.host('WS1').name).toBe('WS1');
    expect(resolve(clocks, 'WS2', '2024-03-05 19:35:06')).toBe('2024-03-05T14:05:06.000Z');
  });

  it("takes the file's median for a host without Sysmon", () => {
    expect(resolve(clocks, 'dc', '2024-03-05 10:05:06')).toBe('2024-03-05T14:05:06.000Z');
  });

  it('believes a zone that is written', () => {
    expect(resolve(clocks, 'WS1', '2024-03-05 10:05:06+01:00')).toBe('2024-03-05T09:05:06.000Z');
  });

  it("takes the collector's time where nothing is known, and local time as UTC as the last resort", () => {
    const none = new LocalClocks();
    expect(resolve(none, 'a', '2024-03-05 10:05:06', '2024-03-05 14:05:08')).toBe(
      '2024-03-05T14:05:08.000Z',
    );
    expect(resolve(none, 'a', '2024-03-05 10:05:06')).toBe('2024-03-05T10:05:06.000Z');
    expect(resolve(none, 'a', 'yesterday')).toBeUndefined();
  });
});

describe('12-hour clocks', () => {
  it('are known by an offset that no zone has', () => {
    const clocks = clocksOf(['ws', '2024-03-06 01:30:00.000', '2024-03-05 09:30:00.000']);
    expect(clocks.isTwelveHour).toBe(true);
    expect(resolve(clocks, 'ws', '2024-03-05 09:45:00.500')).toBe('2024-03-06T01:45:00.500Z');
  });

  it('are known by offsets half a day apart, and the half of the day by the nearest Sysmon event', () => {
    // UTC−4: from 9:30 to 15:30 o'clock
    const clocks = clocksOf(
      ['ws', '2024-03-05 13:30:00.000', '2024-03-05 09:30:00'],
      ['ws', '2024-03-05 16:30:00.000', '2024-03-05 12:30:00'],
      ['ws', '2024-03-05 17:30:00.000', '2024-03-05 01:30:00'],
      ['ws', '2024-03-05 19:30:00.000', '2024-03-05 03:30:00'],
    );
    expect(clocks.isTwelveHour).toBe(true);
    expect(resolve(clocks, 'ws', '2024-03-05 09:31:00')).toBe('2024-03-05T13:31:00.000Z');
    expect(resolve(clocks, 'ws', '2024-03-05 12:31:00')).toBe('2024-03-05T16:31:00.000Z');
    expect(resolve(clocks, 'ws', '2024-03-05 03:29:00')).toBe('2024-03-05T19:29:00.000Z');
  });

  it('are not seen where one event shows an hour beyond 12', () => {
    const clocks = clocksOf(
      ['ws', '2024-03-06 01:30:00.000', '2024-03-05 09:30:00.000'],
      ['ws', undefined, '2024-03-05 13:30:00.000'],
    );
    expect(clocks.isTwelveHour).toBe(false);
  });
});

it('says which times are used and how often', () => {
  const clocks = clocksOf(
    ['ws.example.com', '2024-03-05 14:00:00.000', '2024-03-05 10:00:00'],
    ['ws.example.com', undefined, '2024-03-05 10:00:00'],
    ['ws', undefined, '2024-03-05 10:00:00'],
    ['dc.example.com', undefined, '2024-03-05 10:00:00'],
  );
  expect(clocks.notes('EventTime')).toEqual([
    '1 event: UtcTime',
    "2 events: EventTime less the host's offset from UTC: −04:00 on ws.example.com (from 1 Sysmon event)",
    "1 event: EventTime less the file's median offset −04:00: no Sysmon event on their host",
  ]);
});

import { describe, expect, it } from 'vitest';
import { indexBaseName } from './index-base-name';
import { formatGap, tellStory } from './story';

describe('the base name of an index', () => {
  it.each([
    ['logs-x-default', 'logs-x-default'],
    ['.ds-logs-x-default-2026.11.24-000012', 'logs-x-default'],
    ['cluster:.ds-logs-x-default-2026.11.24-000012', 'logs-x-default'],
    ['partial-restored-.ds-logs-x-default-2026.11.24-000012', 'logs-x-default'],
    ['shrink-ab12-.ds-logs-x-default-2026.11.24-000012', 'logs-x-default'],
    ['winlogbeat-8.1-000001', 'winlogbeat-8.1-000001'],
  ])('of %s is %s', (index, expected) => {
    expect(indexBaseName(index)).toBe(expected);
  });
});

describe('the story of an alert', () => {
  const stage = (source: Record<string, string | string[]>, timestamp = 0) => ({
    query: '',
    timestamp,
    event: { _index: 'i', _id: '1', _source: source },
  });

  it('takes control and direction characters out of event text and shortens it', () => {
    const story = tellStory([
      stage({
        'host.name': 'a\u001b[31mb\u202e',
        'event.category': 'process',
        'event.type': 'start',
        'process.name': 'x'.repeat(300),
      }),
    ]);
    expect(story).toBe(`On a [31mb: a process started ${'x'.repeat(119)}….`);
  });

  it('says which stage had to be missing', () => {
    const missing = { query: '', timestamp: undefined, event: null };
    expect(
      tellStory([
        stage({ 'event.category': 'file', 'process.name': 'a.exe', 'file.path': '/t' }),
        missing,
      ]),
    ).toBe('a.exe touched the file /t; without the event that had to be missing.');
  });

  it.each([
    [578, '578 ms'],
    [1_400, '1.4 s'],
    [60_000, '1 min'],
    [5_400_000, '1.5 h'],
  ])('%i ms read as %s', (milliseconds, expected) => {
    expect(formatGap(milliseconds)).toBe(expected);
  });
});

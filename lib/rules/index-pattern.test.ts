import { expect, it } from 'vitest';
import { compileIndexPatterns } from './index-pattern';

it.each([
  [undefined, 'anything', true],
  [[], 'anything', true],
  [['logs-endpoint.events.process-*'], 'logs-endpoint.events.process-default', true],
  [['logs-endpoint.events.process-*'], 'logs-endpoint.events.network-default', false],
  [['winlogbeat-*'], 'files-default', true],
  [['logs-*', '-logs-elastic_agent*'], 'logs-elastic_agent-default', false],
  [['logs-*', '-logs-elastic_agent*'], 'logs-windows.powershell-default', true],
  [['logs-a-*,logs-b-*'], 'logs-b-x', true],
  [['remote:logs-*'], 'logs-x', true],
  [['logs-x-*'], '.ds-logs-x-default-2026.11.24-000001', true],
  [['logs-x-*'], 'other:partial-.ds-logs-x-default-2026.11.24-000001', true],
  [['logs.x-*'], 'logsyx-1', false],
])('patterns %j take the index %s: %s', (patterns, index, expected) => {
  expect(compileIndexPatterns(patterns)(index)).toBe(expected);
});

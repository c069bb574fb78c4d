import type { AlertStage, DetectedAlert } from '@/lib/alerts/build-alert';
import { formatGap } from '@/lib/alerts/story';
import { eventText, formatEndpoint } from '@/lib/ecs/event-text';
import type { JsonObject } from '@/lib/ecs/json';
import { printable } from './output';

/** An alert as a person likes to read it: the story, then each stage with its time, the gap and what it held. */
export function formatAlert(alert: DetectedAlert): string {
  const keys = alert.join_keys.map((key) => key ?? 'null');
  return [
    `${alert.severity.toUpperCase()} ${alert.risk_score}  ${alert.rule.name}`,
    `  ${alert.story}`,
    ...alert.stages.flatMap((stage, index) => formatStage(stage, alert.stages.slice(0, index))),
    ...(keys.length > 0 ? [`  joined by ${keys.map(plain).join(', ')}`] : []),
    ...(alert.hidden_by ? [`  hidden by ${alert.hidden_by.map(plain).join(', ')}`] : []),
    `  alert ${alert.id.slice(0, 16)}`,
  ].join('\n');
}

function formatStage({ stage, event }: AlertStage, before: readonly AlertStage[]): string[] {
  if (!event) return [`  ${stage}  (must be missing, and is)`];
  const time = timeOf(event._source);
  const previous = before.findLast((other) => other.event !== null)?.event;
  const last = previous ? timeOf(previous._source) : undefined;
  const gap = time !== undefined && last !== undefined ? `  +${formatGap(time - last)}` : '';
  const shown = time === undefined ? '' : new Date(time).toISOString();
  return [
    `  ${stage}  ${shown}${gap}  ${plain(event._index)}  ${plain(event._id)}`,
    ...detailLines(event._source),
  ];
}

const DETAILS: readonly (readonly [label: string, fields: readonly string[]])[] = [
  ['process', ['process.executable', 'process.name']],
  ['command', ['process.command_line']],
  ['parent', ['process.parent.executable', 'process.parent.name']],
  ['user', ['user.name']],
  ['file', ['file.path']],
  ['registry', ['registry.path']],
  ['dns', ['dns.question.name']],
];

function detailLines(source: JsonObject): string[] {
  const lines = DETAILS.flatMap(([label, fields]) => {
    const value = fields
      .map((field) => eventText(source, field))
      .find((found) => found !== undefined);
    return value === undefined ? [] : [`       ${label.padEnd(9)} ${plain(value)}`];
  });
  const from = endpoint(source, 'source');
  const to = endpoint(source, 'destination');
  return from === undefined && to === undefined
    ? lines
    : [...lines, `       ${'network'.padEnd(9)} ${from ?? '?'} -> ${to ?? '?'}`];
}

function endpoint(source: JsonObject, side: string): string | undefined {
  const ip = eventText(source, `${side}.ip`);
  return ip === undefined
    ? undefined
    : plain(formatEndpoint(ip, eventText(source, `${side}.port`)));
}

function timeOf(source: JsonObject): number | undefined {
  const milliseconds = eventText(source, '@timestamp');
  return milliseconds === undefined ? undefined : Number(milliseconds);
}

const MAX_SHOWN = 160;

/** Event text on a terminal, not endless. */
function plain(text: string): string {
  const shown = printable(text);
  return shown.length > MAX_SHOWN ? `${shown.slice(0, MAX_SHOWN - 1)}…` : shown;
}

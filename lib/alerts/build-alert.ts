import { createHash } from 'node:crypto';
import type { JsonObject } from '@/lib/ecs/json';
import type { JoinKey } from '@/lib/eql';
import type { EqlRule } from '@/lib/rules/rule-schema';
import { indexBaseName } from './index-base-name';
import { tellStory } from './story';

/** An event as a store has it. */
interface StoredEvent {
  readonly _index: string;
  readonly _id: string;
  readonly _source: JsonObject;
}

export interface AlertStage {
  /** From 1. */
  readonly stage: number;
  /** The stage's own condition, as the rule writes it. */
  readonly query: string;
  /** `null` for an event that had to be missing, and was. */
  readonly event: StoredEvent | null;
}

/** An alert as `detect` prints it. */
export interface DetectedAlert {
  readonly id: string;
  readonly rule: { readonly rule_id: string; readonly name: string };
  readonly severity: string;
  readonly risk_score: number;
  readonly story: string;
  readonly join_keys: JoinKey;
  readonly stages: readonly AlertStage[];
  /** The exception items that hide it; `null` for an alert. */
  readonly hidden_by: readonly string[] | null;
}

export interface MatchedStage {
  readonly query: string;
  readonly event: StoredEvent | null;
  /** Milliseconds; `undefined` without event. */
  readonly timestamp: number | undefined;
}

/** Part of every alert id; changed when the id's make-up changes. */
const ID_SCHEME = 'watchfloor-alert-1';

/** The alert of one match. Its id depends on the rule, the join key and the events alone, so that finding it twice makes one alert. */
export function buildAlert(
  rule: EqlRule,
  key: JoinKey,
  matched: readonly MatchedStage[],
  hiddenBy: readonly string[] = [],
): DetectedAlert {
  return {
    id: alertId(rule.rule_id, key, matched),
    rule: { rule_id: rule.rule_id, name: rule.name },
    severity: rule.severity,
    risk_score: rule.risk_score,
    story: tellStory(matched),
    join_keys: key,
    stages: matched.map(({ query, event }, index) => ({ stage: index + 1, query, event })),
    hidden_by: hiddenBy.length > 0 ? hiddenBy : null,
  };
}

function alertId(ruleId: string, key: JoinKey, matched: readonly MatchedStage[]): string {
  const events = matched.map(({ event }) => event && [indexBaseName(event._index), event._id]);
  return createHash('sha256')
    .update(JSON.stringify([ID_SCHEME, ruleId, key, events]))
    .digest('hex');
}

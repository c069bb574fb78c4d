/** The public list of the language: parse, check, print, compile, match. */
export * from './ast';
export { checkQuery, readQuery, type CheckOptions } from './check';
export { checkExpression } from './check-expression';
export { compileCondition, type Condition, type ConditionContext } from './condition';
export {
  EqlError,
  formatProblem,
  type EqlProblem,
  type ProblemKind,
  type ProblemOrigin,
} from './error';
export { explainCondition, type ClauseReason } from './explain-condition';
export {
  explainSequence,
  type NearMiss,
  type SequenceExplanation,
  type StageFinding,
} from './explain-sequence';
export { functionNames } from './functions';
export { requiredLiterals } from './literals';
export { compareOrder, isTie, type EventOrder } from './order';
export { parseExpression, parseQuery } from './parser';
export { printExpression, printQuery } from './printer';
export {
  applyPipes,
  compileQuery,
  type CompiledQuery,
  type CompiledStage,
  type QueryContext,
} from './query';
export {
  runQuery,
  type PlacedEvent,
  type QueryMatch,
  type QueryResult,
  type RunOptions,
} from './run';
export { SampleCollector, type Sample, type SamplePlan } from './sample';
export {
  bitsOf,
  keyToText,
  SequenceMatcher,
  UNTIL,
  type JoinKey,
  type MatcherState,
  type OrderedEvent,
  type Sequence,
  type SequencePlan,
  type StageHit,
} from './sequence';
export { foldConstant } from './simplify';
export { positionAt, type Position, type Span } from './source';
export { suggest } from './suggest';
export {
  FIELD_TYPES,
  type FieldInfo,
  type FieldSource,
  type FieldType,
  type FieldValues,
  type Schema,
  type Value,
} from './types';

import type { Span } from './source';

/** A condition or a value. EQL conditions, KQL searches and exception entries all become this tree. */
export type Expression =
  | Literal
  | Field
  | Comparison
  | Membership
  | Match
  | Not
  | And
  | Or
  | Arithmetic
  | Negation
  | FunctionCall;

export type LiteralValue = string | number | bigint | boolean | null;

/** `"text"`, `"""raw"""`, `5`, `5.2`, `true`, `null`. */
export interface Literal {
  readonly kind: 'literal';
  readonly type: 'string' | 'integer' | 'float' | 'boolean' | 'null';
  readonly value: LiteralValue;
  readonly span: Span;
}

/** `process.name`, `` `my-field` ``, `?optional.field`. */
export interface Field {
  readonly kind: 'field';
  readonly name: string;
  /** Written with `?`: null where no mapping knows it, in place of an error. */
  readonly optional: boolean;
  readonly span: Span;
}

export type ComparisonOperator = '==' | '!=' | '<' | '<=' | '>' | '>=' | ':';

/** `left == right`. `:` is here only where its right side is not a constant. */
export interface Comparison {
  readonly kind: 'comparison';
  readonly operator: ComparisonOperator;
  readonly left: Expression;
  readonly right: Expression;
  readonly span: Span;
}

/** `operand in ("a", "b")`, `in~`, `not in`. */
export interface Membership {
  readonly kind: 'membership';
  readonly operand: Expression;
  readonly items: readonly Expression[];
  readonly negated: boolean;
  readonly insensitive: boolean;
  readonly span: Span;
}

export type MatchOperator = ':' | 'like' | 'like~' | 'regex' | 'regex~';

/** `operand : "*.exe"`, `operand like ("a*", "b?")`, `operand regex~ "..."`: true if one pattern fits. */
export interface Match {
  readonly kind: 'match';
  readonly operator: MatchOperator;
  readonly operand: Expression;
  readonly patterns: readonly Literal[];
  readonly span: Span;
}

export interface Not {
  readonly kind: 'not';
  readonly operand: Expression;
  readonly span: Span;
}

/** At least two operands; nested conjunctions are one list. */
export interface And {
  readonly kind: 'and';
  readonly operands: readonly Expression[];
  readonly span: Span;
}

/** At least two operands; nested disjunctions are one list. */
export interface Or {
  readonly kind: 'or';
  readonly operands: readonly Expression[];
  readonly span: Span;
}

export type ArithmeticOperator = '+' | '-' | '*' | '/' | '%';

export interface Arithmetic {
  readonly kind: 'arithmetic';
  readonly operator: ArithmeticOperator;
  readonly left: Expression;
  readonly right: Expression;
  readonly span: Span;
}

/** `-operand`. */
export interface Negation {
  readonly kind: 'negation';
  readonly operand: Expression;
  readonly span: Span;
}

/** `startsWith~(a, "b")`. The name is as written, without `~`. */
export interface FunctionCall {
  readonly kind: 'call';
  readonly name: string;
  readonly insensitive: boolean;
  readonly arguments: readonly Expression[];
  readonly nameSpan: Span;
  readonly span: Span;
}

/** `process where condition`; category `null` is `any`. */
export interface EventFilter {
  readonly category: string | null;
  readonly categorySpan: Span;
  readonly condition: Expression;
  readonly span: Span;
}

/** `[filter] by key with runs=2`, or `![filter]` for an event that must be absent. */
export interface Stage {
  readonly filter: EventFilter;
  readonly by: readonly Field[];
  readonly missing: boolean;
  readonly runs: number;
  readonly span: Span;
}

export const TIME_UNITS = { ms: 1, s: 1_000, m: 60_000, h: 3_600_000, d: 86_400_000 } as const;
export type TimeUnit = keyof typeof TIME_UNITS;

export interface Duration {
  readonly value: number;
  readonly unit: TimeUnit;
  readonly span: Span;
}

/** `| head 10` keeps the first results, `| tail 10` the last; the order stays ascending. */
export interface Pipe {
  readonly name: 'head' | 'tail';
  readonly count: number;
  readonly span: Span;
}

export interface EventQuery {
  readonly kind: 'event';
  readonly filter: EventFilter;
  readonly pipes: readonly Pipe[];
  readonly span: Span;
}

export interface SequenceQuery {
  readonly kind: 'sequence';
  readonly by: readonly Field[];
  readonly maxspan: Duration | undefined;
  readonly stages: readonly Stage[];
  readonly until: Stage | undefined;
  readonly pipes: readonly Pipe[];
  readonly span: Span;
}

export interface SampleQuery {
  readonly kind: 'sample';
  readonly by: readonly Field[];
  readonly stages: readonly Stage[];
  readonly pipes: readonly Pipe[];
  readonly span: Span;
}

/** Parses as in Elasticsearch, and as there cannot be run. */
export interface JoinQuery {
  readonly kind: 'join';
  readonly by: readonly Field[];
  readonly stages: readonly Stage[];
  readonly until: Stage | undefined;
  readonly pipes: readonly Pipe[];
  readonly span: Span;
}

export type Query = EventQuery | SequenceQuery | SampleQuery | JoinQuery;

/** Milliseconds of a duration. */
export function toMilliseconds(duration: Duration): number {
  return duration.value * TIME_UNITS[duration.unit];
}

/** The direct parts of an expression, in the order of the text. */
export function childrenOf(expression: Expression): readonly Expression[] {
  switch (expression.kind) {
    case 'literal':
    case 'field':
      return [];
    case 'comparison':
    case 'arithmetic':
      return [expression.left, expression.right];
    case 'membership':
      return [expression.operand, ...expression.items];
    case 'match':
      return [expression.operand, ...expression.patterns];
    case 'not':
    case 'negation':
      return [expression.operand];
    case 'and':
    case 'or':
      return expression.operands;
    case 'call':
      return expression.arguments;
  }
}

/** Every field an expression names, each name once, in the order of the text. */
export function fieldsOf(expression: Expression): readonly Field[] {
  const found = new Map<string, Field>();
  const visit = (node: Expression): void => {
    if (node.kind === 'field' && !found.has(node.name)) found.set(node.name, node);
    childrenOf(node).forEach(visit);
  };
  visit(expression);
  return [...found.values()];
}

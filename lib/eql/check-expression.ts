import {
  childrenOf,
  type Comparison,
  type Expression,
  type Field,
  type FunctionCall,
  type Match,
  type Membership,
} from './ast';
import type { EqlProblem } from './error';
import {
  findFunction,
  functionNames,
  type ArgumentType,
  type FunctionDefinition,
} from './functions';
import { parseNetwork } from './ip';
import { compileJavaRegex } from './regex/java';
import { compileLuceneRegex } from './regex/lucene';
import { RegexSyntaxError } from './regex/syntax';
import type { Span } from './source';
import { foldConstant } from './simplify';
import { staticType, type StaticType } from './static-type';
import { suggest } from './suggest';
import type { Schema } from './types';
import { UnknownFields } from './unknown-field';

/** Problems of one condition: unknown fields and functions, wrong types and arguments. */
export function checkExpression(condition: Expression, text: string, schema: Schema): EqlProblem[] {
  const checker = new Checker(text, schema);
  checker.condition(condition);
  return checker.problems;
}

const TYPE_NAMES: Readonly<Record<StaticType, string>> = {
  boolean: 'boolean',
  integer: 'integer',
  float: 'double',
  string: 'keyword',
  date: 'datetime',
  ip: 'ip',
  version: 'version',
  object: 'object',
  null: 'null',
  unknown: 'unknown',
};

/** Problems of one condition; nobody reads more, and hostile text could have a hundred thousand. */
const MAX_PROBLEMS = 100;
/** Characters of the query that one message quotes. */
const MAX_SOURCE = 200;
const ORDINALS = ['first', 'second', 'third', 'fourth'];
const OPEN: ReadonlySet<StaticType> = new Set(['unknown', 'null']);

class Checker {
  readonly problems: EqlProblem[] = [];
  private readonly unknownFields: UnknownFields;

  constructor(
    private readonly text: string,
    private readonly schema: Schema,
  ) {
    this.unknownFields = new UnknownFields(schema);
  }

  /** An expression that stands where true or false is wanted. */
  condition(node: Expression): void {
    if (node.kind === 'and' || node.kind === 'or') {
      node.operands.forEach((operand) => this.condition(operand));
      return;
    }
    if (node.kind === 'not') {
      this.condition(node.operand);
      return;
    }
    const before = this.problems.length;
    this.value(node);
    const type = staticType(node, this.schema);
    if (this.problems.length > before || type === 'boolean' || OPEN.has(type)) return;
    this.report(
      `Condition expression needs to be boolean, found [${this.typeName(node).toUpperCase()}].`,
      node.span,
      node.kind === 'field'
        ? `Compare it: ${node.name} == ..., or ${node.name} != null for "is there".`
        : undefined,
    );
  }

  private value(node: Expression): void {
    switch (node.kind) {
      case 'literal':
        return;
      case 'field':
        this.field(node);
        return;
      case 'not':
      case 'and':
      case 'or':
        this.condition(node);
        return;
      case 'comparison':
        this.comparison(node);
        return;
      case 'membership':
        this.membership(node);
        return;
      case 'match':
        this.match(node);
        return;
      case 'negation':
        this.value(node.operand);
        this.number(node.operand, node);
        return;
      case 'arithmetic':
        this.value(node.left);
        this.value(node.right);
        this.number(node.left, node);
        this.number(node.right, node);
        this.constant(node);
        return;
      case 'call':
        this.call(node);
    }
  }

  private field(node: Field): void {
    const info = this.schema.field(node.name);
    if (!info) {
      if (!node.optional) this.add(this.unknownFields.problem(node));
      return;
    }
    if (
      info.type === 'object' ||
      info.type === 'nested' ||
      info.type === 'binary' ||
      info.type === 'unsupported' ||
      info.type === 'geo_point'
    ) {
      this.report(
        `Cannot use field [${node.name}] type [${info.type}].`,
        node.span,
        'Name one of the fields below it.',
      );
    }
  }

  private comparison(node: Comparison): void {
    this.value(node.left);
    this.value(node.right);
    if (node.operator === ':') {
      this.insensitive(node.left, 'first', node);
      this.insensitive(node.right, 'second', node);
    }
    const isRightConstant = foldConstant(node.right, this.schema) !== undefined;
    const isLeftConstant = foldConstant(node.left, this.schema) !== undefined;
    if (!isRightConstant && !isLeftConstant) this.fieldComparison(node.right, node.operator);
    else this.exactText(isRightConstant ? node.left : node.right, node);
  }

  private fieldComparison(offender: Expression, operator: string): void {
    this.report(
      `Comparisons against fields are not (currently) supported; offender [${this.source(offender)}] in [${operator}].`,
      offender.span,
      'Compare with a constant; to relate two events, use join keys.',
    );
  }

  private membership(node: Membership): void {
    this.value(node.operand);
    for (const item of node.items) {
      this.value(item);
      if (foldConstant(item, this.schema) === undefined)
        this.fieldComparison(item, this.source(node));
    }
    if (node.insensitive) this.insensitive(node.operand, 'first', node);
    this.exactText(node.operand, node);
  }

  private match(node: Match): void {
    this.value(node.operand);
    this.insensitive(node.operand, 'first', node);
    this.exactText(node.operand, node);
    for (const pattern of node.patterns) {
      if (pattern.type !== 'string' && pattern.type !== 'null') {
        this.report(
          `Second argument of [${this.source(node)}] must be [string], found value [${this.source(pattern)}] type [${TYPE_NAMES[pattern.type]}].`,
          pattern.span,
          `Use "==" or "in" for numbers and booleans, or write the value as a string.`,
        );
      } else if (pattern.type === 'null') {
        this.report(
          `[${node.operator}] needs a string, found [null].`,
          pattern.span,
          'Write "== null" for "is missing".',
        );
      } else if (node.operator === 'regex' || node.operator === 'regex~') {
        this.regex(
          String(pattern.value),
          pattern.span,
          node.operand.kind === 'field',
          node.operator === 'regex~',
        );
      }
    }
  }

  private regex(pattern: string, span: Span, isField: boolean, caseInsensitive: boolean): void {
    try {
      (isField ? compileLuceneRegex : compileJavaRegex)(pattern, { caseInsensitive });
    } catch (error) {
      if (!(error instanceof RegexSyntaxError)) throw error;
      this.report(`Regular expression [${pattern}]: ${error.message}`, span);
    }
  }

  /** `:`, `like`, `regex` and `in~` want strings. */
  private insensitive(operand: Expression, ordinal: string, node: Expression): void {
    const type = staticType(operand, this.schema);
    if (type === 'string' || type === 'version' || OPEN.has(type)) return;
    this.report(
      `${capitalize(ordinal)} argument of [${this.source(node)}] must be [string], found value [${this.source(operand)}] type [${this.typeName(operand)}].`,
      operand.span,
      type === 'ip' ? 'Use "==", "in" or cidrMatch for addresses.' : 'Use "==" or "in".',
    );
  }

  private number(operand: Expression, node: Expression): void {
    const type = staticType(operand, this.schema);
    if (type === 'integer' || type === 'float' || OPEN.has(type)) return;
    this.report(
      `Argument of [${this.source(node)}] must be [numeric], found value [${this.source(operand)}] type [${this.typeName(operand)}].`,
      operand.span,
    );
  }

  /** A `text` field without a keyword sub-field has no whole value to compare. */
  private exactText(operand: Expression, node: Expression): void {
    if (operand.kind !== 'field') return;
    const info = this.schema.field(operand.name);
    if (
      !info ||
      info.dynamic ||
      info.exact ||
      (info.type !== 'text' && info.type !== 'match_only_text')
    )
      return;
    this.report(
      `[${this.source(node)}] cannot operate on field of data type [text]: No keyword/multi-field defined exact matches for [${operand.name}].`,
      operand.span,
      'Map a keyword sub-field, and name it.',
    );
  }

  private call(node: FunctionCall): void {
    const definition = findFunction(node.name);
    if (!definition) {
      const hint =
        REMOVED.get(node.name.toLowerCase()) ??
        suggest(node.name, functionNames()) ??
        similarPart(node.name) ??
        `The functions are: ${functionNames().join(', ')}.`;
      this.report(`Unknown function [${node.name}].`, node.nameSpan, hint);
      return;
    }
    if (node.insensitive && !definition.foldable) {
      this.report(
        `Function [${definition.name}] has no case-insensitive form.`,
        node.nameSpan,
        `Write ${definition.name}(...) without "~".`,
      );
    }
    if (!this.argumentCount(node, definition)) return;
    node.arguments.forEach((argument, index) => this.argument(node, definition, argument, index));
    this.constant(node);
  }

  private argumentCount(node: FunctionCall, definition: FunctionDefinition): boolean {
    const most = definition.arguments.length;
    const least = most - definition.optional;
    const count = node.arguments.length;
    if (count >= least && (definition.variadic || count <= most)) return true;
    const expected = definition.variadic
      ? `at least ${numberWord(least)} argument${least === 1 ? '' : 's'}`
      : least === most
        ? `exactly ${numberWord(most)} argument${most === 1 ? '' : 's'}`
        : `${numberWord(least)} or ${numberWord(most)} arguments`;
    this.report(
      `Error building [${definition.name}]: expects ${expected}, found [${count}].`,
      node.nameSpan,
    );
    return false;
  }

  private argument(
    node: FunctionCall,
    definition: FunctionDefinition,
    argument: Expression,
    index: number,
  ): void {
    const before = this.problems.length;
    this.value(argument);
    if (this.problems.length > before) return;
    const ordinal =
      definition.arguments.length === 1 && !definition.variadic
        ? 'argument'
        : `${ORDINALS[index] ?? `${index + 1}th`} argument`;
    const isConstant = foldConstant(argument, this.schema) !== undefined;
    if (
      definition.constantsFrom !== undefined &&
      index >= definition.constantsFrom &&
      !isConstant
    ) {
      this.report(
        `${capitalize(ordinal)} of [${this.source(node)}] must be a constant, received [${this.source(argument)}].`,
        argument.span,
      );
      return;
    }
    const wanted =
      definition.arguments[Math.min(index, definition.arguments.length - 1)] ?? 'scalar';
    const type = staticType(argument, this.schema);
    if (!OPEN.has(type) && !fits(type, wanted)) {
      const name = wanted === 'address' ? 'ip or string' : wanted === 'number' ? 'numeric' : wanted;
      this.report(
        `${capitalize(ordinal)} of [${this.source(node)}] must be [${name}], found value [${this.source(argument)}] type [${this.typeName(argument)}].`,
        argument.span,
      );
      return;
    }
    this.exactText(argument, node);
    this.network(definition, argument, index);
  }

  private network(definition: FunctionDefinition, argument: Expression, index: number): void {
    if (definition.name !== 'cidrMatch' || index === 0) return;
    const network = foldConstant(argument, this.schema);
    if (typeof network !== 'string' || parseNetwork(network)) return;
    this.report(
      `[${network}] is no network.`,
      argument.span,
      'Write an address and a number of bits: "10.0.0.0/8", "fe80::/10".',
    );
  }

  /** A constant calculation that has no value, such as a division by zero or number("abc"). */
  private constant(node: Expression): void {
    const isConstant = childrenOf(node).every(
      (child) => child.kind === 'literal' && child.value !== null,
    );
    if (!isConstant || foldConstant(node, this.schema) !== null) return;
    if (node.kind === 'arithmetic')
      this.report(
        `[${this.source(node)}] has no value: division by zero, or beyond a long.`,
        node.span,
      );
    if (node.kind === 'call' && findFunction(node.name)?.name === 'number') {
      this.report(`Cannot convert [${this.source(node)}] to a number.`, node.span);
    }
  }

  private typeName(node: Expression): string {
    if (node.kind === 'field')
      return this.schema.field(node.name)?.type.replace(/^date$/, 'datetime') ?? 'unknown';
    return TYPE_NAMES[staticType(node, this.schema)];
  }

  private source(node: Expression): string {
    const { start, end } = node.span;
    const shown = this.text.slice(start, Math.min(end, start + MAX_SOURCE)).replace(/\s+/g, ' ');
    return end - start > MAX_SOURCE ? `${shown}...` : shown;
  }

  private report(message: string, span: Span, hint?: string): void {
    this.add({ kind: 'semantic', message, span, ...(hint === undefined ? {} : { hint }) });
  }

  private add(problem: EqlProblem): void {
    if (this.problems.length < MAX_PROBLEMS) this.problems.push(problem);
  }
}

function fits(type: StaticType, wanted: ArgumentType): boolean {
  switch (wanted) {
    case 'string':
      return type === 'string' || type === 'version';
    case 'number':
      return type === 'integer' || type === 'float';
    case 'integer':
      return type === 'integer';
    case 'boolean':
      return type === 'boolean';
    case 'address':
      return type === 'ip' || type === 'string';
    case 'scalar':
      return type !== 'object';
  }
}

/** Functions that EQL had once. */
const REMOVED: ReadonlyMap<string, string> = new Map([
  ['match', 'Write: field regex "pattern", or field regex ("first", "second").'],
  ['wildcard', 'Write: field : "pat*", or field : ("first*", "second*").'],
]);

function similarPart(name: string): string | undefined {
  const known = functionNames().find((candidate) =>
    candidate.toLowerCase().includes(name.toLowerCase().replace(/^array/, '')),
  );
  return known ? `Did you mean "${known}"?` : undefined;
}

function capitalize(text: string): string {
  return text.charAt(0).toUpperCase() + text.slice(1);
}

function numberWord(count: number): string {
  return ['no', 'one', 'two', 'three', 'four', 'five'][count] ?? String(count);
}

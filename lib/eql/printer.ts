import type { EventFilter, Expression, Field, Literal, Query, Stage } from './ast';
import { KEYWORDS } from './lexer';

const WIDTH = 100;
const KEYWORD_SET: ReadonlySet<string> = new Set(KEYWORDS);
const PLAIN_NAME = /^[A-Za-z_@][A-Za-z0-9_]*$/;

/** The query as idiomatic, formatted EQL: one stage a line, long conditions broken at `and` and `or`. Parsing it gives the same tree. */
export function printQuery(query: Query): string {
  return [printBody(query), ...query.pipes.map(({ name, count }) => `| ${name} ${count}`)].join(
    '\n',
  );
}

/** One condition or value on one line. */
export function printExpression(expression: Expression): string {
  return print(expression, 0);
}

function printBody(query: Query): string {
  if (query.kind === 'event') return printFilter(query.filter, 0);
  const by = query.by.length > 0 ? ` ${printKeys(query.by)}` : '';
  const maxspan =
    query.kind === 'sequence' && query.maxspan
      ? ` with maxspan=${query.maxspan.value}${query.maxspan.unit}`
      : '';
  const until = query.kind === 'sample' ? undefined : query.until;
  return [
    `${query.kind}${by}${maxspan}`,
    ...query.stages.map((stage) => `  ${printStage(stage)}`),
    ...(until ? [`until ${printStage(until)}`] : []),
  ].join('\n');
}

function printStage(stage: Stage): string {
  const by = stage.by.length > 0 ? ` ${printKeys(stage.by)}` : '';
  const runs = stage.runs > 1 ? ` with runs=${stage.runs}` : '';
  return `${stage.missing ? '!' : ''}[${printFilter(stage.filter, 4)}]${by}${runs}`;
}

function printKeys(keys: readonly Field[]): string {
  return `by ${keys.map(printField).join(', ')}`;
}

function printFilter(filter: EventFilter, indent: number): string {
  const category = filter.category === null ? 'any' : printCategory(filter.category);
  const oneLine = `${category} where ${print(filter.condition, 0)}`;
  if (indent + oneLine.length <= WIDTH) return oneLine;
  return `${category} where ${printBroken(filter.condition, indent + 2)}`;
}

function printCategory(category: string): string {
  return PLAIN_NAME.test(category) && !KEYWORD_SET.has(category) ? category : printString(category);
}

/** Operands of `and` and `or` on a line each; long lists one value a line. */
function printBroken(expression: Expression, indent: number): string {
  const pad = `\n${' '.repeat(indent)}`;
  if (expression.kind === 'and' || expression.kind === 'or') {
    const level = expression.kind === 'and' ? 2 : 1;
    return expression.operands
      .map((operand) => printOperand(operand, level + 1, indent))
      .join(` ${expression.kind}${pad}`);
  }
  if (expression.kind === 'not') return `not ${printOperand(expression.operand, 4, indent)}`;
  if (expression.kind === 'match' && expression.patterns.length > 1) {
    return `${print(expression.operand, 9)} ${expression.operator} (${printLines(expression.patterns.map(printLiteral), indent)})`;
  }
  if (expression.kind === 'membership') {
    const operator = `${expression.negated ? 'not ' : ''}in${expression.insensitive ? '~' : ''}`;
    return `${print(expression.operand, 9)} ${operator} (${printLines(
      expression.items.map((item) => print(item, 0)),
      indent,
    )})`;
  }
  return print(expression, 0);
}

function printLines(items: readonly string[], indent: number): string {
  const pad = `\n${' '.repeat(indent + 2)}`;
  return `${pad}${items.join(`,${pad}`)}\n${' '.repeat(indent)}`;
}

function printOperand(operand: Expression, level: number, indent: number): string {
  const oneLine = print(operand, level);
  if (indent + oneLine.length <= WIDTH) return oneLine;
  const broken = printBroken(operand, indent + 2);
  return precedence(operand) < level ? `(${broken})` : printBroken(operand, indent);
}

/** How tightly a node binds: or 1, and 2, not 3, comparison 4, sum 5, product 6, unary 7, primary with list 8, primary 9. */
function precedence(node: Expression): number {
  switch (node.kind) {
    case 'or':
      return 1;
    case 'and':
      return 2;
    case 'not':
      return 3;
    case 'comparison':
      return 4;
    case 'arithmetic':
      return node.operator === '+' || node.operator === '-' ? 5 : 6;
    case 'negation':
      return 7;
    case 'membership':
    case 'match':
      return 8;
    case 'literal':
    case 'field':
    case 'call':
      return 9;
  }
}

function print(node: Expression, level: number): string {
  const text = printNode(node);
  return precedence(node) < level ? `(${text})` : text;
}

function printNode(node: Expression): string {
  switch (node.kind) {
    case 'literal':
      return printLiteral(node);
    case 'field':
      return printField(node);
    case 'not':
      return `not ${print(node.operand, 3)}`;
    case 'and':
      return node.operands.map((operand) => print(operand, 3)).join(' and ');
    case 'or':
      return node.operands.map((operand) => print(operand, 2)).join(' or ');
    case 'comparison':
      return printComparison(node);
    case 'membership':
      return `${print(node.operand, 9)} ${node.negated ? 'not ' : ''}in${node.insensitive ? '~' : ''} (${node.items.map((item) => print(item, 0)).join(', ')})`;
    case 'match': {
      const [only] = node.patterns;
      const patterns = node.patterns.map(printLiteral).join(', ');
      return `${print(node.operand, 9)} ${node.operator} ${only && node.patterns.length === 1 ? patterns : `(${patterns})`}`;
    }
    case 'negation':
      return `-${print(node.operand, 7)}`;
    case 'arithmetic': {
      const own = precedence(node);
      return `${print(node.left, own)} ${node.operator} ${print(node.right, own + 1)}`;
    }
    case 'call':
      return `${node.name}${node.insensitive ? '~' : ''}(${node.arguments.map((argument) => print(argument, 0)).join(', ')})`;
  }
}

/** Behind `:` a constant would be taken for a pattern; a sign, which the parser drops, keeps it with what follows. */
function printComparison(node: Extract<Expression, { kind: 'comparison' }>): string {
  const left = print(node.left, 5);
  const right = print(node.right, 5);
  const sign = node.operator === ':' && startsWithConstant(node.right) ? '+' : '';
  return `${left} ${node.operator} ${sign}${right}`;
}

function startsWithConstant(node: Expression): boolean {
  switch (node.kind) {
    case 'literal':
      return true;
    case 'comparison':
    case 'arithmetic':
      return startsWithConstant(node.left);
    case 'membership':
    case 'match':
      return startsWithConstant(node.operand);
    case 'and':
    case 'or':
      return node.operands[0] !== undefined && startsWithConstant(node.operands[0]);
    case 'not':
    case 'negation':
    case 'field':
    case 'call':
      return false;
  }
}

function printField(field: Field): string {
  const parts = field.name.split('.');
  const name = parts.every((part) => PLAIN_NAME.test(part) && !KEYWORD_SET.has(part))
    ? field.name
    : `\`${field.name.replaceAll('`', '``')}\``;
  return `${field.optional ? '?' : ''}${name}`;
}

function printLiteral(literal: Literal): string {
  const { value } = literal;
  if (value === null) return 'null';
  if (typeof value === 'string') return printString(value);
  if (literal.type !== 'float' || typeof value !== 'number') return String(value);
  const text = String(value);
  return /[.e]/.test(text) ? text : `${text}.0`;
}

const ESCAPES: Readonly<Record<string, string>> = {
  '"': '\\"',
  '\\': '\\\\',
  '\n': '\\n',
  '\r': '\\r',
  '\t': '\\t',
  '\b': '\\b',
  '\f': '\\f',
};

function printString(text: string): string {
  const escaped = text.replace(
    /["\\\n\r\t\b\f]|[\u0001-\u001f\u007f\u200b-\u200f\u2028-\u202e\u2066-\u2069\ufeff]/g,
    (char) => {
      return ESCAPES[char] ?? `\\u${char.charCodeAt(0).toString(16).padStart(4, '0')}`;
    },
  );
  return `"${escaped}"`;
}

import {
  childrenOf,
  TIME_UNITS,
  type Arithmetic,
  type ArithmeticOperator,
  type ComparisonOperator,
  type Duration,
  type EventFilter,
  type Expression,
  type Field,
  type FunctionCall,
  type JoinQuery,
  type Literal,
  type MatchOperator,
  type Pipe,
  type Query,
  type SampleQuery,
  type SequenceQuery,
  type Stage,
  type TimeUnit,
} from './ast';
import { EqlError, type EqlProblem } from './error';
import {
  syntaxProblem,
  SyntaxProblem,
  tokenize,
  type Keyword,
  type SymbolText,
  type Token,
} from './lexer';
import type { Span } from './source';
import { suggest } from './suggest';

/** Our own limits against hostile input; Elasticsearch's real rules stay far below them. */
const MAX_QUERY_LENGTH = 1_000_000;
const MAX_DEPTH = 200;
const MAX_ARITHMETIC_TERMS = 500;
/** Elasticsearch's limits on `with runs` and on the stages of one sequence after repetition. */
const MAX_RUNS = 100;
const MAX_STAGES = 256;
/** Levels of one tree; nested parentheses and long calculations add up. */
const MAX_HEIGHT = 1_000;
const MAX_PROBLEMS = 20;

/** The tree of a whole query. Throws `EqlError` with every syntax problem found (stages are read independently). */
export function parseQuery(text: string): Query {
  return parse(text, (parser) => parser.query());
}

/** The tree of one condition or value, such as `process.name : "a*"`. Throws `EqlError`. */
export function parseExpression(text: string): Expression {
  return parse(text, (parser) => parser.singleExpression());
}

function parse<T>(text: string, production: (parser: Parser) => T): T {
  const problems: EqlProblem[] = [];
  try {
    if (text.length > MAX_QUERY_LENGTH) {
      const message = `The query has ${text.length} characters; at most ${MAX_QUERY_LENGTH} are allowed.`;
      throw syntaxProblem(message, { start: 0, end: 0 });
    }
    const parser = new Parser(tokenize(text), text, problems);
    const result = production(parser);
    if (problems.length === 0) return result;
  } catch (error) {
    if (!(error instanceof SyntaxProblem)) throw error;
    problems.push(error.problem);
  }
  const [first, ...rest] = problems;
  throw new EqlError(
    text,
    first
      ? [first, ...rest]
      : [{ kind: 'syntax', message: 'Unreadable.', span: { start: 0, end: 0 } }],
  );
}

const COMPARISONS: ReadonlySet<string> = new Set(['==', '!=', '<', '<=', '>', '>=', ':']);

/** Recursive descent; each method is one production of the grammar in README.md. */
class Parser {
  private index = 0;
  private depth = 0;

  constructor(
    private readonly tokens: readonly Token[],
    private readonly text: string,
    private readonly problems: EqlProblem[],
  ) {}

  // query := (sequence | sample | join | eventFilter) pipe* END
  query(): Query {
    const start = this.peek().start;
    if (this.peek().kind === 'end') {
      throw syntaxProblem(
        'The query is empty.',
        this.peek(),
        'Write for example: process where process.name : "cmd.exe"',
      );
    }
    const body = this.queryBody();
    const pipes: Pipe[] = [];
    while (this.isSymbol('|')) pipes.push(this.pipe());
    this.expectEnd();
    return { ...body, pipes, span: { start, end: this.lastEnd() } };
  }

  // singleExpression := expression END
  singleExpression(): Expression {
    const expression = this.wholeExpression();
    this.expectEnd();
    return expression;
  }

  private queryBody(): Query {
    const span = this.peek();
    if (this.takeKeyword('sequence')) return this.sequence(span);
    if (this.takeKeyword('sample')) return this.sample(span);
    if (this.takeKeyword('join')) return this.join(span);
    return { kind: 'event', filter: this.eventFilter(), pipes: [], span };
  }

  // sequence := SEQUENCE joinKeys? (WITH MAXSPAN = duration)? stage stage+ (UNTIL stage)?
  private sequence(keyword: Span): SequenceQuery {
    const by = this.joinKeys();
    const maxspan = this.maxspan();
    if (maxspan && this.isKeyword('by')) {
      throw syntaxProblem('Please specify sequence [by] before [with] not after.', this.peek());
    }
    const stages = this.stages(keyword, 'sequence');
    const until = this.takeKeyword('until') ? this.stage('until') : undefined;
    const count = stages.reduce((sum, stage) => sum + stage.runs, 0);
    if (count < 2 && this.problems.length === 0) {
      throw syntaxProblem(
        `A sequence requires a minimum of 2 queries, found [${count}].`,
        keyword,
        'Add a second stage: [process where ...].',
      );
    }
    if (count > MAX_STAGES) {
      throw syntaxProblem(
        `A sequence cannot contain more than ${MAX_STAGES} queries; found [${count}].`,
        keyword,
      );
    }
    return { kind: 'sequence', by, maxspan, stages, until, pipes: [], span: keyword };
  }

  // sample := SAMPLE joinKeys? stage stage+
  private sample(keyword: Span): SampleQuery {
    const by = this.joinKeys();
    if (this.isKeyword('with'))
      throw syntaxProblem('A sample has no [maxspan]: it does not look at time.', this.peek());
    const stages = this.stages(keyword, 'sample');
    if (this.isKeyword('until'))
      throw syntaxProblem('A sample has no [until]: it does not look at order.', this.peek());
    return { kind: 'sample', by, stages, pipes: [], span: keyword };
  }

  // join := JOIN joinKeys? stage stage+ (UNTIL stage)?
  private join(keyword: Span): JoinQuery {
    const by = this.joinKeys();
    const stages = this.stages(keyword, 'join');
    const until = this.takeKeyword('until') ? this.stage('until') : undefined;
    return { kind: 'join', by, stages, until, pipes: [], span: keyword };
  }

  private stages(keyword: Span, kind: 'sequence' | 'sample' | 'join'): Stage[] {
    const stages: Stage[] = [];
    while (this.isSymbol('[') || this.isSymbol('![')) stages.push(this.stage(kind));
    if (stages.length === 0)
      throw this.unexpected('"["', `A ${kind} lists its queries in brackets: [process where ...].`);
    if (kind !== 'sequence' && stages.length < 2 && this.problems.length === 0) {
      throw syntaxProblem(
        `A ${kind} requires a minimum of 2 queries, found [${stages.length}].`,
        keyword,
      );
    }
    return stages;
  }

  // stage := ('[' | '![') eventFilter ']' joinKeys? (WITH RUNS = integer)? joinKeys?
  private stage(kind: 'sequence' | 'sample' | 'join' | 'until'): Stage {
    const open = this.peek();
    const missing = this.isSymbol('![');
    if (missing && kind !== 'sequence') {
      throw syntaxProblem(
        `A missing event [![ ]] cannot stand in ${kind === 'until' ? 'until' : `a ${kind}`}.`,
        open,
      );
    }
    if (!missing) this.expectSymbol('[');
    else this.index += 1;
    const filter = this.recovering(open, () => {
      const inner = this.eventFilter();
      this.expectSymbol(']');
      return inner;
    });
    if (this.peek().kind === 'identifier' && this.peek().text === 'fork') {
      throw syntaxProblem('[fork] is not supported.', this.peek());
    }
    const by = this.joinKeys();
    const runs = kind === 'sequence' && this.isKeyword('with') ? this.runs() : 1;
    return { filter, by, missing, runs, span: { start: open.start, end: this.lastEnd() } };
  }

  /** Reads a bracketed query; after a problem goes on behind its closing bracket, so that later stages are checked too. */
  private recovering(open: Token, read: () => EventFilter): EventFilter {
    try {
      return read();
    } catch (error) {
      if (!(error instanceof SyntaxProblem) || this.problems.length >= MAX_PROBLEMS) throw error;
      this.depth = 0;
      let nesting = 1;
      for (
        let token = this.tokens[this.index];
        token && nesting > 0;
        token = this.tokens[this.index]
      ) {
        if (token.kind === 'end' || token.kind === 'invalid') break;
        if (token.kind === 'symbol' && (token.text === '[' || token.text === '![')) nesting += 1;
        if (token.kind === 'symbol' && token.text === ']') nesting -= 1;
        this.index += 1;
      }
      if (nesting > 0) throw error;
      this.problems.push(error.problem);
      const span = { start: open.start, end: this.lastEnd() };
      const condition: Literal = { kind: 'literal', type: 'boolean', value: true, span };
      return { category: null, categorySpan: span, condition, span };
    }
  }

  // joinKeys := BY field (',' field)*
  private joinKeys(): Field[] {
    if (!this.takeKeyword('by')) return [];
    const keys: Field[] = [];
    do {
      const start = this.peek();
      const key = this.operatorExpression();
      if (key.kind !== 'field') {
        const span = { start: start.start, end: key.span.end };
        throw syntaxProblem(
          `Unsupported join key [${this.text.slice(span.start, span.end)}].`,
          span,
          'A join key is a field.',
        );
      }
      keys.push(key);
    } while (this.takeSymbol(','));
    return keys;
  }

  // maxspan := (WITH MAXSPAN '=' INTEGER unit)?
  private maxspan(): Duration | undefined {
    if (!this.takeKeyword('with')) return undefined;
    if (!this.takeKeyword('maxspan'))
      throw this.unexpected('"maxspan"', 'Write for example: with maxspan=1s');
    this.expectSymbol('=');
    const number = this.peek();
    if (number.kind === 'decimal') {
      throw syntaxProblem(
        `Decimal time interval [${number.text}] not supported; please use a positive integer.`,
        number,
        'Write 500ms for half a second.',
      );
    }
    if (number.kind !== 'integer')
      throw this.unexpected('a number', 'Write for example: with maxspan=1s');
    this.index += 1;
    const value = Number(number.text);
    if (value <= 0)
      throw syntaxProblem(`A positive maxspan value is required; found [${number.text}].`, number);
    const unit = this.peek();
    if (unit.kind !== 'identifier' || unit.start !== number.end) {
      throw syntaxProblem(
        `No time unit specified, did you mean [s] as in [${number.text}s]?`,
        number,
      );
    }
    this.index += 1;
    if (!Object.hasOwn(TIME_UNITS, unit.text)) {
      throw syntaxProblem(
        `Unrecognized time unit [${unit.text}] in [${number.text}${unit.text}], please specify one of [ms, s, m, h, d].`,
        unit,
      );
    }
    if (value * TIME_UNITS[unit.text as TimeUnit] > Number.MAX_SAFE_INTEGER) {
      throw syntaxProblem(`[${number.text}${unit.text}] is too long a time.`, number);
    }
    return { value, unit: unit.text as TimeUnit, span: { start: number.start, end: unit.end } };
  }

  // runs := WITH RUNS '=' INTEGER
  private runs(): number {
    this.index += 1;
    const name = this.peek();
    if (name.kind !== 'identifier' || name.text !== 'runs') {
      throw this.unexpected(
        '"runs"',
        'After a stage stands: with runs=3. The maxspan stands before the first stage.',
      );
    }
    this.index += 1;
    this.expectSymbol('=');
    const number = this.peek();
    if (number.kind !== 'integer') throw this.unexpected('a positive number');
    this.index += 1;
    const runs = Number(number.text);
    if (runs < 1)
      throw syntaxProblem(`A positive runs value is required; found [${number.text}].`, number);
    if (runs > MAX_RUNS)
      throw syntaxProblem(
        `A query cannot be repeated more than ${MAX_RUNS} times; found [${number.text}].`,
        number,
      );
    return runs;
  }

  // eventFilter := (ANY | IDENTIFIER | STRING) WHERE expression
  private eventFilter(): EventFilter {
    const token = this.peek();
    if (token.kind !== 'string' && token.kind !== 'identifier' && !this.isKeyword('any')) {
      throw this.unexpected(
        'an event category',
        'A query starts with a category: process where ..., any where ..., "my-category" where ...',
      );
    }
    this.index += 1;
    if (!this.takeKeyword('where')) {
      throw this.unexpected(
        '"where"',
        `Write: ${this.text.slice(token.start, token.end)} where <condition>`,
      );
    }
    const condition = this.wholeExpression();
    const category = this.isAny(token) ? null : token.text;
    return {
      category,
      categorySpan: spanOf(token),
      condition,
      span: { start: token.start, end: this.lastEnd() },
    };
  }

  private isAny(token: Token): boolean {
    return token.kind === 'keyword' && token.text === 'any';
  }

  // pipe := '|' name argument?
  private pipe(): Pipe {
    const bar = this.peek();
    this.index += 1;
    const name = this.peek();
    if (name.kind !== 'identifier') throw this.unexpected('a pipe: head or tail');
    this.index += 1;
    if (name.text !== 'head' && name.text !== 'tail') {
      const known = ['count', 'filter', 'sort', 'unique', 'unique_count'];
      throw known.includes(name.text)
        ? syntaxProblem(
            `Pipe [${name.text}] is not supported.`,
            name,
            'The pipes are: head and tail.',
          )
        : syntaxProblem(
            `Unrecognized pipe [${name.text}].`,
            name,
            suggest(name.text, ['head', 'tail']) ?? 'The pipes are: head and tail.',
          );
    }
    if (this.peek().kind === 'end' || this.isSymbol('|')) {
      throw syntaxProblem(
        `Pipe [${name.text}] expects exactly one argument but found [0].`,
        name,
        `Write for example: | ${name.text} 10`,
      );
    }
    const argument = this.peek();
    const isPlainNumber = argument.kind === 'integer';
    const value = this.expression();
    if (this.isSymbol(','))
      throw syntaxProblem(`Pipe [${name.text}] expects exactly one argument.`, this.peek());
    if (
      !isPlainNumber ||
      value.kind !== 'literal' ||
      typeof value.value !== 'number' ||
      value.value > 2 ** 31 - 1
    ) {
      const found = this.text.slice(value.span.start, value.span.end);
      throw syntaxProblem(
        `Pipe [${name.text}] expects a positive integer but found [${found}].`,
        value.span,
      );
    }
    return { name: name.text, count: value.value, span: { start: bar.start, end: this.lastEnd() } };
  }

  /** An expression low enough for the recursions that check, print and compile it. */
  private wholeExpression(): Expression {
    const expression = this.expression();
    const tooDeep = findBelow(expression, MAX_HEIGHT);
    if (!tooDeep) return expression;
    throw syntaxProblem(
      `Nested more than ${MAX_HEIGHT} levels deep, calculations included.`,
      tooDeep.span,
    );
  }

  // expression := conjunction (OR conjunction)*
  private expression(): Expression {
    return this.nested(() => this.chain('or', () => this.chain('and', () => this.negatable())));
  }

  private chain(kind: 'and' | 'or', operand: () => Expression): Expression {
    const first = operand();
    if (!this.isKeyword(kind)) return first;
    const operands = [first];
    while (this.takeKeyword(kind)) operands.push(operand());
    return { kind, operands, span: { start: first.span.start, end: this.lastEnd() } };
  }

  // negatable := NOT negatable | comparison
  private negatable(): Expression {
    const start = this.peek().start;
    if (!this.takeKeyword('not')) return this.comparison();
    const operand = this.nested(() => this.negatable());
    return { kind: 'not', operand, span: { start, end: this.lastEnd() } };
  }

  // comparison := operatorExpression (comparisonOperator operatorExpression)?
  private comparison(): Expression {
    const next = this.tokens[this.index + 1];
    if (this.peek().kind === 'identifier' && next?.kind === 'keyword' && next.text === 'of') {
      throw syntaxProblem(
        'Process relationships are not supported.',
        this.peek(),
        'Use a sequence to relate a process to its parent.',
      );
    }
    const left = this.operatorExpression();
    const token = this.peek();
    if (token.kind === 'symbol' && token.text === '=') {
      throw syntaxProblem(
        'Unexpected "=".',
        token,
        'Write "==" to compare, or ":" to compare ignoring case, with wildcards.',
      );
    }
    if (token.kind !== 'symbol' || !COMPARISONS.has(token.text)) return left;
    this.index += 1;
    const right = this.operatorExpression();
    const span = { start: left.span.start, end: right.span.end };
    // `a : (("x"))` is no list by its text, and means one
    if (token.text === ':' && right.kind === 'literal') {
      return { kind: 'match', operator: ':', operand: left, patterns: [right], span };
    }
    return { kind: 'comparison', operator: token.text as ComparisonOperator, left, right, span };
  }

  // operatorExpression := term (('+' | '-') term)*
  private operatorExpression(): Expression {
    return this.arithmetic(['+', '-'], () => this.arithmetic(['*', '/', '%'], () => this.unary()));
  }

  private arithmetic(
    operators: readonly ArithmeticOperator[],
    operand: () => Expression,
  ): Expression {
    let left = operand();
    for (let terms = 1; ; terms += 1) {
      const token = this.peek();
      const operator =
        token.kind === 'symbol'
          ? operators.find((candidate) => candidate === token.text)
          : undefined;
      if (!operator) return left;
      if (terms >= MAX_ARITHMETIC_TERMS)
        throw syntaxProblem(`More than ${MAX_ARITHMETIC_TERMS} terms in one calculation.`, token);
      this.index += 1;
      const right = operand();
      const node: Arithmetic = {
        kind: 'arithmetic',
        operator,
        left,
        right,
        span: { start: left.span.start, end: right.span.end },
      };
      left = node;
    }
  }

  // unary := ('-' | '+') unary | primary predicate?
  private unary(): Expression {
    const start = this.peek().start;
    if (this.takeSymbol('-')) {
      const operand = this.nested(() => this.unary());
      return { kind: 'negation', operand, span: { start, end: operand.span.end } };
    }
    if (this.takeSymbol('+')) return this.nested(() => this.unary());
    return this.predicate(this.primary());
  }

  // predicate := NOT? (IN | IN~) '(' list ')' | (':' | like | regex ..) (constant | '(' constants ')')
  private predicate(operand: Expression): Expression {
    const start = operand.span.start;
    const next = this.tokens[this.index + 1];
    const negated = this.isKeyword('not') && next !== undefined && isIn(next);
    if (negated) this.index += 1;
    const token = this.peek();
    if (isIn(token)) {
      this.index += 1;
      const items = this.list('in', () => this.expression());
      const insensitive = token.kind === 'tilde';
      return {
        kind: 'membership',
        operand,
        items,
        negated,
        insensitive,
        span: { start, end: this.lastEnd() },
      };
    }
    const operator = this.matchOperator();
    if (!operator) return operand;
    const before = this.index;
    this.index += 1;
    if (this.isSymbol('(') && this.isConstant(this.tokens[this.index + 1])) {
      const patterns = this.list(operator, () => this.constant());
      return { kind: 'match', operator, operand, patterns, span: { start, end: this.lastEnd() } };
    }
    if (this.isConstant(this.peek())) {
      const patterns = [this.constant()];
      return { kind: 'match', operator, operand, patterns, span: { start, end: this.lastEnd() } };
    }
    if (operator === ':') {
      this.index = before;
      return operand;
    }
    throw this.unexpected(
      `a string or a list of strings after "${operator}"`,
      `Write for example: ${operator} ("a*", "b*")`,
    );
  }

  private matchOperator(): MatchOperator | undefined {
    const token = this.peek();
    if (token.kind === 'symbol' && token.text === ':') return ':';
    if (token.kind === 'keyword' && (token.text === 'like' || token.text === 'regex'))
      return token.text;
    if (token.kind === 'tilde' && (token.text === 'like' || token.text === 'regex'))
      return `${token.text}~`;
    return undefined;
  }

  private list<T>(operator: string, item: () => T): T[] {
    this.expectSymbol('(', `Write for example: ${operator} ("a", "b")`);
    if (this.isSymbol(')'))
      throw syntaxProblem(
        'This list is empty.',
        this.peek(),
        `Write at least one value: ${operator} ("a")`,
      );
    const items: T[] = [];
    do items.push(item());
    while (this.takeSymbol(','));
    this.expectSymbol(')', 'Separate the values by commas and close the list with ")".');
    return items;
  }

  // primary := constant | call | field | '(' expression ')'
  private primary(): Expression {
    const token = this.peek();
    if (this.isConstant(token)) return this.constant();
    if (this.takeSymbol('(')) {
      const inner = this.expression();
      this.expectSymbol(')');
      return inner;
    }
    const next = this.tokens[this.index + 1];
    const isCall = next?.kind === 'symbol' && next.text === '(';
    if ((token.kind === 'identifier' || token.kind === 'tilde') && isCall) return this.call(token);
    if (token.kind === 'identifier' || token.kind === 'quoted' || this.isSymbol('?'))
      return this.field();
    throw this.unexpected('a field, a value, a function or "("', this.expressionHint(token));
  }

  private expressionHint(token: Token): string | undefined {
    if (token.kind === 'keyword')
      return `"${token.text}" is a word of the language; write \`${token.text}\` in backquotes if it is a field.`;
    return undefined;
  }

  // call := name '(' (expression (',' expression)*)? ')'
  private call(name: Token): FunctionCall {
    this.index += 2;
    const args: Expression[] = [];
    if (!this.isSymbol(')')) {
      do args.push(this.expression());
      while (this.takeSymbol(','));
    }
    this.expectSymbol(')', `Close the arguments of ${name.text} with ")".`);
    const span = { start: name.start, end: this.lastEnd() };
    return {
      kind: 'call',
      name: name.text,
      insensitive: name.kind === 'tilde',
      arguments: args,
      nameSpan: spanOf(name),
      span,
    };
  }

  // field := '?'? identifier ('.' identifier)*
  private field(): Field {
    const start = this.peek().start;
    const optional = this.takeSymbol('?');
    const parts: string[] = [];
    do {
      const token = this.peek();
      if (token.kind !== 'identifier' && token.kind !== 'quoted') {
        throw this.unexpected('a field name', this.expressionHint(token));
      }
      parts.push(token.text);
      this.index += 1;
    } while (this.takeSymbol('.'));
    if (this.isSymbol('[') && this.tokens[this.index + 1]?.kind === 'integer') {
      throw syntaxProblem(
        'Array indexes are not supported.',
        this.peek(),
        'A condition holds if any of the values satisfies it.',
      );
    }
    const span = { start, end: this.lastEnd() };
    if (parts.join('') === '') throw syntaxProblem('A field name is empty.', span);
    return { kind: 'field', name: parts.join('.'), optional, span };
  }

  private isConstant(token: Token | undefined): boolean {
    if (!token) return false;
    if (token.kind === 'string' || token.kind === 'integer' || token.kind === 'decimal')
      return true;
    return (
      token.kind === 'keyword' &&
      (token.text === 'true' || token.text === 'false' || token.text === 'null')
    );
  }

  // constant := STRING | INTEGER | DECIMAL | TRUE | FALSE | NULL
  private constant(): Literal {
    const token = this.peek();
    const span = spanOf(token);
    if (!this.isConstant(token)) throw this.unexpected('a constant value');
    this.index += 1;
    switch (token.kind) {
      case 'string':
        return { kind: 'literal', type: 'string', value: token.text, span };
      case 'integer':
        return integerLiteral(token.text, span);
      case 'decimal':
        return decimalLiteral(token.text, span);
      default:
        return token.text === 'null'
          ? { kind: 'literal', type: 'null', value: null, span }
          : { kind: 'literal', type: 'boolean', value: token.text === 'true', span };
    }
  }

  private nested<T>(read: () => T): T {
    if (this.depth >= MAX_DEPTH)
      throw syntaxProblem(`Nested more than ${MAX_DEPTH} levels deep.`, this.peek());
    this.depth += 1;
    const result = read();
    this.depth -= 1;
    return result;
  }

  private peek(): Token {
    const token = this.tokens[this.index] ?? this.tokens[this.tokens.length - 1];
    if (!token) throw new Error('invariant: the tokens end with an end token');
    if (token.kind === 'invalid') throw new SyntaxProblem(token.problem);
    return token;
  }

  private lastEnd(): number {
    return this.tokens[this.index - 1]?.end ?? 0;
  }

  private isSymbol(text: SymbolText): boolean {
    const token = this.peek();
    return token.kind === 'symbol' && token.text === text;
  }

  private isKeyword(text: Keyword): boolean {
    const token = this.peek();
    return token.kind === 'keyword' && token.text === text;
  }

  private takeSymbol(text: SymbolText): boolean {
    const found = this.isSymbol(text);
    if (found) this.index += 1;
    return found;
  }

  private takeKeyword(text: Keyword): boolean {
    const found = this.isKeyword(text);
    if (found) this.index += 1;
    return found;
  }

  private expectSymbol(text: SymbolText, hint?: string): void {
    if (!this.takeSymbol(text)) throw this.unexpected(`"${text}"`, hint);
  }

  private expectEnd(): void {
    if (this.peek().kind !== 'end') throw this.unexpected('the end of the query', this.endHint());
  }

  private endHint(): string | undefined {
    const token = this.peek();
    if (token.kind === 'symbol' && COMPARISONS.has(token.text))
      return 'Comparisons cannot be chained; join two with "and".';
    if (
      token.kind === 'identifier' &&
      /^(and|or|not|in|like|regex|where|by|with)$/i.test(token.text)
    ) {
      return `Words of the language are lower case: "${token.text.toLowerCase()}".`;
    }
    return undefined;
  }

  private unexpected(expected: string, hint?: string): SyntaxProblem {
    const token = this.peek();
    const next = this.tokens[this.index + 1];
    if (next?.kind === 'invalid') return new SyntaxProblem(next.problem);
    const found =
      token.kind === 'end'
        ? 'the end of the query'
        : `"${shorten(this.text.slice(token.start, token.end))}"`;
    return syntaxProblem(`Expected ${expected}, found ${found}.`, token, hint);
  }
}

/** The first node more than `levels` below `root`; without recursion, since the tree may be any height. */
function findBelow(root: Expression, levels: number): Expression | undefined {
  let row: readonly Expression[] = [root];
  for (let level = 0; row.length > 0; level += 1) {
    if (level > levels) return row[0];
    row = row.flatMap(childrenOf);
  }
  return undefined;
}

function spanOf(token: Token): Span {
  return { start: token.start, end: token.end };
}

function shorten(text: string): string {
  return text.length > 40 ? `${text.slice(0, 37)}...` : text;
}

function isIn(token: Token): boolean {
  return (
    (token.kind === 'keyword' && token.text === 'in') ||
    (token.kind === 'tilde' && token.text === 'in')
  );
}

const MAX_LONG = 2n ** 63n - 1n;

/** Beyond a long, Elasticsearch reads a whole number as a double. */
function integerLiteral(text: string, span: Span): Literal {
  const exact = BigInt(text);
  if (exact > MAX_LONG) return decimalLiteral(text, span);
  const value = exact <= BigInt(Number.MAX_SAFE_INTEGER) ? Number(exact) : exact;
  return { kind: 'literal', type: 'integer', value, span };
}

function decimalLiteral(text: string, span: Span): Literal {
  const value = Number(text);
  if (!Number.isFinite(value)) throw syntaxProblem(`Number [${shorten(text)}] is too large.`, span);
  return { kind: 'literal', type: 'float', value, span };
}

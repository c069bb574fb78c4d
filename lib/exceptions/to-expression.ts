import type { Expression, Field, Literal, Span } from '@/lib/eql';
import type { ExceptionEntry } from './exception-item';

const NOWHERE: Span = { start: 0, end: 0 };

/**
 * An entry as a condition of the one expression language. Text is compared without regard to the case of A-Z, unless the
 * event's host says that it is no Windows host; `is` takes no wildcards; a negated entry holds only where the field is there.
 */
export function toExpression(entry: ExceptionEntry): Expression {
  const field = fieldOf(entry.field);
  if (entry.type === 'exists') return isNull(field, entry.operator === 'excluded');
  const holds = positive(entry, field);
  if (entry.operator === 'included') return holds;
  return all([isNull(field, false), { kind: 'not', operand: holds, span: NOWHERE }]);
}

function positive(entry: Exclude<ExceptionEntry, { type: 'exists' }>, field: Field): Expression {
  if (entry.type === 'wildcard') {
    const patterns = [literal(entry.value)];
    return bothCases(
      { kind: 'match', operator: 'like', operand: field, patterns, span: NOWHERE },
      { kind: 'match', operator: ':', operand: field, patterns, span: NOWHERE },
    );
  }
  const values = entry.type === 'match' ? [entry.value] : entry.value;
  const membership = (insensitive: boolean): Expression => ({
    kind: 'membership',
    operand: field,
    items: values.map(literal),
    negated: false,
    insensitive,
    span: NOWHERE,
  });
  return bothCases(membership(false), membership(true));
}

/** `exact or (it may be Windows and insensitive)`. */
function bothCases(exact: Expression, insensitive: Expression): Expression {
  const system = fieldOf('host.os.type');
  const windows: Expression = {
    kind: 'or',
    operands: [
      isNull(system, true),
      {
        kind: 'match',
        operator: ':',
        operand: system,
        patterns: [literal('windows')],
        span: NOWHERE,
      },
    ],
    span: NOWHERE,
  };
  return { kind: 'or', operands: [exact, all([windows, insensitive])], span: NOWHERE };
}

function all(operands: readonly Expression[]): Expression {
  return { kind: 'and', operands, span: NOWHERE };
}

function fieldOf(name: string): Field {
  return { kind: 'field', name, optional: true, span: NOWHERE };
}

function literal(value: string): Literal {
  return { kind: 'literal', type: 'string', value, span: NOWHERE };
}

function isNull(field: Field, wanted: boolean): Expression {
  const right: Literal = { kind: 'literal', type: 'null', value: null, span: NOWHERE };
  return { kind: 'comparison', operator: wanted ? '==' : '!=', left: field, right, span: NOWHERE };
}

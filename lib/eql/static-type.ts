import type { Expression, Field, Literal } from './ast';
import { findFunction } from './functions';
import type { FieldInfo, FieldType, Schema } from './types';

/** What kind of value an expression gives, as far as the text and the schema tell. `unknown` is a field nobody declared. */
export type StaticType =
  | 'boolean'
  | 'integer'
  | 'float'
  | 'string'
  | 'date'
  | 'ip'
  | 'version'
  | 'object'
  | 'null'
  | 'unknown';

function literalType(literal: Literal): StaticType {
  return literal.type;
}

function fieldStaticType(info: FieldInfo): StaticType {
  return info.dynamic ? 'unknown' : FIELD_STATIC_TYPES[info.type];
}

const FIELD_STATIC_TYPES: Readonly<Record<FieldType, StaticType>> = {
  keyword: 'string',
  constant_keyword: 'string',
  wildcard: 'string',
  text: 'string',
  match_only_text: 'string',
  flattened: 'string',
  boolean: 'boolean',
  byte: 'integer',
  short: 'integer',
  integer: 'integer',
  long: 'integer',
  unsigned_long: 'integer',
  half_float: 'float',
  float: 'float',
  scaled_float: 'float',
  double: 'float',
  date: 'date',
  date_nanos: 'date',
  ip: 'ip',
  version: 'version',
  object: 'object',
  nested: 'object',
  geo_point: 'object',
  binary: 'object',
  unsupported: 'object',
};

/** The field's type; null for an optional one that nothing maps, unknown for a mandatory one (an error elsewhere). */
export function typeOfField(field: Field, schema: Schema): StaticType {
  const info = schema.field(field.name);
  if (info) return fieldStaticType(info);
  return field.optional ? 'null' : 'unknown';
}

export function staticType(expression: Expression, schema: Schema): StaticType {
  switch (expression.kind) {
    case 'literal':
      return literalType(expression);
    case 'field':
      return typeOfField(expression, schema);
    case 'comparison':
    case 'membership':
    case 'match':
    case 'not':
    case 'and':
    case 'or':
      return 'boolean';
    case 'negation':
      return numberType([staticType(expression.operand, schema)]);
    case 'arithmetic':
      return numberType([
        staticType(expression.left, schema),
        staticType(expression.right, schema),
      ]);
    case 'call': {
      const result = findFunction(expression.name)?.result ?? 'unknown';
      if (result !== 'number') return result;
      return findFunction(expression.name)?.name === 'number'
        ? 'unknown'
        : numberType(expression.arguments.map((argument) => staticType(argument, schema)));
    }
  }
}

function numberType(types: readonly StaticType[]): StaticType {
  if (types.includes('float')) return 'float';
  return types.includes('unknown') || types.includes('null') ? 'unknown' : 'integer';
}

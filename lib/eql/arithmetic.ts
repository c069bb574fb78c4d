import type { ArithmeticOperator } from './ast';
import { exactInteger, isNumber, type Scalar } from './values';

const MIN_LONG = -(2n ** 63n);
const MAX_LONG = 2n ** 63n - 1n;

/**
 * One calculation. Null with a null. Whole numbers stay whole: division truncates, `%` keeps the sign of the dividend,
 * and what leaves a 64-bit long, or divides by zero, has no value (Elasticsearch fails the search there).
 * `isFloat` says that one side is a floating point number by its type, whatever its value.
 */
export function calculate(
  operator: ArithmeticOperator,
  left: Scalar,
  right: Scalar,
  isFloat: boolean,
): number | bigint | null {
  if (!isNumber(left) || !isNumber(right)) return null;
  const whole = !isFloat && isWhole(left) && isWhole(right);
  if (!whole) return calculateFloats(operator, Number(left), Number(right));
  if (typeof left === 'number' && typeof right === 'number') {
    if (right === 0 && (operator === '/' || operator === '%')) return null;
    const result =
      operator === '/' ? Math.trunc(left / right) : calculateFloats(operator, left, right);
    if (Number.isSafeInteger(result)) return result === 0 ? 0 : result;
  }
  return calculateLongs(operator, BigInt(left), BigInt(right));
}

function isWhole(value: number | bigint): boolean {
  return typeof value === 'bigint' || Number.isInteger(value);
}

function calculateFloats(operator: ArithmeticOperator, left: number, right: number): number {
  switch (operator) {
    case '+':
      return left + right;
    case '-':
      return left - right;
    case '*':
      return left * right;
    case '/':
      return left / right;
    case '%':
      return left % right;
  }
}

function calculateLongs(
  operator: ArithmeticOperator,
  left: bigint,
  right: bigint,
): number | bigint | null {
  if (right === 0n && (operator === '/' || operator === '%')) return null;
  const result = longResult(operator, left, right);
  return result < MIN_LONG || result > MAX_LONG ? null : exactInteger(result);
}

function longResult(operator: ArithmeticOperator, left: bigint, right: bigint): bigint {
  switch (operator) {
    case '+':
      return left + right;
    case '-':
      return left - right;
    case '*':
      return left * right;
    case '/':
      return left / right;
    case '%':
      return left % right;
  }
}

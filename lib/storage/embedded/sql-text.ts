/** A piece of DuckDB SQL. */
export type Sql = string;

/** A string literal. SQL text cannot hold NUL, so that is spelt chr(0). Text must be well-formed. */
export function quoteText(text: string): Sql {
  const parts = text.split('\0').map((part) => `'${part.replaceAll("'", "''")}'`);
  return parts.length === 1 ? parts.join('') : `(${parts.join(' || chr(0) || ')})`;
}

export function quoteName(name: string): Sql {
  return `"${name.replaceAll('"', '""')}"`;
}

/** A whole number. */
export function quoteInteger(value: bigint): Sql {
  return value < 0n ? `(${value})` : String(value);
}

/** A floating point number, the same bits as in JavaScript. */
export function quoteDouble(value: number): Sql {
  return `CAST('${value}' AS DOUBLE)`;
}

export function anyOf(parts: readonly Sql[]): Sql {
  const [only] = parts;
  if (only === undefined) return 'false';
  return parts.length === 1 ? only : `(${parts.join(' OR ')})`;
}

export function allOf(parts: readonly Sql[]): Sql {
  const [only] = parts;
  if (only === undefined) return 'true';
  return parts.length === 1 ? only : `(${parts.join(' AND ')})`;
}

/** The answer for any value at all; null for none, as any other test of a value. */
export function decided(value: Sql, answer: boolean): Sql {
  return `CASE WHEN ${value} IS NOT NULL THEN ${answer} END`;
}

const UPPER = 'ABCDEFGHIJKLMNOPQRSTUVWXYZ';

/** Lower case for A-Z only; `lower()` and ILIKE fold more. */
export function foldSql(value: Sql): Sql {
  return `translate(${value}, '${UPPER}', '${UPPER.toLowerCase()}')`;
}

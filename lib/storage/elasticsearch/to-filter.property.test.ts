import { sample as sampleOf, tuple, type Arbitrary } from 'fast-check';
import { describe, expect, it } from 'vitest';
import { compileCondition, fieldsOf, type Expression, type Value } from '@/lib/eql';
import { parseInstants } from '@/lib/eql/date';
import { compareAddresses, isInNetwork, parseAddress, parseNetwork } from '@/lib/eql/ip';
import { compileLuceneRegex } from '@/lib/eql/regex/lucene';
import { compareText } from '@/lib/eql/values';
import { foldAscii } from '@/lib/eql/wildcard';
import {
  condition,
  event,
  leaf,
  many,
  RUNS,
  schema,
  show,
  source,
  type TestEvent,
} from '../conditions.testing';
import { capabilitiesFor, type IndexCapabilities } from './field-capabilities';
import type { ElasticsearchFilter, RangeBounds, TermValue } from './query-dsl';
import { toElasticsearchFilter } from './to-filter';

/** A mapped index: it has neither the cold field nor one whose values are of any type. */
const index: IndexCapabilities = {
  field(name) {
    const info = name === 'cold' || name === 'seen.raw' ? undefined : schema.field(name);
    return info && capabilitiesFor(info.type, info.normalizer);
  },
};

type Clause = Readonly<Record<string, unknown>>;

/** What the index makes of a filter, for the queries that we write: a model of it, not the servers themselves. */
function matches(
  filter: ElasticsearchFilter,
  values: (field: string) => readonly Value[],
): boolean {
  const [[kind, body] = ['', {}]] = Object.entries<Clause>(
    filter as Readonly<Record<string, Clause>>,
  );
  if (kind === 'match_all') return true;
  if (kind === 'match_none') return false;
  if (kind === 'exists') return values(String(body.field)).length > 0;
  if (kind === 'bool') {
    const clauses = (name: string): readonly ElasticsearchFilter[] =>
      (body[name] as readonly ElasticsearchFilter[] | undefined) ?? [];
    const holds = (clause: ElasticsearchFilter): boolean => matches(clause, values);
    if (!clauses('filter').every(holds) || clauses('must_not').some(holds)) return false;
    return body.should === undefined || clauses('should').some(holds);
  }
  const [[field, options] = ['', {}]] = Object.entries<unknown>(body);
  const type = schema.field(field)?.type ?? 'keyword';
  return values(field).some((value) => matchesValue(kind, options, value, type));
}

function matchesValue(kind: string, options: unknown, value: Value, type: string): boolean {
  const { value: wanted, case_insensitive: insensitive } = options as {
    value: TermValue;
    case_insensitive?: boolean;
  };
  const fold = (text: string): string => (insensitive ? foldAscii(text) : text);
  switch (kind) {
    case 'term':
      return isTerm(wanted, value, type, fold);
    case 'terms':
      return (options as readonly TermValue[]).some((each) => isTerm(each, value, type, fold));
    case 'prefix':
      return String(value).startsWith(String(wanted));
    case 'wildcard': {
      const regex = Array.from(
        fold(String(wanted)).matchAll(/\\(.)|(\*)|(\?)|(.)/gsu),
        ([all, escaped, star, any]) =>
          star ? '.*' : any ? '.' : (escaped ?? all).replace(/[$()*+./?[\\\]^{|}]/, '\\$&'),
      );
      return new RegExp(`^(?:${regex.join('')})$`, 'su').test(fold(String(value)));
    }
    case 'regexp':
      return compileLuceneRegex(String(wanted), { caseInsensitive: insensitive === true })(
        String(value),
      );
    case 'range':
      return isInRange(options as RangeBounds, value, type);
    default:
      throw new Error(`The model has no "${kind}" query`);
  }
}

function isTerm(
  wanted: TermValue,
  value: Value,
  type: string,
  fold: (text: string) => string,
): boolean {
  if (type === 'ip') {
    const network = parseNetwork(String(wanted));
    const address = parseAddress(String(value));
    return network !== undefined && address !== undefined && isInNetwork(address, network);
  }
  if (typeof value === 'string') return fold(value) === fold(String(wanted));
  return typeof value === 'boolean' ? value === wanted : order(value, wanted, type) === 0;
}

function isInRange({ gt, gte, lt, lte }: RangeBounds, value: Value, type: string): boolean {
  const holds = (bound: TermValue | undefined, accepts: (order: number) => boolean): boolean =>
    bound === undefined || accepts(order(value, bound, type));
  return (
    holds(gt, (each) => each > 0) &&
    holds(gte, (each) => each >= 0) &&
    holds(lt, (each) => each < 0) &&
    holds(lte, (each) => each <= 0)
  );
}

function order(value: Value, bound: TermValue, type: string): number {
  if (type === 'ip') {
    const [a, b] = [parseAddress(String(value)), parseAddress(String(bound))];
    return a && b ? compareAddresses(a, b) : NaN;
  }
  if (typeof value === 'string') return compareText(value, String(bound));
  let wanted: number | bigint =
    typeof bound === 'string' && !type.startsWith('date') ? BigInt(bound) : Number(bound);
  if (type === 'date_nanos')
    wanted = parseInstants(typeof bound === 'boolean' ? '' : bound)?.first ?? 0n;
  const number = Number(value) === value || typeof value === 'bigint' ? value : NaN;
  return number < wanted ? -1 : number > wanted ? 1 : 0;
}

function findContradiction(
  conditions: readonly Expression[],
  events: readonly TestEvent[],
): object | undefined {
  for (const each of conditions) {
    const holds = compileCondition(each, { schema, source });
    const { lower, upper, exact } = toElasticsearchFilter(each, schema, index);
    for (const candidate of events) {
      const values = (field: string): readonly Value[] => {
        const found = candidate[field];
        return found === undefined ? [] : typeof found === 'object' ? found : [found];
      };
      const truth = holds(candidate);
      const low = matches(lower, values);
      const high = matches(upper, values);
      if ((!low || truth) && (!truth || high) && (!exact || low === high)) continue;
      const named = fieldsOf(each).map(({ name }) => [name, candidate[name]]);
      return { condition: show(each), values: named, truth, low, high, exact, lower, upper };
    }
  }
  return undefined;
}

function expectBetween(conditions: Arbitrary<Expression>): void {
  const seed = Number(process.env.WATCHFLOOR_SEED ?? Date.now() % 1_000_000);
  for (const sample of sampleOf(tuple(many(conditions, 20), many(event, 60)), {
    numRuns: RUNS,
    seed,
  })) {
    expect(findContradiction(...sample), `seed ${seed}`).toBeUndefined();
  }
}

describe('toElasticsearchFilter against a model of the index', () => {
  it('keeps single leaves between lower and upper', { timeout: 120_000 }, () =>
    expectBetween(leaf),
  );
  it('keeps trees with and, or and not between lower and upper', { timeout: 120_000 }, () =>
    expectBetween(condition),
  );
});

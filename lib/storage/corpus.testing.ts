import { existsSync, readFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { loadDataset } from '@/conformance/datasets';
import { loadSuites } from '@/conformance/suite';
import { ecsMapping } from '@/lib/ecs/mapping';
import { EqlError, readQuery, type Schema } from '@/lib/eql';
import { parseRuleToml } from '@/lib/rules/rule-toml';
import { conditionOf, filtersOf, type ConditionWithSchema } from './exactness';

const corpora = process.env.WATCHFLOOR_CORPORA ?? resolve('..', 'shared', 'corpora');
const suitesFolder = join(corpora, 'eql-conformance');
const isRequired = process.env.WATCHFLOOR_REQUIRE?.split(',').includes('corpora') ?? false;

/** Elastic's own rule, whose stages must not need the evaluator. */
export const elasticRule = join(corpora, 'elastic-rule', 'lateral_movement_remote_services.toml');

export const hasCorpora = existsSync(join(suitesFolder, 'datasets.json')) || isRequired;
export const skipReason = hasCorpora ? '' : ' (skipped: the corpora folder is not there)';

/** The conditions of every query of the suites that is valid on its data set, and of the rule file. */
export function corpusConditions(): ConditionWithSchema[] {
  // suites without data are about the language; where their fields are those of the main data set, they are queries of it
  const ownSchema = loadDataset(suitesFolder, ['endgame-140']).schema;
  const ofSuites = loadSuites(suitesFolder).flatMap((suite) => {
    const names = typeof suite.dataset === 'string' ? [suite.dataset] : (suite.dataset ?? []);
    const schemas = [names, suite.also_run_on ? [suite.also_run_on] : []]
      .filter((each) => each.length > 0)
      .map((each) => loadDataset(suitesFolder, each).schema);
    const queries = suite.tests.map(({ query }) => query).filter((query) => query !== undefined);
    const queried = schemas.length > 0 ? schemas : [ownSchema];
    return queried.flatMap((schema) => queries.flatMap((query) => conditionsOf(query, schema)));
  });
  return [...ofSuites, ...ruleConditions(elasticRule)];
}

/** The conditions of a rule's stages over events of ECS. */
export function ruleConditions(file: string): ConditionWithSchema[] {
  const { rule } = parseRuleToml(readFileSync(file, 'utf8'), file);
  if (!rule || !('query' in rule)) throw new Error(`${file} has no query`);
  return conditionsOf(String(rule.query), ecsMapping({ unknownFields: 'dynamic' }));
}

function conditionsOf(text: string, schema: Schema): ConditionWithSchema[] {
  try {
    const { query } = readQuery(text, { schema });
    return filtersOf(query).map((filter) => ({ condition: conditionOf(filter), schema }));
  } catch (error) {
    if (error instanceof EqlError) return [];
    throw error;
  }
}

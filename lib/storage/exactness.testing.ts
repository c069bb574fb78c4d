import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import type { Expression, Schema } from '@/lib/eql';
import { builtInRulesFolder } from '@/lib/rules/load-rules';
import {
  corpusConditions,
  elasticRule,
  hasCorpora,
  ruleConditions,
  skipReason,
} from './corpus.testing';
import { measureExactness } from './exactness';
import type { Translation } from './filter-pair';

/** What every translator must decide by itself, so that the evaluator has little left. */
export function describeExactness<F>(
  backend: string,
  translate: (condition: Expression, schema: Schema) => Translation<F>,
): void {
  describe(`exactness of the ${backend} translator`, () => {
    it('leaves nothing of the built-in rule to the evaluator', () => {
      const file = join(builtInRulesFolder(), 'remotely-started-services-via-rpc.toml');
      expect(measureExactness(ruleConditions(file), translate).inexact).toEqual([]);
    });

    it.runIf(hasCorpora)(`leaves nothing of Elastic's rule to the evaluator${skipReason}`, () => {
      expect(measureExactness(ruleConditions(elasticRule), translate)).toMatchObject({
        inexact: [],
      });
    });

    it.runIf(hasCorpora)(`decides 95 % or more of the leaves of the corpora${skipReason}`, () => {
      const { leaves, exact, inexact } = measureExactness(corpusConditions(), translate);
      console.log(
        `${backend}: ${exact} of ${leaves} leaves exact, ${((100 * exact) / leaves).toFixed(1)} %`,
      );
      if (process.env.WATCHFLOOR_VERBOSE) console.log(inexact.join('\n'));
      expect(exact / leaves).toBeGreaterThanOrEqual(0.95);
    });
  });
}

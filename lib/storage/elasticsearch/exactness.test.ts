import type { Expression, Schema } from '@/lib/eql';
import { describeExactness } from '../exactness.testing';
import { capabilitiesFor } from './field-capabilities';
import { toElasticsearchFilter } from './to-filter';

describeExactness('elasticsearch', (condition: Expression, schema: Schema) =>
  toElasticsearchFilter(condition, schema, {
    field(name) {
      const info = schema.field(name);
      return info && capabilitiesFor(info.type, info.normalizer);
    },
  }),
);

import type { Expression, Schema } from '@/lib/eql';
import { describeExactness } from '../exactness.testing';
import { columnKindFor } from './catalogue';
import { toSql } from './to-sql';

/** With a column for each field: those that rules name are promoted. */
describeExactness('embedded', (condition: Expression, schema: Schema) =>
  toSql(condition, schema, {
    column(path) {
      const info = schema.field(path);
      const kind = info && columnKindFor(info.type);
      return kind && { name: path, kind };
    },
  }),
);

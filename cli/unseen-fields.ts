import type { JsonObject } from '@/lib/ecs/json';
import { fieldsOf, type EventFilter, type Field, type FieldValues, type Query } from '@/lib/eql';
import type { DocumentFields } from './document-fields';

/** Which of a query's fields, of those that no mapping declares, have not been in any document. */
export class UnseenFields {
  private unseen: readonly { name: string; read: (source: JsonObject) => FieldValues }[];

  constructor(query: Query, fields: DocumentFields) {
    const required = fieldsOfQuery(query).filter(({ optional }) => !optional);
    const names = new Set(required.map(({ name }) => name));
    this.unseen = [...names]
      .filter((name) => fields.field(name)?.dynamic)
      .map((name) => ({ name, read: fields.reader(name) }));
  }

  look(source: JsonObject): void {
    if (this.unseen.length === 0) return;
    if (this.unseen.some(({ read }) => read(source) !== undefined)) {
      this.unseen = this.unseen.filter(({ read }) => read(source) === undefined);
    }
  }

  names(): readonly string[] {
    return this.unseen.map(({ name }) => name);
  }
}

function fieldsOfQuery(query: Query): readonly Field[] {
  const inFilter = ({ condition }: EventFilter) => fieldsOf(condition);
  if (query.kind === 'event') return inFilter(query.filter);
  const until = query.kind === 'sample' || query.until === undefined ? [] : [query.until];
  const stages = [...query.stages, ...until];
  return [...query.by, ...stages.flatMap(({ by, filter }) => [...by, ...inFilter(filter)])];
}

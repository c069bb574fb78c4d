import { z } from 'zod';

const operator = z.enum(['included', 'excluded']).default('included');
/** The stage that the entry is about, from 1 as alerts number them. Counts in scope `sequence` only. */
const stage = z.int().min(1).optional();
const text = z.union([z.string(), z.number(), z.boolean()]).transform(String);

const entrySchema = z.discriminatedUnion('type', [
  z.object({ type: z.literal('match'), field: z.string().min(1), operator, value: text, stage }),
  z.object({
    type: z.literal('match_any'),
    field: z.string().min(1),
    operator,
    value: z.array(text).min(1),
    stage,
  }),
  z.object({ type: z.literal('wildcard'), field: z.string().min(1), operator, value: text, stage }),
  z.object({ type: z.literal('exists'), field: z.string().min(1), operator, stage }),
]);

/** One condition of an exception item, in Kibana's shape. */
export type ExceptionEntry = z.infer<typeof entrySchema>;

const itemSchema = z.looseObject({
  item_id: z.string().min(1),
  name: z.string().default(''),
  entries: z.array(entrySchema).min(1),
  expire_time: z.iso.datetime({ offset: true }).optional(),
  watchfloor: z
    .looseObject({
      /** `any_event` is Kibana's meaning: such an event takes part in nothing. */
      scope: z.enum(['sequence', 'any_event']).default('any_event'),
    })
    .default({ scope: 'any_event' }),
});

/** An exception item in Kibana's shape, with the scope that says what its entries are about. */
export type ExceptionItem = z.infer<typeof itemSchema>;

/** The items of a JSON text: an array. Throws an Error that says what is wrong where. */
export function parseExceptionItems(json: unknown): ExceptionItem[] {
  const parsed = z.array(itemSchema).safeParse(json);
  if (!parsed.success) throw new Error(z.prettifyError(parsed.error));
  for (const [index, item] of parsed.data.entries()) {
    const isScoped = item.watchfloor.scope === 'sequence';
    const unstaged = item.entries.findIndex((entry) => isScoped && entry.stage === undefined);
    if (unstaged >= 0) {
      throw new Error(
        `Item ${index + 1} ("${item.item_id}"), entry ${unstaged + 1}: scope "sequence" needs a stage on each entry, such as "stage": 1.`,
      );
    }
  }
  return parsed.data;
}

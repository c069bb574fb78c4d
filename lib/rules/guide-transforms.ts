import type { RuleProblem } from './rule-schema';

/** One `[[transform.osquery]]`: a button that runs SQL on the host of the alert. */
interface OsqueryTransform {
  readonly label: string;
  readonly query: string;
  readonly ecs_mapping?: Readonly<Record<string, unknown>> | undefined;
}

/** One `[[transform.investigate]]`: a button that searches events; the lists within `providers` are ANDed, they are ORed. */
interface InvestigateTransform {
  readonly label: string;
  readonly description?: string | undefined;
  readonly providers: readonly (readonly InvestigateProvider[])[];
  readonly relativeFrom?: string | undefined;
  readonly relativeTo?: string | undefined;
}

interface InvestigateProvider {
  readonly field: string;
  readonly value: string | number | boolean;
  readonly valueType: string;
  readonly queryType: string;
  readonly excluded: boolean;
}

/** The buttons of a guide by kind and number; undefined where the file's entry is broken. */
export interface Transforms {
  readonly osquery: readonly (OsqueryTransform | undefined)[];
  readonly investigate: readonly (InvestigateTransform | undefined)[];
}

const PLACEHOLDER = /\$(osquery|investigate)_(\d+)/g;

/**
 * The guide with `$osquery_N` and `$investigate_N` replaced by `!{osquery{..}}` and `!{investigate{..}}`, as
 * elastic/detection-rules does when it builds a rule: compact JSON with sorted keys, on one line. A placeholder without its
 * transform stays as it is and is reported, and so is a transform that the guide places nowhere.
 */
export function renderGuide(
  note: string,
  transforms: Transforms,
): { readonly note: string; readonly problems: readonly RuleProblem[] } {
  const problems: RuleProblem[] = [];
  const placed = new Set<string>();
  const rendered = note.replace(
    PLACEHOLDER,
    (placeholder, kind: keyof Transforms, digits: string) => {
      const isFirst = !placed.has(placeholder);
      placed.add(placeholder);
      const transform = transforms[kind][Number(digits)];
      if (transform) return renderButton(kind, transform);
      if (isFirst) problems.push(missingTransform(placeholder, kind, transforms[kind].length));
      return placeholder;
    },
  );
  for (const kind of ['osquery', 'investigate'] as const) {
    for (const [number, transform] of transforms[kind].entries()) {
      if (!transform || placed.has(`$${kind}_${number}`)) continue;
      problems.push({
        level: 'warning',
        path: 'note',
        message: `The note does not place the ${kind} button "${transform.label}"`,
        hint: `Write $${kind}_${number} where the button belongs, or remove its [[transform.${kind}]]`,
      });
    }
  }
  return { note: rendered, problems };
}

function renderButton(kind: string, transform: OsqueryTransform | InvestigateTransform): string {
  const trimmed =
    'query' in transform ? { ...transform, query: transform.query.trim() } : transform;
  return `!{${kind}${JSON.stringify(sortKeys(trimmed))}}`;
}

function missingTransform(placeholder: string, kind: string, count: number): RuleProblem {
  const hint =
    count === 0
      ? `The file has no [[transform.${kind}]]; add one, or remove the placeholder`
      : `The file has ${count} [[transform.${kind}]], so $${kind}_0 to $${kind}_${count - 1} can be used`;
  return {
    level: 'warning',
    path: 'note',
    message: `The note asks for ${placeholder}, which is missing or broken`,
    hint,
  };
}

function sortKeys(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(sortKeys);
  if (typeof value !== 'object' || value === null) return value;
  const entries = Object.entries(value).sort(([a], [b]) => (a < b ? -1 : 1));
  return Object.fromEntries(entries.map(([key, entry]) => [key, sortKeys(entry)]));
}

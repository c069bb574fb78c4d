import { z } from 'zod';

import { renderGuide, type Transforms } from './guide-transforms';
import type { Rule, RuleProblem } from './rule-schema';
import { parseToml } from './rule-toml';

const translationSchema = z.strictObject({
  rule_id: z.string(),
  language: z.string(),
  name: z.string().optional(),
  description: z.string().optional(),
  note: z.string().optional(),
  setup: z.string().optional(),
  false_positives: z.array(z.string()).optional(),
  osquery_labels: z.array(z.string()).optional(),
  investigate_labels: z.array(z.string()).optional(),
});

/** The texts of a rule in another language. It has no query and no SQL, so it cannot change what runs. */
export type RuleTranslation = z.infer<typeof translationSchema>;

/** Reads `<rule>.<language>.toml`: one table, `[translation]`. */
export function parseTranslationToml(
  text: string,
  fileName: string,
): { readonly translation?: RuleTranslation; readonly problems: readonly RuleProblem[] } {
  const document = parseToml(text, fileName);
  if ('problem' in document) return { problems: [asWarning(document.problem)] };
  const result = translationSchema.safeParse(document.tables['translation']);
  if (result.success) return { translation: result.data, problems: [] };
  const problems = result.error.issues.map((issue): RuleProblem => {
    const path = ['translation', ...issue.path].map(String).join('.');
    const hint =
      'A [translation] holds rule_id, language, name, description, note, setup, false_positives, osquery_labels, investigate_labels';
    return { level: 'warning', message: `${path}: ${issue.message}`, hint, path, file: fileName };
  });
  return { problems };
}

/** The rule with its texts replaced. A translation of another rule, or for another language, changes nothing. */
export function translateRule(
  rule: Rule,
  transforms: Transforms,
  translation: RuleTranslation,
): { readonly rule: Rule; readonly problems: readonly RuleProblem[] } {
  if (translation.rule_id !== rule.rule_id) {
    const problem: RuleProblem = {
      level: 'warning',
      message: `The translation is for rule_id ${translation.rule_id}, the rule beside it is ${rule.rule_id}`,
      hint: 'Copy the rule_id of the rule',
    };
    return { rule, problems: [problem] };
  }
  const { name, description, setup, false_positives, note } = translation;
  const guide =
    note === undefined ? undefined : renderGuide(note, relabel(transforms, translation));
  return {
    rule: {
      ...rule,
      ...(name !== undefined && { name }),
      ...(description !== undefined && { description }),
      ...(setup !== undefined && { setup }),
      ...(false_positives && { false_positives }),
      ...(guide && { note: guide.note }),
    },
    problems: guide?.problems ?? [],
  };
}

function relabel(transforms: Transforms, translation: RuleTranslation): Transforms {
  return {
    osquery: withLabels(transforms.osquery, translation.osquery_labels),
    investigate: withLabels(transforms.investigate, translation.investigate_labels),
  };
}

function withLabels<T extends { readonly label: string }>(
  transforms: readonly (T | undefined)[],
  labels: readonly string[] = [],
): readonly (T | undefined)[] {
  return transforms.map((transform, number) => {
    const label = labels[number];
    return transform && label ? { ...transform, label } : transform;
  });
}

/** A translation that cannot be read leaves the rule in English, so it is no error of the rule. */
function asWarning(problem: RuleProblem): RuleProblem {
  return { ...problem, level: 'warning' };
}

import { existsSync, readFileSync } from 'node:fs';
import { readdir, readFile, stat } from 'node:fs/promises';
import { basename, dirname, extname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

import { parseRuleFile, type RuleInFile } from './rule-file';
import type { Transforms } from './guide-transforms';
import type { Rule, RuleProblem } from './rule-schema';
import { parseTranslationToml, translateRule } from './rule-translation';
import type { QueryPosition } from './toml-position';

export interface LoadedRule {
  readonly rule: Rule;
  readonly file: string;
  /** Where the query stands in the file, so that an error in it can be reported there. Absent in JSON. */
  readonly queryPosition?: QueryPosition;
  /** Warnings and notes about this rule; a rule with an error is not loaded. */
  readonly problems: readonly RuleProblem[];
}

export interface LoadOptions {
  /** Such as `zh`: takes the texts from `<rule>.zh.toml` where there is one. */
  readonly language?: string;
}

export interface LoadedRules {
  readonly rules: readonly LoadedRule[];
  /** What belongs to no loaded rule: files that cannot be read, rules that cannot be used. */
  readonly problems: readonly RuleProblem[];
}

const RULE_EXTENSIONS = ['.toml', '.json', '.ndjson', '.eql'];

/**
 * Loads rules from files and folders (with the folders in them), in order of path. A bad rule is a problem and leaves the
 * others alone; of two rules with one `rule_id` the first is kept.
 */
export async function loadRules(
  paths: readonly string[],
  options: LoadOptions = {},
): Promise<LoadedRules> {
  const rules: LoadedRule[] = [];
  const problems: RuleProblem[] = [];
  const fileById = new Map<string, string>();
  for (const path of paths) {
    const found = await findRuleFiles(path);
    problems.push(...found.problems);
    for (const file of found.files) {
      const loaded = await loadRule(file, options);
      problems.push(...loaded.problems);
      for (const entry of loaded.rules) {
        const first = fileById.get(entry.rule.rule_id);
        if (first === undefined) {
          fileById.set(entry.rule.rule_id, file);
          rules.push(entry);
        } else {
          problems.push(duplicate(entry, first));
        }
      }
    }
  }
  return { rules, problems };
}

/** Loads the rules of one file: one from .toml and .eql, any number from .json and .ndjson. */
export async function loadRule(file: string, options: LoadOptions = {}): Promise<LoadedRules> {
  const read = await readText(file);
  if (read.problem) return { rules: [], problems: [read.problem] };
  const parsed = parseRuleFile(read.text, file);
  const rules: LoadedRule[] = [];
  for (const entry of parsed.rules) {
    const { rule, problems } = await translate(entry, file, options.language);
    rules.push({
      rule,
      file,
      ...(entry.queryPosition && { queryPosition: entry.queryPosition }),
      problems: [...entry.problems, ...problems],
    });
  }
  return { rules, problems: parsed.problems };
}

/** The folder of the rules that come with Watchfloor; the same from the sources and from a bundle below the project. */
export function builtInRulesFolder(): string {
  const start = dirname(fileURLToPath(import.meta.url));
  for (let folder = start; ; folder = dirname(folder)) {
    if (isProjectFolder(folder)) return join(folder, 'rules');
    if (folder === dirname(folder)) {
      throw new Error(`No folder above ${start} has the package.json of watchfloor`);
    }
  }
}

function isProjectFolder(folder: string): boolean {
  const file = join(folder, 'package.json');
  if (!existsSync(file)) return false;
  const parsed: unknown = JSON.parse(readFileSync(file, 'utf8'));
  return (
    typeof parsed === 'object' &&
    parsed !== null &&
    'name' in parsed &&
    parsed.name === 'watchfloor'
  );
}

interface FoundFiles {
  readonly files: readonly string[];
  readonly problems: readonly RuleProblem[];
}

async function findRuleFiles(path: string): Promise<FoundFiles> {
  const stats = await stat(path).catch(() => undefined);
  if (!stats) {
    return failed({
      message: `There is no file or folder ${path}`,
      hint: 'Check the path',
      file: path,
    });
  }
  if (!stats.isDirectory()) {
    if (RULE_EXTENSIONS.includes(extname(path))) return { files: [path], problems: [] };
    const message = `A rule file ends in ${RULE_EXTENSIONS.join(', ')}; this one ends in "${extname(path)}"`;
    return failed({ message, hint: 'Rename the file after what it holds', file: path });
  }
  const files = await listFiles(path);
  if (files.length > 0) return { files: withoutTranslations(files), problems: [] };
  const message = `The folder holds no rules (${RULE_EXTENSIONS.join(', ')})`;
  return failed({ message, hint: 'Check the path', file: path });
}

function failed(problem: Omit<RuleProblem, 'level'>): FoundFiles {
  return { files: [], problems: [{ level: 'error', ...problem }] };
}

/** Rule files below a folder, in order of path, without hidden folders and node_modules. */
async function listFiles(folder: string): Promise<readonly string[]> {
  const files: string[] = [];
  const entries = await readdir(folder, { withFileTypes: true });
  entries.sort((a, b) => (a.name < b.name ? -1 : 1));
  for (const entry of entries) {
    const path = join(folder, entry.name);
    if (entry.name.startsWith('.') || entry.name === 'node_modules') continue;
    if (entry.isDirectory()) files.push(...(await listFiles(path)));
    else if (RULE_EXTENSIONS.includes(extname(entry.name))) files.push(path);
  }
  return files;
}

/** `x.zh.toml` is a translation where `x.toml` stands beside it. */
function withoutTranslations(files: readonly string[]): readonly string[] {
  const all = new Set(files);
  return files.filter((file) => {
    const match = /^(.+)\.[a-z]{2,3}(-[A-Za-z]+)?\.toml$/.exec(basename(file));
    return !(match && all.has(join(dirname(file), `${match[1]}.toml`)));
  });
}

async function translate(
  entry: RuleInFile,
  file: string,
  language: string | undefined,
): Promise<{ readonly rule: Rule; readonly problems: readonly RuleProblem[] }> {
  const translationFile = language && file.replace(/\.toml$/, `.${language}.toml`);
  const transforms: Transforms | undefined = entry.transforms;
  if (!translationFile || !transforms || !existsSync(translationFile)) {
    return { rule: entry.rule, problems: [] };
  }
  const read = await readText(translationFile);
  if (read.problem) return { rule: entry.rule, problems: [read.problem] };
  const parsed = parseTranslationToml(read.text, translationFile);
  if (!parsed.translation) return { rule: entry.rule, problems: parsed.problems };
  const translated = translateRule(entry.rule, transforms, parsed.translation);
  return {
    rule: translated.rule,
    problems: translated.problems.map((problem) => ({ ...problem, file: translationFile })),
  };
}

type ReadText =
  { readonly text: string; readonly problem?: undefined } | { readonly problem: RuleProblem };

async function readText(file: string): Promise<ReadText> {
  try {
    const text = await readFile(file, 'utf8');
    return { text: text.replace(/^\uFEFF/, '') };
  } catch (cause) {
    const reason = cause instanceof Error ? cause.message : String(cause);
    return { problem: { level: 'error', message: `The file cannot be read: ${reason}`, file } };
  }
}

function duplicate({ rule, file }: LoadedRule, first: string): RuleProblem {
  return {
    level: 'error',
    path: 'rule_id',
    message: `"${rule.name}" has rule_id ${rule.rule_id}, which a rule in ${first} has already`,
    hint: 'Give one of them another rule_id, or load only one',
    file,
  };
}

import { indexBaseName } from '@/lib/alerts/index-base-name';

/**
 * Whether an event's index belongs to a rule's patterns: `*` is any run, a pattern with `-` in front takes away, `cluster:`
 * is not looked at. A backing index (`.ds-..`) counts by its data stream. A rule without patterns takes every index; `files-*` (events of no known origin) go to every rule.
 */
export function compileIndexPatterns(
  patterns: readonly string[] | undefined,
): (index: string) => boolean {
  if (!patterns || patterns.length === 0) return () => true;
  const tests = patterns.flatMap((text) => text.split(',')).map(toTest);
  return (index) => {
    if (index.startsWith('files-')) return true;
    const names = [index, indexBaseName(index)];
    return tests.reduce(
      (isIn, { excludes, expression }) =>
        names.some((name) => expression.test(name)) ? !excludes : isIn,
      false,
    );
  };
}

function toTest(pattern: string): { excludes: boolean; expression: RegExp } {
  const excludes = pattern.startsWith('-');
  const local = (excludes ? pattern.slice(1) : pattern).trim().replace(/^[^:]*:/, '');
  const source = local.split('*').map((part) => part.replace(/[.*+?^${}()|[\]\\]/g, '\\$&'));
  return { excludes, expression: new RegExp(`^${source.join('.*')}$`, 's') };
}

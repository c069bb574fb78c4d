/**
 * Order of `version` fields: semantic versions by their rules, numbers as numbers; text that is no version sorts after
 * all versions, by itself (Elasticsearch's VersionEncoder).
 */
export function compareVersions(a: string, b: string): number {
  const left = parseVersion(a);
  const right = parseVersion(b);
  if (!left || !right) {
    if (left) return -1;
    if (right) return 1;
    return a < b ? -1 : a > b ? 1 : 0;
  }
  return (
    comparePrefix(left.main, right.main) ||
    comparePreRelease(left.preRelease, right.preRelease) ||
    compareText(left.build, right.build)
  );
}

interface Version {
  readonly main: readonly string[];
  readonly preRelease: readonly string[] | undefined;
  readonly build: string;
}

const VERSION = /^(\d+(?:\.\d+)*)(?:-([0-9A-Za-z-]+(?:\.[0-9A-Za-z-]+)*))?(?:\+([0-9A-Za-z.-]+))?$/;

function parseVersion(text: string): Version | undefined {
  const match = VERSION.exec(text);
  if (!match?.[1]) return undefined;
  return { main: match[1].split('.'), preRelease: match[2]?.split('.'), build: match[3] ?? '' };
}

function comparePrefix(a: readonly string[], b: readonly string[]): number {
  for (let index = 0; index < Math.min(a.length, b.length); index += 1) {
    const order = compareIdentifiers(a[index] ?? '', b[index] ?? '');
    if (order !== 0) return order;
  }
  return a.length - b.length;
}

/** A release comes after its pre-releases. */
function comparePreRelease(
  a: readonly string[] | undefined,
  b: readonly string[] | undefined,
): number {
  if (!a || !b) return a ? -1 : b ? 1 : 0;
  return comparePrefix(a, b);
}

/** Numbers come before text and compare as numbers, of any length. */
function compareIdentifiers(a: string, b: string): number {
  const aIsNumber = /^\d+$/.test(a);
  const bIsNumber = /^\d+$/.test(b);
  if (aIsNumber && bIsNumber) {
    const left = BigInt(a);
    const right = BigInt(b);
    return left < right ? -1 : left > right ? 1 : 0;
  }
  if (aIsNumber !== bIsNumber) return aIsNumber ? -1 : 1;
  return compareText(a, b);
}

function compareText(a: string, b: string): number {
  return a < b ? -1 : a > b ? 1 : 0;
}

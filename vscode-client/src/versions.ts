/** Versions as three numbers. */

export type Version = readonly [number, number, number];

/** The first version in `text`, such as `askfirst 0.1.0`; undefined when there is none. */
export function versionIn(text: string): Version | undefined {
  const found = /(\d+)\.(\d+)(?:\.(\d+))?/.exec(text);
  return found === null ? undefined : [Number(found[1]), Number(found[2]), Number(found[3] ?? 0)];
}

export function atLeast(version: Version, least: Version): boolean {
  for (const [n, part] of version.entries()) {
    const other = least[n] ?? 0;
    if (part !== other) {
      return part > other;
    }
  }
  return true;
}

export function shown(version: Version): string {
  return version.join(".");
}

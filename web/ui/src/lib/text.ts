/** matches is true when every word of the query occurs in one of the texts, whatever its case. */
export function matches(query: string, ...texts: (string | undefined)[]): boolean {
  const words = query.toLowerCase().split(/\s+/).filter(Boolean);
  const all = texts.join(' ').toLowerCase();
  return words.every((word) => all.includes(word));
}

/** grouped sorts rows into named groups, in the natural order of the names ("emontx 2" before "emontx 10"). */
export function grouped<T>(rows: readonly T[], name: (row: T) => string): [string, T[]][] {
  const groups = new Map<string, T[]>();
  for (const row of rows) {
    const key = name(row);
    const group = groups.get(key);
    if (group) group.push(row);
    else groups.set(key, [row]);
  }
  return [...groups].sort(([a], [b]) => natural(a, b));
}

const collator = new Intl.Collator(undefined, { numeric: true, sensitivity: 'base' });

export function natural(a: string, b: string): number {
  return collator.compare(a, b);
}

/** Names in the order of how few letters they differ from the wanted one (Levenshtein), so that the likely slip stands first. */
export function nearestFirst(wanted: string, names: readonly string[]): readonly string[] {
  const distances = new Map(names.map((name) => [name, distance(wanted.toLowerCase(), name.toLowerCase())]));
  return names.toSorted((a, b) => distances.get(a)! - distances.get(b)!);
}

function distance(a: string, b: string): number {
  // One row of the table at a time: row[j] is the distance of what was read of `a` to the first j letters of `b`.
  let row = Array.from({ length: b.length + 1 }, (_, j) => j);
  for (let i = 1; i <= a.length; i++) {
    const next = [i];
    for (let j = 1; j <= b.length; j++) {
      const replaced = row[j - 1]! + (a[i - 1] === b[j - 1] ? 0 : 1);
      next.push(Math.min(replaced, row[j]! + 1, next[j - 1]! + 1));
    }
    row = next;
  }
  return row[b.length]!;
}

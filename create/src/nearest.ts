/** The known word that was probably meant: at most two letters, and no more than a third of it, apart. */
export function nearest(word: string, known: readonly string[]): string | null {
  const [best] = known
    .map((candidate) => ({ candidate, distance: distance(word.slice(0, 64).toLowerCase(), candidate) }))
    .sort((a, b) => a.distance - b.distance);
  if (best === undefined) return null;
  return best.distance <= Math.min(2, Math.ceil(best.candidate.length / 3)) ? best.candidate : null;
}

/** Levenshtein's: insertions, deletions and replacements. */
function distance(from: string, to: string): number {
  let row = Array.from({ length: to.length + 1 }, (_, index) => index);
  for (let i = 1; i <= from.length; i += 1) {
    const next = [i];
    for (let j = 1; j <= to.length; j += 1) {
      const replaced = row[j - 1]! + (from[i - 1] === to[j - 1] ? 0 : 1);
      next.push(Math.min(replaced, row[j]! + 1, next[j - 1]! + 1));
    }
    row = next;
  }
  return row[to.length]!;
}

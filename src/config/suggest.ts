/** "Did you mean": the nearest of the words that would have been right. */

/**
 * The candidate that `word` was most likely meant to be, or undefined when none is near: at most one edit in three characters
 * (insertions, deletions, substitutions, swaps of neighbours), or one is the start of the other.
 */
export function nearest(word: string, candidates: Iterable<string>): string | undefined {
  let best: string | undefined;
  let bestDistance = Math.max(1, Math.floor(word.length / 3)) + 1;
  let byPrefix: string | undefined;
  for (const candidate of candidates) {
    if (Math.abs(candidate.length - word.length) < bestDistance) {
      const distance = editDistance(word.toLowerCase(), candidate.toLowerCase());
      if (distance < bestDistance) [best, bestDistance] = [candidate, distance];
    }
    if (word.length >= 3 && (candidate.startsWith(word) || word.startsWith(`${candidate}_`))) byPrefix ??= candidate;
  }
  return best ?? byPrefix;
}

/** The optimal string alignment distance: edits to turn `a` into `b`, a swap of two neighbours being one. */
export function editDistance(a: string, b: string): number {
  let beforeLast: number[] = [];
  let last = Array.from({ length: b.length + 1 }, (_, column) => column);
  for (let row = 1; row <= a.length; row += 1) {
    const current = [row];
    for (let column = 1; column <= b.length; column += 1) {
      const same = a[row - 1] === b[column - 1];
      let edits = Math.min(last[column] + 1, current[column - 1] + 1, last[column - 1] + (same ? 0 : 1));
      const swapped = row > 1 && column > 1 && a[row - 1] === b[column - 2] && a[row - 2] === b[column - 1];
      if (swapped) edits = Math.min(edits, beforeLast[column - 2] + 1);
      current.push(edits);
    }
    [beforeLast, last] = [last, current];
  }
  return last[b.length];
}

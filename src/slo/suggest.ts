// "Did you mean": the nearest of the names that exist, and the list of them.

/** The number of insertions, deletions, replacements and swaps of neighbours that make one text the other. */
function distance(from: string, to: string): number {
  const rows: number[][] = [Array.from({ length: to.length + 1 }, (_, column) => column)];
  const at = (row: number, column: number) => rows[row]?.[column] ?? Number.POSITIVE_INFINITY;
  for (let row = 1; row <= from.length; row++) {
    rows[row] = [row];
    for (let column = 1; column <= to.length; column++) {
      const same = from[row - 1] === to[column - 1];
      const swapped = from[row - 1] === to[column - 2] && from[row - 2] === to[column - 1];
      const edits = [at(row - 1, column) + 1, at(row, column - 1) + 1, at(row - 1, column - 1) + (same ? 0 : 1)];
      if (swapped) edits.push(at(row - 2, column - 2) + 1);
      rows[row]?.push(Math.min(...edits));
    }
  }
  return at(from.length, to.length);
}

/** The name that was probably meant; undefined when none is near. @example nearest("belw", ["below", "bad"]) // "below" */
export function nearest(name: string, names: readonly string[]): string | undefined {
  const near = names
    .map((candidate) => ({ candidate, edits: distance(name.toLowerCase(), candidate.toLowerCase()) }))
    .filter(({ candidate, edits }) => edits <= Math.max(1, Math.floor(Math.max(name.length, candidate.length) / 3)))
    .sort((a, b) => a.edits - b.edits);
  return near[0]?.candidate;
}

const listed = 12;

/** Names for a sentence. @example listOf(["a", "b"]) // "a, b" */
export function listOf(names: readonly string[]): string {
  const rest = names.length - listed;
  return rest > 0 ? `${names.slice(0, listed).join(", ")} and ${rest} more` : names.join(", ");
}

/** What to write instead of a name that doesn't exist. @example suggest("mll", ["ml"], "teams") // 'Did you mean "ml"? The teams are: ml.' */
export function suggest(name: string, names: readonly string[], plural: string): string {
  const near = nearest(name, names);
  const all = names.length > 0 ? `The ${plural} are: ${listOf(names)}.` : `There are no ${plural}.`;
  return near === undefined ? all : `Did you mean "${near}"? ${all}`;
}

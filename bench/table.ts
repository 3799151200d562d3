/** Columns under their heads: the first to the left, numbers to the right. */
export function table(head: readonly string[], rows: readonly (readonly string[])[]): string {
  const widths = head.map((title, column) => Math.max(title.length, ...rows.map((row) => row[column]?.length ?? 0)));
  const line = (cells: readonly string[]) =>
    cells.map((cell, at) => (at === 0 ? cell.padEnd(widths[at] ?? 0) : cell.padStart(widths[at] ?? 0))).join("  ");
  return [head, widths.map((width) => "-".repeat(width)), ...rows].map((row) => line(row).trimEnd()).join("\n");
}

/** @example grouped(10136000) // "10,136,000" */
export function grouped(value: number): string {
  return Math.round(value).toLocaleString("en-US");
}

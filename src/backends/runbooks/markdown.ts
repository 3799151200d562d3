// The Markdown that runbooks are made of. Absent and empty parts vanish with their headings.

/** Text in a table cell: a bar would end it, a line break the whole table, and "<" could open HTML. */
function cell(text: string): string {
  return text.replaceAll(/\s*\n\s*/g, " ").replaceAll(/[|<]/g, "\\$&");
}

function row(cells: readonly string[]): string {
  return `| ${cells.map(cell).join(" | ")} |`;
}

export function table(head: readonly string[], rows: readonly (readonly string[])[]): string {
  if (rows.length === 0) return "";
  return [row(head), row(head.map(() => "---")), ...rows.map(row)].join("\n");
}

export function list(items: readonly string[]): string {
  return items.map((item) => `- ${item}`).join("\n");
}

/** Steps to take in this order. */
export function steps(items: readonly string[]): string {
  return items.map((item, index) => `${index + 1}. ${item}`).join("\n");
}

function code(language: string, text: string): string {
  return `\`\`\`${language}\n${text}\n\`\`\``;
}

/** A query under its title. */
export function paste(title: string, query: string): string {
  return `${title}:\n\n${code("promql", query)}`;
}

/** Blocks with one empty line between them. */
export function blocks(...parts: readonly string[]): string {
  return parts.filter((part) => part !== "").join("\n\n");
}

export function section(title: string, ...parts: readonly string[]): string {
  const body = blocks(...parts);
  return body === "" ? "" : `## ${title}\n\n${body}`;
}

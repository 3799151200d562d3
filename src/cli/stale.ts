// What `synth --check` shows: how the files on disk differ from those that would be written.
import { join } from "node:path";
import { createTwoFilesPatch } from "diff";
import { type Changes, contentOf } from "./changes.ts";
import { colorsFor, counted } from "./terminal.ts";

const shownLines = 200;

interface Difference {
  readonly path: string;
  readonly patch: string;
}

function difference(out: string, path: string, wanted: string | undefined): Difference {
  const file = join(out, path);
  const found = contentOf(file) ?? undefined;
  const [from, to] = [
    found === undefined ? "/dev/null" : `a/${file}`,
    wanted === undefined ? "/dev/null" : `b/${file}`,
  ];
  const patch = createTwoFilesPatch(from, to, found ?? "", wanted ?? "", undefined, undefined, { context: 3 });
  return { path, patch: patch.replace(/^=+\n/, "").trimEnd() };
}

/** Rules before what follows from them: proofs and the list of hashes come last. */
function rank(path: string): number {
  if (path.includes("prometheus/rules/")) return 0;
  return path === "files.json" ? 3 : path.includes("prometheus/proofs/") ? 2 : 1;
}

/** A unified diff of at most 200 lines, and how much more there is. */
export function printStale(out: string, { written, removed }: Changes): string {
  const colors = colorsFor(process.stdout);
  const paint = (line: string) =>
    /^(\+\+\+|---)/.test(line)
      ? colors.bold(line)
      : line.startsWith("+")
        ? colors.green(line)
        : line.startsWith("-")
          ? colors.red(line)
          : line.startsWith("@@")
            ? colors.cyan(line)
            : line;
  const wanted = [...written, ...removed.map((path) => ({ path, content: undefined }))].sort(
    (a, b) => rank(a.path) - rank(b.path) || (a.path < b.path ? -1 : 1),
  );
  const lines: string[] = [];
  let shown = 0;
  for (const { path, content } of wanted) {
    if (lines.length >= shownLines) break;
    lines.push(...difference(out, path, content).patch.split("\n"));
    shown++;
  }
  const cut = lines.length > shownLines;
  const rest = wanted.length - shown;
  return [
    ...lines.slice(0, shownLines).map(paint),
    ...(cut ? [`... and ${counted(lines.length - shownLines, "more line")} of ${wanted[shown - 1]?.path}`] : []),
    ...(rest > 0 ? [`... and ${counted(rest, "more file")}`] : []),
  ].join("\n");
}

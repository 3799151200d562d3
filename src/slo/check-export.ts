// What a file exports by default, against what it is there for.
import type { Finding } from "./diagnostics.ts";
import { show } from "./shape.ts";

/** A file of `slos/` and what it exports by default. */
export interface LoadedFile {
  /** Relative to where the command runs. */
  readonly file: string;
  readonly value: unknown;
  /** The names of its other exports. */
  readonly named: readonly string[];
}

const words = {
  organisation: "export default organisation({ ... })",
  metrics: "export default declareMetrics({ ... })",
  stack: "export default stack({ ... })",
  service: 'export default service("my-service", { ... })',
} as const;
/** What a file of `slos/` can be there for. */
export type FileKind = keyof typeof words;

const nouns: Readonly<Record<string, string>> = {
  organisation: "an organisation",
  metrics: "declared metrics",
  stack: "a stack",
  service: "a service",
  slo: "an SLO",
  budget: "a budget",
  source: "a metric source",
} satisfies Readonly<Record<FileKind | "slo" | "budget" | "source", string>>;

/** The default export, if it is what the file is there for; otherwise says what it is. */
export function expectKind(kind: FileKind, { value, named }: LoadedFile): readonly Finding[] {
  const found = typeof value === "object" && value !== null && "kind" in value ? value.kind : undefined;
  if (found === kind) return [];
  const others =
    named.length > 0
      ? `exports ${named.map((name) => `\`${name}\``).join(", ")}, but nothing by default`
      : "exports nothing";
  const problem =
    value === undefined
      ? `the file ${others}`
      : `the default export is ${nouns[String(found)] ?? show(value)}, not ${nouns[kind]}`;
  const elsewhere =
    kind === "service" && found === undefined ? "; files that only serve others belong in a folder of their own" : "";
  return [{ id: "wrong-export", problem, instead: `Write ${words[kind]}${elsewhere}.` }];
}

// Where in a file a diagnostic's field is written: the checks see values, people see text.
import { existsSync, readFileSync } from "node:fs";
import type { Diagnostic } from "../slo/diagnostics.ts";

/** A property of an object literal, by its path from the outermost literal. */
interface Key {
  readonly path: string;
  readonly offset: number;
}

const token = /\/\/.*|\/\*[\s\S]*?\*\/|"(?:\\.|[^"\\])*"|'(?:\\.|[^'\\])*'|`(?:\\.|[^`\\])*`|[\w$]+|\S/g;

const join = (path: readonly string[]) => path.join("\0");

/** All properties of the object literals in a text. Calls are looked through: `errors: errorRate({ below: "1%" })` has `errors.below`. */
function keysOf(text: string): readonly Key[] {
  const keys: Key[] = [];
  const open: { readonly bracket: string; readonly owner: readonly string[]; current: readonly string[] }[] = [];
  const tokens = [...text.matchAll(token)].filter(([part]) => !/^\/[/*]/.test(part));
  for (const [index, { 0: part, index: offset }] of tokens.entries()) {
    const frame = open.at(-1);
    const before = tokens[index - 1]?.[0] ?? "";
    const isKey =
      frame?.bracket === "{" &&
      (before === "{" || before === ",") &&
      tokens[index + 1]?.[0] === ":" &&
      /^[\w$"']/.test(part);
    if (frame && isKey) {
      frame.current = [...frame.owner, part.replaceAll(/^["']|["']$/g, "")];
      keys.push({ path: join(frame.current), offset });
    }
    if ("([{".includes(part)) open.push({ bracket: part, owner: frame?.current ?? [], current: frame?.current ?? [] });
    if (")]}".includes(part)) open.pop();
  }
  return keys;
}

function pathOf({ slo, field }: Diagnostic): readonly string[] {
  const names = field?.match(/"(?:\\.|[^"])*"|[^.[\]]+/g) ?? [];
  const fields = names.filter((name) => !/^\d+$/.test(name)).map((name) => name.replaceAll(/^"|"$/g, ""));
  return slo === undefined ? fields : ["slos", slo, ...fields];
}

/** The position of the field, or of the nearest one around it; nothing where the text doesn't tell for certain. */
function positionIn(text: string, diagnostic: Diagnostic): Pick<Diagnostic, "line" | "column"> {
  const keys = keysOf(text);
  for (let path = pathOf(diagnostic); path.length > 0; path = path.slice(0, -1)) {
    const [key, ...others] = keys.filter((one) => one.path === join(path));
    if (!key || others.length > 0) continue;
    const before = text.slice(0, key.offset).split("\n");
    return { line: before.length, column: (before.at(-1)?.length ?? 0) + 1 };
  }
  return {};
}

/** Adds positions where they are known. */
export function locate(diagnostics: readonly Diagnostic[]): readonly Diagnostic[] {
  const texts = new Map<string, string>();
  return diagnostics.map((diagnostic) => {
    const { file, line } = diagnostic;
    if (line !== undefined || !existsSync(file)) return diagnostic;
    const text = texts.get(file) ?? readFileSync(file, "utf8");
    texts.set(file, text);
    return { ...diagnostic, ...positionIn(text, diagnostic) };
  });
}

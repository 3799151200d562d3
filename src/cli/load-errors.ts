// Why a file of slos/ can't be loaded: what Node and esbuild throw, as diagnostics at the place where the mistake is.
import { basename, dirname, join, relative, sep } from "node:path";
import { fileURLToPath } from "node:url";
import type { Diagnostic } from "../slo/diagnostics.ts";

/** The file that was being loaded, as people know it, and the real path of its folder. */
interface Loading {
  readonly file: string;
  readonly folder: string;
}

type Place = Pick<Diagnostic, "file" | "line" | "column">;

const toPath = (name: string) => (name.startsWith("file://") ? fileURLToPath(name) : name);

/** A path as seen from the working directory; the real path of a linked folder is written as the link. */
function shown(path: string, { file, folder }: Loading): string {
  if (!path.startsWith(folder + sep)) return relative(process.cwd(), path);
  const written = file.includes(sep) ? file.slice(0, file.lastIndexOf(sep) + 1) : "";
  return written + relative(folder, path);
}

/** All mistakes in `path:line:column: ERROR: message`, the form of esbuild, whose columns count from 0. */
function syntaxErrors(message: string, loading: Loading): readonly Diagnostic[] {
  return [...message.matchAll(/^(.+?):(\d+):(\d+): ERROR: (.+)$/gm)].map(([, path = "", line, column, text]) => ({
    id: "syntax-error",
    file: shown(path, loading),
    line: Number(line),
    column: Number(column) + 1,
    problem: (text ?? "").replace(/\.$/, ""),
    instead: "Mend the TypeScript here, or in the line before.",
  }));
}

/** What an import of a file that isn't there is called. */
export function noFile(file: string): string {
  return `there is no file ${file}`;
}

/** An import of something that isn't there: the ways in which Node says so for ES modules and for CommonJS. */
function unresolved(error: Error, loading: Loading): Diagnostic | undefined {
  const missing = /^Cannot find (?:module|package) '([^']+)'(?: imported from (\S.*))?/.exec(error.message);
  if (missing) {
    const [, name = "", importer] = missing;
    const from = importer ?? /Require stack:\n- (.+)/.exec(error.message)?.[1];
    const importerPath = from === undefined ? join(loading.folder, basename(loading.file)) : toPath(from);
    const place = { id: "unresolved-import", file: shown(importerPath, loading) } as const;
    if (!/^[./]|^file:/.test(name)) {
      const packageName = name
        .split("/")
        .slice(0, name.startsWith("@") ? 2 : 1)
        .join("/");
      return {
        ...place,
        problem: `there is no package ${packageName}`,
        instead: `Install it: npm install ${packageName}.`,
      };
    }
    const path = name.startsWith(".") ? join(dirname(importerPath), name) : toPath(name);
    return { ...place, problem: noFile(shown(path, loading)), instead: "Mend the path of the import; it ends in .ts." };
  }
  const unexported = /^The requested module '([^']+)' does not provide an export named '([^']+)'/.exec(error.message);
  if (!unexported) return undefined;
  const [, module, name] = unexported;
  const [, path, line] = /^(.+?):(\d+)\n/.exec(error.stack ?? "") ?? [];
  const instead = name === "default" ? "Add an export default there." : "Mend the name, or export it there.";
  const place =
    path === undefined ? { file: loading.file } : { file: shown(toPath(path), loading), line: Number(line) };
  return { id: "unresolved-import", ...place, problem: `${module} exports no ${name}`, instead };
}

/** The innermost place in the folder that a stack trace names. */
function placeInside(stack: string, loading: Loading): Place | undefined {
  for (const [, name = "", line, column] of stack.matchAll(/^\s+at (?:.*\()?((?:file:\/\/)?\/.+?):(\d+):(\d+)\)?$/gm)) {
    const path = toPath(name);
    if (path.startsWith(loading.folder + sep))
      return { file: shown(path, loading), line: Number(line), column: Number(column) };
  }
  return undefined;
}

/** What went wrong while a file was loaded. */
export function explainLoadError(error: unknown, loading: Loading): readonly Diagnostic[] {
  if (!(error instanceof Error)) {
    return [
      {
        id: "load-failed",
        file: loading.file,
        problem: `the file throws ${JSON.stringify(error) ?? String(error)} while it is loaded`,
        instead: "Files of slos/ only describe.",
      },
    ];
  }
  const syntax = syntaxErrors(error.message, loading);
  if (syntax.length > 0) return syntax;
  // Node says this of files that import one whose own imports failed before: the failure is reported there.
  if (/^request for '.*' is not in cache$/.test(error.message)) return [];
  const missing = unresolved(error, loading);
  if (missing) return [missing];
  // Bundlers write `(0, module.name)` for a plain call of an import.
  const message = error.message.replaceAll(/\(0\s?, (?:\w+\.)?(\w+)\)/g, "$1").split("\n")[0];
  return [
    {
      id: "load-failed",
      ...(placeInside(error.stack ?? "", loading) ?? { file: loading.file }),
      problem: `the file throws while it is loaded: ${message}`.replace(/\.$/, ""),
      instead: "Mend it here; nothing of the file could be read.",
    },
  ];
}

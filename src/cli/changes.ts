// What was made against what lies on disk: what to write, what to remove, and what somebody else has changed.
import { readFileSync, statSync } from "node:fs";
import { join } from "node:path";
import type { GeneratedFile } from "../plan/generated-file.ts";
import type { Diagnostic } from "../slo/diagnostics.ts";
import { emptyLedger, hash, type Ledger, ledgerName, ledgerOf, printLedger, readLedger } from "./ledger.ts";

/** What has to happen for a folder to hold exactly what was made. */
export interface Changes {
  readonly written: readonly GeneratedFile[];
  readonly unchanged: number;
  /** Paths of files that synth wrote and no longer makes. */
  readonly removed: readonly string[];
  /** Files that aren't as synth left them, or aren't its own. */
  readonly conflicts: readonly Diagnostic[];
  readonly before: Ledger;
}

/** The content of a file; undefined where there is none, null where something else is there. */
export function contentOf(path: string): string | null | undefined {
  const found = statSync(path, { throwIfNoEntry: false });
  if (!found) return undefined;
  return found.isFile() ? readFileSync(path, "utf8") : null;
}

const byHand = (file: string): Diagnostic => ({
  id: "edited-by-hand",
  file,
  problem: "the file was changed since synth wrote it",
  instead: "Make the change in slos/ and run synth --force, which overwrites it.",
});

const notOurs = (file: string): Diagnostic => ({
  id: "not-ours",
  file,
  problem: "synth wants to write this file, and what is there is not its own",
  instead: "Move it elsewhere, or overwrite it with synth --force.",
});

const unreadable = (file: string): Diagnostic => ({
  id: "not-ours",
  file,
  problem: "the list of what synth wrote can't be read",
  instead: "Restore it, or run synth --force, which writes everything anew.",
});

/** Reads the ledger of a folder; without one that can be read, nothing there is synth's. */
function readBefore(out: string): { readonly before: Ledger; readonly broken: boolean } {
  const text = contentOf(join(out, ledgerName));
  const before = typeof text === "string" ? readLedger(text) : undefined;
  return { before: before ?? emptyLedger, broken: text !== undefined && before === undefined };
}

/** Compares files with the folder they belong in. `slos` are the ids to remember. */
export function compare(out: string, made: readonly GeneratedFile[], slos: readonly string[]): Changes {
  const { before, broken } = readBefore(out);
  const conflicts: Diagnostic[] = broken ? [unreadable(join(out, ledgerName))] : [];
  const written: GeneratedFile[] = [];
  for (const file of made) {
    const found = contentOf(join(out, file.path));
    if (found === file.content) continue;
    written.push(file);
    const known = before.files[file.path];
    if (found === undefined || (typeof found === "string" && hash(found) === known)) continue;
    conflicts.push(known === undefined ? notOurs(join(out, file.path)) : byHand(join(out, file.path)));
  }
  const makes = new Set(made.map(({ path }) => path));
  const removed = Object.keys(before.files).filter(
    (path) => !makes.has(path) && typeof contentOf(join(out, path)) === "string",
  );
  for (const path of removed) {
    if (hash(contentOf(join(out, path)) ?? "") !== before.files[path]) conflicts.push(byHand(join(out, path)));
  }
  const unchanged = made.length - written.length;
  const ledger = printLedger(ledgerOf(made, slos));
  if (contentOf(join(out, ledgerName)) !== ledger) written.push({ path: ledgerName, content: ledger });
  return { written, unchanged, removed, conflicts, before };
}

// Changes to disk, all or nothing: every file is written beside its place first, then all are moved.
import { mkdirSync, renameSync, rmdirSync, rmSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import type { Changes } from "./changes.ts";
import { ledgerName } from "./ledger.ts";

/** Removes folders that are empty, from the inside out. */
function removeEmptyFolders(out: string, path: string): void {
  for (let folder = dirname(path); folder !== "."; folder = dirname(folder)) {
    try {
      rmdirSync(join(out, folder));
    } catch {
      return;
    }
  }
}

/**
 * Makes a folder hold what was made. Nothing is in its place before everything is on disk; the ledger comes last, so that after an
 * interruption the next run finds what it wrote.
 */
export function write(out: string, { written, removed }: Changes): void {
  const files = [...written].sort((a, b) => Number(a.path === ledgerName) - Number(b.path === ledgerName));
  if (files.length === 0 && removed.length === 0) return;
  const staging = join(out, `.synth-${process.pid}.tmp`);
  try {
    mkdirSync(staging, { recursive: true });
    for (const [index, { content }] of files.entries()) writeFileSync(join(staging, String(index)), content);
    for (const path of removed) {
      rmSync(join(out, path), { force: true });
      removeEmptyFolders(out, path);
    }
    for (const [index, { path }] of files.entries()) {
      mkdirSync(dirname(join(out, path)), { recursive: true });
      renameSync(join(staging, String(index)), join(out, path));
    }
  } finally {
    rmSync(staging, { recursive: true, force: true });
  }
}

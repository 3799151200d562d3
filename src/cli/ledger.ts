// generated/files.json: which files synth wrote, with their hashes, so that it knows its own again.
import { createHash } from "node:crypto";
import type { GeneratedFile } from "../plan/generated-file.ts";

export const ledgerName = "files.json";

/** What was written last time. */
export interface Ledger {
  /** Every file but this one, by path, with the SHA-256 of its content. */
  readonly files: Readonly<Record<string, string>>;
  /** The SLOs it was made of, as "service/slo": their budgets live under these names. */
  readonly slos: readonly string[];
}

export const emptyLedger: Ledger = { files: {}, slos: [] };

/** SHA-256, in hex. */
export function hash(content: string | Uint8Array): string {
  return createHash("sha256").update(content).digest("hex");
}

/** The ledger of files about to be written. */
export function ledgerOf(files: readonly GeneratedFile[], slos: readonly string[]): Ledger {
  const sorted = [...files].sort((a, b) => (a.path < b.path ? -1 : 1));
  return {
    files: Object.fromEntries(sorted.map(({ path, content }) => [path, hash(content)])),
    slos: [...slos].sort(),
  };
}

export function printLedger(ledger: Ledger): string {
  return `${JSON.stringify(ledger, null, 2)}\n`;
}

const staysInside = (path: string) => !path.startsWith("/") && !path.split(/[\\/]/).includes("..");

/** Reads a ledger; undefined when it is none. Paths that lead out of the folder are nobody's. */
export function readLedger(text: string): Ledger | undefined {
  try {
    const { files, slos } = JSON.parse(text) as Partial<Ledger>;
    if (typeof files !== "object" || files === null || !Array.isArray(slos)) return undefined;
    return { files: Object.fromEntries(Object.entries(files).filter(([path]) => staysInside(path))), slos };
  } catch {
    return undefined;
  }
}

/**
 * What renaming means for budgets, where SLOs went and others came.
 * @example "rag-pipeline/errors is gone and rag-pipeline/error-rate is new: a renamed SLO starts a new error budget"
 */
export function renameNotes(before: readonly string[], after: readonly string[]): readonly string[] {
  const gone = before.filter((slo) => !after.includes(slo));
  const added = after.filter((slo) => !before.includes(slo));
  const serviceOf = (slo: string) => slo.slice(0, slo.indexOf("/"));
  const services = (slos: readonly string[]) => [...new Set(slos.map(serviceOf))];
  const say = (old: readonly string[], fresh: readonly string[], what: string) =>
    `${old.join(", ")} ${old.length > 1 ? "are" : "is"} gone and ${fresh.join(", ")} ${fresh.length > 1 ? "are" : "is"} new: a renamed ${what} starts a new error budget`;
  const within = services(gone).flatMap((service) => {
    const [old, fresh] = [gone, added].map((slos) => slos.filter((slo) => serviceOf(slo) === service));
    return old && fresh && old.length > 0 && fresh.length > 0 ? [say(old, fresh, "SLO")] : [];
  });
  const goneServices = services(gone).filter((service) => !services(after).includes(service));
  const newServices = services(added).filter((service) => !services(before).includes(service));
  return [
    ...within,
    ...(goneServices.length > 0 && newServices.length > 0 ? [say(goneServices, newServices, "service")] : []),
  ];
}

// Which names other systems accept.
import { reservedLabels } from "./slo.ts";

/** A DNS label, as Kubernetes and URLs want it. */
export const dnsLabel = /^[a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?$/;

/** A key of a Kubernetes Secret. */
export const secretKey = /^[-._a-zA-Z0-9]{1,253}$/;

/** The receiver of the Watchdog: organisations can't have one of this name. */
export const heartbeatReceiver = "heartbeat";

/** The nearest DNS label to a text. @example dnsLabelFrom("RAG_pipeline") // "rag-pipeline" */
export function dnsLabelFrom(text: string): string {
  const label = text
    .toLowerCase()
    .replaceAll(/[^a-z0-9]+/g, "-")
    .replaceAll(/^-+|-+$/g, "")
    .slice(0, 63)
    .replace(/-+$/, "");
  return label || "my-name";
}

/** Why a name can't be a label of Prometheus; undefined when it can. */
export function labelNameProblem(name: string, taken: readonly string[] = reservedLabels): string | undefined {
  if (taken.includes(name)) return `the label ${name} is taken`;
  if (name.startsWith("__")) return `the label ${name} begins with "__", which Prometheus keeps for itself`;
  return /^[a-zA-Z_][a-zA-Z0-9_]*$/.test(name) ? undefined : `${JSON.stringify(name)} is not a label name`;
}

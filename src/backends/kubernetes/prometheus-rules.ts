// Rule files to ConfigMaps small enough for `kubectl apply`, which keeps a copy of each object in an annotation of at most 256 KiB.

import type { GeneratedFile } from "../../plan/generated-file.ts";
import type { Plan } from "../../plan/plan.ts";
import { type Chart, k8s } from "./cdk8s.ts";
import { metadata } from "./metadata.ts";

const FOLDER = "prometheus/rules/";
const SHARD_BYTES = 180_000;
/** What one object of rules may hold: less where an operator keeps copies of its own. */
const LIMIT_BYTES = { inCluster: 250_000, operator: 200_000 } as const;

/** A ConfigMap of rule files. */
export interface RuleShard {
  readonly name: string;
  readonly data: Readonly<Record<string, string>>;
}

/** The rule files among `files`, in their order, in as few ConfigMaps as hold them; at least one, since Prometheus mounts it. */
export function ruleShards(files: readonly GeneratedFile[]): readonly RuleShard[] {
  const shards: Record<string, string>[] = [{}];
  let bytes = 0;
  for (const file of files.filter(({ path }) => path.startsWith(FOLDER))) {
    const size = storedBytes(file);
    if (bytes > 0 && bytes + size > SHARD_BYTES) {
      shards.push({});
      bytes = 0;
    }
    bytes += size;
    Object.assign(shards.at(-1) ?? {}, { [file.path.slice(FOLDER.length).replaceAll("/", "-")]: file.content });
  }
  return shards.map((data, index) => ({
    name: index === 0 ? "prometheus-rules" : `prometheus-rules-${index + 1}`,
    data,
  }));
}

/** As JSON, which is how kubectl keeps it. */
function storedBytes({ path, content }: GeneratedFile): number {
  return new TextEncoder().encode(JSON.stringify({ [path]: content })).length;
}

/** A service whose rules no object can hold. */
export interface OversizedRules {
  readonly service: string;
  readonly limitBytes: number;
  /** In how many services its SLOs would fit. */
  readonly parts: number;
}

/** The services whose rule files are too large for this stack's Prometheus. */
export function oversizedRules({ stack }: Plan, files: readonly GeneratedFile[]): readonly OversizedRules[] {
  const { kind } = stack.components.prometheus;
  if (kind === "external") return [];
  const limitBytes = LIMIT_BYTES[kind];
  return files
    .filter((file) => file.path.startsWith(FOLDER) && storedBytes(file) > limitBytes)
    .map((file) => ({
      service: file.path.slice(FOLDER.length).replace(/\.yaml$/, ""),
      limitBytes,
      parts: Math.ceil(storedBytes(file) / limitBytes),
    }));
}

/** The ConfigMaps that Prometheus mounts as its folder of rules. */
export function addPrometheusRules(chart: Chart, { stack }: Plan, files: readonly GeneratedFile[]): void {
  if (stack.components.prometheus.kind !== "inCluster") return;
  for (const { name, data } of ruleShards(files)) {
    new k8s.KubeConfigMap(chart, name, { metadata: metadata(stack, "prometheus", name), data });
  }
}

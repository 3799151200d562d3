// Rule files to ConfigMaps small enough for `kubectl apply`, which keeps a copy of each object in an annotation of at most 256 KiB.

import type { GeneratedFile } from "../../plan/generated-file.ts";
import type { Plan } from "../../plan/plan.ts";
import { type Chart, k8s } from "./cdk8s.ts";
import { metadata } from "./metadata.ts";

const FOLDER = "prometheus/rules/";
const SHARD_BYTES = 180_000;
const FILE_BYTES = 250_000;

/** A ConfigMap of rule files. */
export interface RuleShard {
  readonly name: string;
  readonly data: Readonly<Record<string, string>>;
}

/**
 * The rule files among `files`, in their order, in as few ConfigMaps as hold them; at least one, since Prometheus mounts it.
 * @throws Error where a single file is too large.
 */
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
  const bytes = new TextEncoder().encode(JSON.stringify({ [path]: content })).length;
  if (bytes > FILE_BYTES) {
    throw new Error(
      `${path} takes ${Math.ceil(bytes / 1000)} KB; a ConfigMap that kubectl can apply holds ${FILE_BYTES / 1000} KB. Split its service.`,
    );
  }
  return bytes;
}

/** The ConfigMaps that Prometheus mounts as its folder of rules. */
export function addPrometheusRules(chart: Chart, { stack }: Plan, files: readonly GeneratedFile[]): void {
  if (stack.components.prometheus.kind !== "inCluster") return;
  for (const { name, data } of ruleShards(files)) {
    new k8s.KubeConfigMap(chart, name, { metadata: metadata(stack, "prometheus", name), data });
  }
}

import type { StackPlan } from "../../plan/plan.ts";
import { type Chart, k8s } from "./cdk8s.ts";
import { labels, metadata } from "./metadata.ts";

/** `kubectl apply` keeps a copy of each object in an annotation of at most 256 KiB. */
const MAX_BYTES = 250_000;

/** Labels and annotations beyond those of every object, and a namespace other than the stack's. */
export interface More {
  readonly namespace?: string;
  readonly labels?: Readonly<Record<string, string>>;
  readonly annotations?: Readonly<Record<string, string>>;
}

/**
 * A ConfigMap of files.
 * @throws Error where kubectl couldn't apply it.
 */
export function addConfigMap(
  chart: Chart,
  stack: StackPlan,
  component: string,
  name: string,
  data: Readonly<Record<string, string>>,
  more: More = {},
): void {
  const bytes = new TextEncoder().encode(JSON.stringify(data)).length;
  if (bytes > MAX_BYTES)
    throw new Error(`${Object.keys(data).join(", ")} take ${Math.ceil(bytes / 1000)} KB; ${name} may hold 250 KB.`);
  new k8s.KubeConfigMap(chart, name, {
    metadata: {
      ...metadata(stack, component, name),
      ...(more.namespace === undefined ? {} : { namespace: more.namespace }),
      labels: { ...labels(component), ...more.labels },
      ...(more.annotations ? { annotations: { ...more.annotations } } : {}),
    },
    data: { ...data },
  });
}

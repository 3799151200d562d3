import type { GeneratedFile } from "../../plan/generated-file.ts";
import type { Plan } from "../../plan/plan.ts";

/**
 * The manifests of the stack, one file per component below `kubernetes/`, for `kubectl apply -f` or as the base of a kustomize overlay.
 * `files` are those of the other backends: what the stack's components read.
 * @throws Error where a file is larger than a ConfigMap that kubectl can apply.
 */
export async function kubernetesFiles(plan: Plan, files: readonly GeneratedFile[]): Promise<readonly GeneratedFile[]> {
  const { manifestFiles } = await import("./manifests.ts");
  return manifestFiles(plan, files);
}

// Rule files for rulers that aren't Prometheus. Thanos reads Prometheus's own; Mimir asks which namespace of its own a file is.
import { type GeneratedFile, generatedHeader } from "../../plan/generated-file.ts";
import type { Plan } from "../../plan/plan.ts";

const FOLDER = "prometheus/rules/";

/** `mimirtool rules load` takes these: one namespace for each service, so that a service's rules are replaced alone. */
export function rulerFiles({ stack }: Plan, files: readonly GeneratedFile[]): readonly GeneratedFile[] {
  const { prometheus } = stack.components;
  if (prometheus.kind !== "external" || prometheus.ruler !== "mimir") return [];
  return files
    .filter(({ path }) => path.startsWith(FOLDER))
    .map(({ path, content }) => {
      const name = path.slice(FOLDER.length);
      const namespace = `namespace: "llm-slo-${name.replace(/\.ya?ml$/, "").replaceAll("/", "-")}"\n`;
      const text = content.startsWith(generatedHeader) ? content.slice(generatedHeader.length) : content;
      return { path: `prometheus/mimir/${name}`, content: generatedHeader + namespace + text };
    });
}

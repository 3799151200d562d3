// The Secrets as an example for people, and as resources for the External Secrets Operator.

import { Document } from "yaml";
import { type GeneratedFile, generatedHeader } from "../../plan/generated-file.ts";
import type { Plan } from "../../plan/plan.ts";
import { ApiObject, type Chart } from "./cdk8s.ts";
import { metadata } from "./metadata.ts";
import { secretsOf } from "./secrets.ts";

/** Outside of the folder that people apply, so that no placeholder gets into a cluster by mistake. */
export function secretsExample(plan: Plan): readonly GeneratedFile[] {
  const documents = secretsOf(plan).map(({ name, namespace = plan.stack.namespace, purpose, keys }) => {
    const document = new Document({
      apiVersion: "v1",
      kind: "Secret",
      metadata: { name, namespace },
      type: "Opaque",
      stringData: Object.fromEntries(keys.map(({ key }) => [key, "CHANGE_ME"])),
    });
    const how = keys.map(({ key, from }) => ` ${key}: ${from}`);
    document.commentBefore = [` ${purpose}`, ...how].join("\n");
    return document.toString({ lineWidth: 0 });
  });
  if (documents.length === 0) return [];
  const note =
    "# The Secrets that the stack reads. Copy this file, replace every CHANGE_ME, apply the copy, and commit neither.\n";
  return [{ path: "secrets.example.yaml", content: generatedHeader + note + documents.join("---\n") }];
}

/** One ExternalSecret for each Secret, where the stack names a store. */
export function addExternalSecrets(chart: Chart, plan: Plan): void {
  const store = plan.stack.secretStore;
  if (store === undefined) return;
  for (const { name, namespace = plan.stack.namespace, keys } of secretsOf(plan))
    new ApiObject(chart, name, {
      apiVersion: "external-secrets.io/v1",
      kind: "ExternalSecret",
      metadata: { ...metadata(plan.stack, "external-secrets", name), namespace },
      spec: {
        refreshInterval: "1h",
        secretStoreRef: { name: store.name, kind: store.scope },
        target: { name, creationPolicy: "Owner" },
        data: keys.map(({ key }) => ({
          secretKey: key,
          remoteRef: { key: `${store.prefix}${name}`, property: key },
        })),
      },
    });
}

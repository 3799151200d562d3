import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { parseAllDocuments } from "yaml";
import { alertmanagerConfigFile } from "../../../src/backends/alertmanager/alertmanager-config.ts";
import { kubernetesFiles } from "../../../src/backends/kubernetes/kubernetes-files.ts";
import type { GeneratedFile } from "../../../src/plan/generated-file.ts";
import type { StackPlan } from "../../../src/plan/plan.ts";
import { clusterPlan, fullStack } from "../cluster-plan.ts";
import { collectorModelProblems } from "./collector-model.ts";
import { randomStacks } from "./random-stacks.ts";
import { type Manifest, referenceProblems } from "./references.ts";
import { schemaProblems } from "./schema.ts";

const others: readonly GeneratedFile[] = [
  { path: "prometheus/rules/chat.yaml", content: 'groups:\n  - name: "chat"\n    rules: []\n' },
  { path: "grafana/dashboards/chat.json", content: '{"uid":"chat"}\n' },
  { path: "alertmanager/alertmanager.yml", content: 'route: {receiver: "default"}\nreceivers: [{name: "default"}]\n' },
  { path: "alertmanager/templates/llm.tmpl", content: '{{ define "llm" }}x{{ end }}\n' },
];

function read(text: string): Manifest[] {
  return parseAllDocuments(text, { version: "1.1" }).map((document) => document.toJS());
}

async function made(stack: Partial<StackPlan>) {
  const plan = { ...clusterPlan, stack: { ...clusterPlan.stack, ...stack } };
  const files = await kubernetesFiles(plan, [...others, ...alertmanagerConfigFile(plan)]);
  const objects = files
    .filter(({ path }) => /^kubernetes\/.*\.yaml$/.test(path))
    .flatMap(({ content }) => read(content));
  const example = files.find(({ path }) => path === "secrets.example.yaml")?.content;
  const secrets = example === undefined ? [] : read(example);
  const keys = secrets.flatMap(({ metadata, stringData }) =>
    Object.keys(stringData).map((key) => `${metadata.name}/${key}`),
  );
  return { files, objects, secretKeys: new Set(keys) };
}

async function problemsOf(stack: Partial<StackPlan>): Promise<readonly string[]> {
  const { objects, secretKeys } = await made(stack);
  return [...objects.flatMap(schemaProblems), ...referenceProblems(objects, secretKeys)];
}

describe("every stack", () => {
  test("is of known fields, and refers to nothing that isn't there", async () => {
    expect(await problemsOf({})).toEqual([]);
    expect(await problemsOf(fullStack)).toEqual([]);
  });

  test("whatever is in the cluster, external or off", async () => {
    const property = fc.asyncProperty(randomStacks, async (stack) => {
      expect(await problemsOf(stack)).toEqual([]);
    });
    await fc.assert(property, { numRuns: 500, seed: 7 });
  }, 600_000);
});

describe("the checks of objects", () => {
  const metadata = { name: "a" };

  test("see an unknown field, a missing one and one of another type", () => {
    expect(schemaProblems({ apiVersion: "apps/v1", kind: "Deployment", metadata, spec: { replica: "1" } })).toEqual([
      "Deployment.spec: selector is missing",
      "Deployment.spec: template is missing",
      "Deployment.spec: unknown field replica",
    ]);
    expect(schemaProblems({ apiVersion: "v1", kind: "ConfigMap", metadata, data: { a: 1 } })).toEqual([
      "ConfigMap.data.a: 1 is not a string",
    ]);
  });

  test("see a value of another form", () => {
    const ports = [{ name: "far-too-long-a-name-for-a-port", port: 99_999, protocol: "HTTP" }];
    const labels = { a: "no label: it has spaces" };
    expect(
      schemaProblems({ apiVersion: "v1", kind: "Service", metadata: { ...metadata, labels }, spec: { ports } }),
    ).toEqual([
      "Service.metadata.labels: a=no label: it has spaces is not allowed",
      "Service.spec.ports[0].port: 99999 is not allowed",
      "Service.spec.ports[0].protocol: HTTP is not allowed",
    ]);
    const resources = { requests: { storage: "fifty" } };
    expect(schemaProblems({ apiVersion: "v1", kind: "PersistentVolumeClaim", metadata, spec: { resources } })).toEqual([
      "PersistentVolumeClaim.spec.resources.requests.storage: fifty is not a quantity",
    ]);
  });

  test("see what an operator would refuse", () => {
    const meta = { name: "a", namespace: "b", labels: {} };
    const spec = { selector: {}, podMetricsEndpoints: [{ port: "web", honourLabels: true }] };
    expect(
      schemaProblems({ apiVersion: "monitoring.coreos.com/v1", kind: "PodMonitor", metadata: meta, spec }),
    ).toEqual(['PodMonitor.spec.podMetricsEndpoints.0: Unrecognized key: "honourLabels"']);
  });

  test("see what a collector would not start with", () => {
    expect(
      collectorModelProblems({
        receivers: { otlp: { protocols: {} } },
        processors: { batsh: {}, batch: { send_batch_size: 2, send_batch_max_size: 1, timeout: "soon" } },
        exporters: {},
        extensions: {},
        service: { extensions: [], telemetry: { metrics: { readers: [] } }, pipelines: {} },
      }).map((problem) => problem.replace(/: .*/, "")),
    ).toEqual([
      "receivers.otlp.protocols.grpc",
      "receivers.otlp.protocols.http",
      "processors.batsh",
      "processors.batch.timeout",
      "processors.batch",
    ]);
  });

  const firstContainer = (objects: Manifest[], name: string) =>
    pick(objects, "StatefulSet", name).spec.template.spec.containers[0];

  test.each<[string, RegExp, (objects: Manifest[]) => void]>([
    [
      "a Service without pods",
      /selects 0 workloads/,
      (objects) => {
        pick(objects, "Service", "jaeger").spec.selector = { a: "b" };
      },
    ],
    [
      "a port that nobody has",
      /no port web/,
      (objects) => {
        firstContainer(objects, "prometheus").ports = [];
      },
    ],
    [
      "an address that is nobody's",
      /is nobody's/,
      (objects) => {
        pick(objects, "Service", "loki").metadata.name = "lokki";
      },
    ],
    [
      "a key that nobody is told of",
      /nobody is told of/,
      (objects) => {
        firstContainer(objects, "grafana").env[1].valueFrom.secretKeyRef.key = "x";
      },
    ],
    [
      "a ConfigMap that isn't there",
      /no ConfigMap/,
      (objects) => {
        objects.splice(objects.indexOf(pick(objects, "ConfigMap", "loki")), 1);
      },
    ],
  ])("see %s", async (_, problem, change) => {
    const { objects, secretKeys } = await made({});
    change(objects);
    expect(referenceProblems(objects, secretKeys).join("\n")).toMatch(problem);
  });
});

function pick(objects: readonly Manifest[], kind: string, name: string): Manifest {
  const found = objects.find((object) => object.kind === kind && object.metadata.name === name);
  if (!found) throw new Error(`There is no ${kind} ${name}.`);
  return found;
}

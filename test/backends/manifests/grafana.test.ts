import { describe, expect, test } from "vitest";
import { parse, parseAllDocuments } from "yaml";
import { dashboardFiles } from "../../../src/backends/grafana/dashboard-files.ts";
import { kubernetesFiles } from "../../../src/backends/kubernetes/kubernetes-files.ts";
import { resolveComponents } from "../../../src/compile/components.ts";
import type { ComponentSpecs } from "../../../src/slo/components.ts";
import { clusterPlan } from "../cluster-plan.ts";

interface Manifest {
  readonly kind: string;
  readonly metadata: {
    readonly name: string;
    readonly namespace: string;
    readonly labels: Readonly<Record<string, string>>;
    readonly annotations?: Readonly<Record<string, string>>;
  };
  readonly data: Readonly<Record<string, string>>;
  readonly spec?: object;
}

async function manifests(specs: ComponentSpecs = {}): Promise<readonly Manifest[]> {
  const dashboards = { folder: "Payments", titlePrefix: "Payments", uidPrefix: "payments" };
  const plan = { ...clusterPlan, stack: { ...clusterPlan.stack, components: resolveComponents(specs), dashboards } };
  const files = await kubernetesFiles(plan, await dashboardFiles(plan));
  const text = files.filter(({ path }) => path.startsWith("kubernetes/grafana")).map(({ content }) => content);
  return text.flatMap((one) => parseAllDocuments(one).map((document): Manifest => document.toJS()));
}

async function configMaps(specs: ComponentSpecs, name: RegExp): Promise<readonly Manifest[]> {
  const objects = await manifests(specs);
  return objects.filter(({ kind, metadata }) => kind === "ConfigMap" && name.test(metadata.name));
}

/** What a Grafana reads at its start. */
async function provisioned(specs: ComponentSpecs, name: RegExp) {
  const [found] = await configMaps(specs, name);
  return parse(Object.values(found?.data ?? {})[0] ?? "");
}

const langfuse = { kind: "external", url: "https://langfuse.example.com/" } as const;

describe("dashboards in the cluster", () => {
  const dashboards = /^grafana-dashboard[.-](?!providers)/;

  test("are a ConfigMap each, which the sidecar of a Grafana elsewhere finds by its label and sorts by its folder", async () => {
    const found = await configMaps({ grafana: { kind: "external" } }, dashboards);
    expect(found.map(({ metadata }) => metadata.name)).toEqual([
      "grafana-dashboard.overview",
      "grafana-dashboard.slo",
      "grafana-dashboard.platform",
      "grafana-dashboard-rag-pipeline",
      "grafana-dashboard-ticket-classifier",
    ]);
    for (const { metadata, data } of found) {
      expect(metadata.labels).toMatchObject({ grafana_dashboard: "1" });
      expect(metadata.annotations).toEqual({ grafana_folder: "Payments" });
      // Sidecars put the files of all environments into one folder.
      const [[file, content] = ["", ""]] = Object.entries(data);
      expect(file).toBe(`${JSON.parse(content).uid}.json`);
      expect(file).toMatch(/^payments_/);
    }
  });

  test("are where that sidecar looks, with the label that it looks for", async () => {
    const labels = { dashboards: "yes" };
    const found = await configMaps({ grafana: { kind: "external", labels, namespace: "monitoring" } }, dashboards);
    expect(found).toHaveLength(5);
    for (const { metadata } of found) {
      expect(metadata).toMatchObject({ namespace: "monitoring", labels });
      expect(metadata.labels).not.toHaveProperty("grafana_dashboard");
    }
  });

  test("are resources of the Grafana Operator, which refer to their ConfigMaps", async () => {
    const objects = await manifests({ grafana: { kind: "operator", instances: { dashboards: "grafana" } } });
    expect(objects.filter(({ kind }) => kind === "GrafanaDashboard")).toHaveLength(5);
    expect(objects.find(({ kind }) => kind === "GrafanaDashboard")).toMatchObject({
      apiVersion: "grafana.integreatly.org/v1beta1",
      metadata: { name: "grafana-dashboard.overview", namespace: "llm-slo" },
      spec: {
        instanceSelector: { matchLabels: { dashboards: "grafana" } },
        allowCrossNamespaceImport: true,
        folder: "Payments",
        configMapRef: { name: "grafana-dashboard.overview", key: "payments__overview.json" },
      },
    });
  });

  test("are nobody's label where Grafana is the stack's own, which a sidecar would read twice", async () => {
    for (const { metadata } of await configMaps({}, dashboards))
      expect(metadata.labels).not.toHaveProperty("grafana_dashboard");
  });

  test("are not there where Grafana is off", async () => {
    expect(await manifests({ grafana: { kind: "off" } })).toEqual([]);
  });

  test("are in the stack's folder", async () => {
    const { providers } = await provisioned({}, /providers$/);
    expect(providers).toMatchObject([{ folder: "Payments", folderUid: "payments", allowUiUpdates: false }]);
  });
});

describe("dots on graphs", () => {
  const destinations = async (specs: ComponentSpecs) =>
    (await provisioned(specs, /data-sources$/)).datasources[0].jsonData.exemplarTraceIdDestinations;

  test("lead to the trace in Langfuse and in Jaeger, where there is one", async () => {
    const jaeger = { name: "trace_id", datasourceUid: "jaeger", urlDisplayLabel: "Open in Jaeger" };
    expect(await destinations({})).toEqual([jaeger]);
    expect(await destinations({ langfuse })).toEqual([
      {
        name: "trace_id",
        // Grafana reads `$$` as `$` here.
        url: "https://langfuse.example.com/trace/$${__value.raw}",
        urlDisplayLabel: "Open in Langfuse",
      },
      jaeger,
    ]);
    expect(await destinations({ jaeger: { kind: "off" } })).toBeUndefined();
  });
});

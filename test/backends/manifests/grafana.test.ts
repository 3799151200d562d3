import { describe, expect, test } from "vitest";
import { parse, parseAllDocuments } from "yaml";
import { dashboardFiles } from "../../../src/backends/grafana/dashboard-files.ts";
import { kubernetesFiles } from "../../../src/backends/kubernetes/kubernetes-files.ts";
import { resolveComponents } from "../../../src/compile/components.ts";
import type { ComponentSpecs } from "../../../src/slo/components.ts";
import { clusterPlan } from "../cluster-plan.ts";

interface ConfigMap {
  readonly kind: string;
  readonly metadata: {
    readonly name: string;
    readonly labels: Readonly<Record<string, string>>;
    readonly annotations?: Readonly<Record<string, string>>;
  };
  readonly data: Readonly<Record<string, string>>;
}

async function configMaps(specs: ComponentSpecs = {}, name = /./): Promise<readonly ConfigMap[]> {
  const dashboards = { folder: "Payments", titlePrefix: "Payments", uidPrefix: "payments" };
  const plan = { ...clusterPlan, stack: { ...clusterPlan.stack, components: resolveComponents(specs), dashboards } };
  const files = await kubernetesFiles(plan, await dashboardFiles(plan));
  const text = files.filter(({ path }) => path.startsWith("kubernetes/grafana")).map(({ content }) => content);
  const objects = text.flatMap((one) => parseAllDocuments(one).map((document): ConfigMap => document.toJS()));
  return objects.filter(({ kind, metadata }) => kind === "ConfigMap" && name.test(metadata.name));
}

/** What a Grafana reads at its start. */
async function provisioned(specs: ComponentSpecs, name: RegExp) {
  const [found] = await configMaps(specs, name);
  return parse(Object.values(found?.data ?? {})[0] ?? "");
}

const langfuse = { kind: "external", url: "https://langfuse.example.com/" } as const;

describe("dashboards in the cluster", () => {
  test("are a ConfigMap each, which a sidecar finds by its label and sorts by its folder", async () => {
    const found = await configMaps({}, /^grafana-dashboard[.-](?!providers)/);
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

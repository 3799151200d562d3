import { execFile } from "node:child_process";
import { once } from "node:events";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { readFile } from "node:fs/promises";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { promisify } from "node:util";
import { contract, statuses } from "@llm-slo/metrics/contract";
import { RE2JS } from "re2js";
import { describe, expect, test } from "vitest";
import { parse, parseAllDocuments } from "yaml";
import { imageNames } from "../../../src/backends/kubernetes/images.ts";
import { kubernetesFiles } from "../../../src/backends/kubernetes/kubernetes-files.ts";
import { retentionSize } from "../../../src/backends/kubernetes/prometheus.ts";
import { masked, maskedKeys } from "../../../src/backends/kubernetes/scrubbing.ts";
import { resolveComponents } from "../../../src/compile/components.ts";
import type { GeneratedFile } from "../../../src/plan/generated-file.ts";
import type { StackPlan } from "../../../src/plan/plan.ts";
import { type ComponentSpecs, imageNames as replaceable, scrubbable } from "../../../src/slo/components.ts";
import { clusterPlan } from "../cluster-plan.ts";
import type { Manifest } from "./references.ts";

const files: readonly GeneratedFile[] = [
  { path: "prometheus/rules/chat.yaml", content: 'groups:\n  - name: "chat"\n    rules: []\n' },
  {
    path: "alertmanager/alertmanager.yml",
    content: "templates: [/etc/alertmanager/templates/*.tmpl]\nx: /etc/alertmanager/secrets/k\n",
  },
  { path: "alertmanager/templates/llm.tmpl", content: '{{ define "llm" }}x{{ end }}\n' },
  {
    path: "alertmanager/alertmanager-config.yaml",
    content: "route: {receiver: default}\nreceivers: [{name: default}]\n",
  },
];

async function made(specs: ComponentSpecs, more: Partial<StackPlan> = {}) {
  const ingressNamespace = "ingress-nginx";
  const stack = { ...clusterPlan.stack, ingressNamespace, components: resolveComponents(specs), ...more };
  const written = await kubernetesFiles({ ...clusterPlan, stack }, files);
  const objects = written
    .filter(({ path }) => /^kubernetes\/.*\.yaml$/.test(path))
    .flatMap(({ content }): Manifest[] => parseAllDocuments(content, { version: "1.1" }).map((one) => one.toJS()));
  const find = (kind: string, name: string): Manifest => {
    const found = objects.find((object) => object.kind === kind && object.metadata.name === name);
    if (!found) throw new Error(`There is no ${kind} ${name}.`);
    return found;
  };
  const file = (path: string) => written.find((one) => one.path === path)?.content;
  return {
    objects,
    find,
    file,
    config: (name: string) => parse(String(Object.values(find("ConfigMap", name).data)[0])),
  };
}

const firstContainer = (workload: Manifest): Manifest => workload.spec.template.spec.containers[0];
const variables = (workload: Manifest) =>
  Object.fromEntries(firstContainer(workload).env.map(({ name, value }: Manifest) => [name, value]));
const langfuse = {
  kind: "inCluster",
  url: "https://langfuse.example.com",
  bucket: { kind: "inCluster", url: "https://media.example.com" },
} as const;

describe("images", () => {
  test("are those that a stack may replace", () => {
    expect([...replaceable].toSorted()).toEqual(imageNames.toSorted());
  });

  test("are replaced by the stack's own", async () => {
    const image = `registry.example.com/grafana@sha256:${"0".repeat(64)}`;
    const { find } = await made({}, { images: { grafana: image } });
    expect(firstContainer(find("StatefulSet", "grafana")).image).toBe(image);
  });

  test("are pulled with Secrets of the stack's own, in every pod", async () => {
    const everything = { langfuse, dcgm: { kind: "inCluster" } } as const;
    const { objects } = await made(everything, { imagePullSecrets: ["registry"] });
    const pods = objects.filter(({ spec }) => spec?.template);
    expect(pods.length).toBeGreaterThan(10);
    for (const { spec } of pods) expect(spec.template.spec.imagePullSecrets).toEqual([{ name: "registry" }]);
    expect((await made({})).find("StatefulSet", "loki").spec.template.spec).not.toHaveProperty("imagePullSecrets");
  });

  test("of Langfuse are of one major, in both of its parts", async () => {
    for (const major of [3, 4] as const) {
      const { find } = await made({ langfuse: { ...langfuse, major } });
      for (const name of ["langfuse-web", "langfuse-worker"])
        expect(firstContainer(find("Deployment", name)).image).toMatch(new RegExp(`:${major}\\.`));
    }
  });
});

describe("Alertmanager", () => {
  test("finds its peers where there are three, and opens no mesh where there is one", async () => {
    const one = (await made({})).find("StatefulSet", "alertmanager");
    expect(firstContainer(one).args).toContain("--cluster.listen-address=");
    const three = (await made({ alertmanager: { kind: "inCluster", replicas: 3 } })).find(
      "StatefulSet",
      "alertmanager",
    );
    expect(firstContainer(three).args.filter((arg: string) => arg.startsWith("--cluster.peer="))).toEqual(
      [0, 1, 2].map((n) => `--cluster.peer=alertmanager-${n}.alertmanager-headless.llm-slo.svc:9094`),
    );
  });

  test("can become three and one again: what can't change of a StatefulSet is the same", async () => {
    const fixed = async (replicas: 1 | 3) => {
      const { find } = await made({ alertmanager: { kind: "inCluster", replicas } });
      const { replicas: _, template, ...spec } = find("StatefulSet", "alertmanager").spec;
      return spec;
    };
    expect(await fixed(1)).toEqual(await fixed(3));
  });

  test("tells its peers its pod's own address, private or not", async () => {
    const { find } = await made({ alertmanager: { kind: "inCluster", replicas: 3 } });
    const { args, env } = firstContainer(find("StatefulSet", "alertmanager"));
    expect(args).toContain("--cluster.advertise-address=[$(POD_IP)]:9094");
    expect(env).toEqual([{ name: "POD_IP", valueFrom: { fieldRef: { fieldPath: "status.podIP" } } }]);
  });

  test("is named in messages, and let be reached, by the address that people were given", async () => {
    const fromIngress = ({ find }: Awaited<ReturnType<typeof made>>) =>
      JSON.stringify(find("NetworkPolicy", "alertmanager").spec.ingress).includes("ingress-nginx");
    const given = await made({ alertmanager: { kind: "inCluster", url: "https://alerts.example.com/am" } });
    expect(firstContainer(given.find("StatefulSet", "alertmanager")).args).toEqual(
      expect.arrayContaining(["--web.external-url=https://alerts.example.com/am", "--web.route-prefix=/"]),
    );
    expect(fromIngress(given)).toBe(true);
    expect(fromIngress(await made({}))).toBe(false);
  });

  test("elsewhere is told by its own address and path", async () => {
    const { config } = await made({ alertmanager: { kind: "external", url: "https://am.example.com/base" } });
    expect(config("prometheus").alerting.alertmanagers).toEqual([
      { scheme: "https", path_prefix: "/base", static_configs: [{ targets: ["am.example.com:443"] }] },
    ]);
  });

  test("restarts when its configuration changes, which it doesn't look for itself", async () => {
    const { find } = await made({});
    expect(find("StatefulSet", "alertmanager").spec.template.metadata.annotations).toHaveProperty(
      "llm-slo/configuration",
    );
  });

  test("of an operator gets the whole configuration, with its folders", async () => {
    const { find, objects } = await made({
      prometheus: { kind: "operator", url: "http://p:9090", labels: { release: "x" } },
    });
    expect(find("Secret", "alertmanager-llm-slo").stringData).toEqual({
      "alertmanager.yaml":
        "templates: [/etc/alertmanager/config/*.tmpl]\nx: /etc/alertmanager/secrets/alertmanager-receivers/k\n",
      "llm.tmpl": '{{ define "llm" }}x{{ end }}\n',
    });
    expect(find("PrometheusRule", "prometheus-rules").metadata.labels).toMatchObject({ release: "x" });
    expect(objects.map(({ metadata }) => metadata.name)).not.toContain("prometheus");
  });

  test("of an operator gets routes beside those of others, in its own namespace, with its labels", async () => {
    const { find, objects, file } = await made({
      prometheus: { kind: "operator", url: "http://p:9090" },
      alertmanager: {
        kind: "operator",
        routes: "AlertmanagerConfig",
        namespace: "monitoring",
        labels: { release: "kps" },
      },
    });
    const { apiVersion, metadata, spec } = find("AlertmanagerConfig", "alertmanager-llm-slo");
    expect(apiVersion).toBe("monitoring.coreos.com/v1alpha1");
    expect(metadata).toMatchObject({ namespace: "monitoring", labels: { release: "kps" } });
    expect(spec).toEqual({ route: { receiver: "default" }, receivers: [{ name: "default" }] });
    expect(objects.filter(({ kind }) => kind === "Secret")).toEqual([]);
    const [secret] = parseAllDocuments(file("secrets.example.yaml") ?? "").map((one) => one.toJS());
    expect(secret.metadata).toEqual({ name: "alertmanager-receivers", namespace: "monitoring" });
  });

  test("of an operator gets nothing where it is off", async () => {
    const { objects } = await made({
      prometheus: { kind: "operator", url: "http://p:9090" },
      alertmanager: { kind: "off" },
    });
    expect(objects.filter(({ kind }) => kind === "Secret" || kind === "AlertmanagerConfig")).toEqual([]);
  });
});

describe("what asks for a login", () => {
  const elsewhere = { kind: "external", url: "https://x.example.com/", secret: "login" } as const;
  const user = (name: string) => [
    { name: `${name}_USERNAME`, valueFrom: { secretKeyRef: { name: "login", key: "username" } } },
    { name: `${name}_PASSWORD`, valueFrom: { secretKeyRef: { name: "login", key: "password" } } },
  ];
  const all = {
    prometheus: elsewhere,
    loki: elsewhere,
    jaeger: { ...elsewhere, address: "jaeger.example.com:4317" },
    alertmanager: elsewhere,
  };

  test("gets it from the collector, over TLS", async () => {
    const { config, find } = await made(all);
    const { exporters, extensions, service } = config("otel-collector");
    for (const [exporter, name] of [
      ["otlp_http/prometheus", "prometheus"],
      ["otlp_http/loki", "loki"],
      ["otlp_grpc/jaeger", "jaeger"],
    ] as const) {
      expect(exporters[exporter].auth).toEqual({ authenticator: `basicauth/${name}` });
      expect(extensions[`basicauth/${name}`].client_auth).toEqual({
        username: `\${env:${name.toUpperCase()}_USERNAME}`,
        password: `\${env:${name.toUpperCase()}_PASSWORD}`,
      });
      expect(service.extensions).toContain(`basicauth/${name}`);
      expect(firstContainer(find("Deployment", "otel-collector")).env).toEqual(
        expect.arrayContaining(user(name.toUpperCase())),
      );
    }
    expect(exporters["otlp_grpc/jaeger"].tls).toBeUndefined();
  });

  test("gets it from Grafana", async () => {
    const { config, find } = await made(all);
    const { datasources } = config("grafana-data-sources");
    expect(datasources).toHaveLength(4);
    for (const { uid, basicAuth, basicAuthUser, secureJsonData } of datasources) {
      const variable = uid.toUpperCase();
      expect({ basicAuth, basicAuthUser, secureJsonData }).toEqual({
        basicAuth: true,
        basicAuthUser: `\${${variable}_USERNAME}`,
        secureJsonData: { basicAuthPassword: `\${${variable}_PASSWORD}` },
      });
      expect(firstContainer(find("StatefulSet", "grafana")).env).toEqual(expect.arrayContaining(user(variable)));
    }
  });

  test("gets it from Prometheus, whose Secrets are files", async () => {
    const remoteWrite = { url: "https://w.example.com", secret: "writer" };
    const { config, find, file } = await made({
      prometheus: { kind: "inCluster", remoteWrite },
      alertmanager: elsewhere,
    });
    const { alerting, remote_write } = config("prometheus");
    const files = (name: string) => ({
      username_file: `/etc/prometheus/logins/${name}/username`,
      password_file: `/etc/prometheus/logins/${name}/password`,
    });
    expect(alerting.alertmanagers[0].basic_auth).toEqual(files("login"));
    expect(remote_write[0].basic_auth).toEqual(files("writer"));
    const paths = firstContainer(find("StatefulSet", "prometheus")).volumeMounts.map(
      ({ mountPath }: Manifest) => mountPath,
    );
    expect(paths).toEqual(expect.arrayContaining(["/etc/prometheus/logins/login", "/etc/prometheus/logins/writer"]));
    for (const name of ["login", "writer"]) expect(file("secrets.example.yaml")).toContain(`name: ${name}\n`);
  });
});

describe("Prometheus", () => {
  test("keeps a fifth of its volume free, whatever the unit", () => {
    expect(["50Gi", "1.5Ti", "512Mi", "100G", "1000000000"].map(retentionSize)).toEqual([
      "40960MB",
      "1258291MB",
      "409MB",
      "76293MB",
      "762MB",
    ]);
  });

  test("takes metrics from the collector where it does so itself: Mimir beside its queries, Thanos elsewhere", async () => {
    const endpoint = async (prometheus: NonNullable<ComponentSpecs["prometheus"]>) =>
      (await made({ prometheus })).config("otel-collector").exporters["otlp_http/prometheus"].endpoint;
    expect(await endpoint({ kind: "inCluster" })).toBe("http://prometheus.llm-slo.svc:9090/api/v1/otlp");
    const elsewhere = { kind: "external", url: "https://m.example.com/prometheus/" } as const;
    expect(await endpoint(elsewhere)).toBe("https://m.example.com/prometheus/api/v1/otlp");
    expect(await endpoint({ ...elsewhere, ruler: "mimir" })).toBe("https://m.example.com/otlp");
    const otlpUrl = "http://receive.example.com:19291/api/v1/otlp";
    expect(await endpoint({ ...elsewhere, ruler: "thanos", otlpUrl })).toBe(otlpUrl);
  });
});

describe("volumes", () => {
  test("are of the storage class that a stack names, or else of the cluster's own", async () => {
    const claims = async (stack: Partial<StackPlan>) => {
      const { objects } = await made({ langfuse }, stack);
      return objects.flatMap(({ spec }): Manifest[] => spec?.volumeClaimTemplates ?? []).map(({ spec }) => spec);
    };
    const named = await claims({ storageClass: "fast-ssd" });
    expect(named.length).toBeGreaterThan(5);
    for (const { storageClassName } of named) expect(storageClassName).toBe("fast-ssd");
    for (const spec of await claims({})) expect(spec).not.toHaveProperty("storageClassName");
  });
});

describe("replicas", () => {
  test("are spread over nodes, and single pods are not", async () => {
    const { find } = await made({ langfuse: { ...langfuse, replicas: 2 } });
    const spread = (kind: string, name: string) => find(kind, name).spec.template.spec.topologySpreadConstraints;
    for (const name of ["otel-collector", "langfuse-web", "langfuse-worker"])
      expect(spread("Deployment", name)).toEqual([
        expect.objectContaining({
          topologyKey: "kubernetes.io/hostname",
          labelSelector: { matchLabels: find("Deployment", name).spec.selector.matchLabels },
        }),
      ]);
    expect(spread("StatefulSet", "grafana")).toBeUndefined();
  });
});

describe("the GPU exporter", () => {
  test("publishes every series of its own that the rules ask for", async () => {
    const asked = (await readFile(new URL("../../../src/compile/platform/gpu.ts", import.meta.url), "utf8")).match(
      /DCGM_[A-Z_]+/g,
    );
    expect(asked).not.toBeNull();
    const { find } = await made({ dcgm: { kind: "inCluster" } });
    const published = String(find("ConfigMap", "dcgm-exporter").data["counters.csv"])
      .trimEnd()
      .split("\n")
      .map((line) => line.split(", "));
    for (const fields of published) expect(fields).toHaveLength(3);
    expect(published.map(([name]) => name)).toEqual(expect.arrayContaining(asked ?? []));
    expect(find("DaemonSet", "dcgm-exporter").spec.template.metadata.annotations).toHaveProperty(
      "llm-slo/configuration",
    );
  });
});

describe("Langfuse", () => {
  test("asks one ClickHouse and not a cluster, listens on every address, and may migrate for half an hour", async () => {
    const { find } = await made({ langfuse });
    const web = find("Deployment", "langfuse-web");
    expect(variables(web)).toMatchObject({
      HOSTNAME: "0.0.0.0",
      CLICKHOUSE_CLUSTER_ENABLED: "false",
      REDIS_PORT: "6379",
    });
    const { periodSeconds, failureThreshold } = firstContainer(web).startupProbe;
    expect(periodSeconds * failureThreshold).toBe(1_800);
    expect(web.spec.template.spec.terminationGracePeriodSeconds).toBeGreaterThan(120);
  });

  test("gives browsers an address of the bucket that they can reach, and its worker one that pods can", async () => {
    const { find } = await made({ langfuse });
    const inside = "http://langfuse-seaweedfs.llm-slo.svc:8333";
    expect(variables(find("Deployment", "langfuse-web"))).toMatchObject({
      LANGFUSE_S3_EVENT_UPLOAD_ENDPOINT: inside,
      LANGFUSE_S3_MEDIA_UPLOAD_ENDPOINT: "https://media.example.com",
    });
    expect(variables(find("Deployment", "langfuse-worker"))).toMatchObject({
      LANGFUSE_S3_EVENT_UPLOAD_ENDPOINT: inside,
      LANGFUSE_S3_MEDIA_UPLOAD_ENDPOINT: inside,
    });
    const endpoint = "https://s3.example.com";
    const external = { ...langfuse, bucket: { kind: "external", bucket: "b", region: "eu-1", endpoint } } as const;
    for (const name of ["langfuse-web", "langfuse-worker"])
      expect(variables((await made({ langfuse: external })).find("Deployment", name))).toMatchObject({
        LANGFUSE_S3_MEDIA_UPLOAD_ENDPOINT: endpoint,
      });
  });

  test("lets others make accounts where it is told to", async () => {
    const signUp = async (specs: object) => {
      const { find } = await made({ langfuse: { ...langfuse, ...specs } });
      return variables(find("Deployment", "langfuse-web")).AUTH_DISABLE_SIGNUP;
    };
    expect(await signUp({})).toBe("true");
    expect(await signUp({ signUp: true })).toBeUndefined();
  });

  test("starts its worker once web of the same version answers", async ({ onTestFinished }) => {
    const { find } = await made({ langfuse });
    const [{ command, env, securityContext }] = find("Deployment", "langfuse-worker").spec.template.spec.initContainers;
    expect(env).toEqual([{ name: "WEB_HEALTH", value: "http://langfuse-web.llm-slo.svc:3000/api/public/health" }]);
    expect(securityContext).toMatchObject({ readOnlyRootFilesystem: true, capabilities: { drop: ["ALL"] } });
    expect(JSON.stringify(find("NetworkPolicy", "langfuse-web").spec.ingress)).toContain("langfuse-worker");

    const folder = mkdtempSync(join(tmpdir(), "llm-slo-"));
    onTestFinished(() => rmSync(folder, { recursive: true }));
    const own = join(folder, "package.json");
    writeFileSync(own, JSON.stringify({ version: "3.225.4" }));
    const answers = ["no JSON", JSON.stringify({ version: "3.225.3" }), JSON.stringify({ version: "3.225.4" })];
    const web = createServer((_, response) => void response.end(answers.shift())).listen(0, "127.0.0.1");
    onTestFinished(() => void web.close());
    await once(web, "listening");
    const { port } = web.address() as AddressInfo;
    const [, , ...rest] = command;
    const script = rest.at(-1).replace("/app/worker/package.json", own).replace(", 5000);", ", 10);");
    const { stdout } = await promisify(execFile)(process.execPath, ["-e", script], {
      env: { WEB_HEALTH: `http://127.0.0.1:${port}` },
    });
    expect(rest.slice(0, -1)).toEqual(["node", "-e"]);
    expect(stdout.trim().split("\n")).toEqual([
      expect.stringContaining("waiting for web 3.225.4: SyntaxError"),
      "waiting for web 3.225.4: 3.225.3",
    ]);
    expect(answers).toEqual([]);
  });
});

describe("the collector", () => {
  test("sends to what is there, and to nothing else", async () => {
    const exporters = async (specs: ComponentSpecs) =>
      Object.keys((await made(specs)).config("otel-collector").exporters);
    expect(await exporters({})).toEqual(["otlp_grpc/jaeger", "otlp_http/prometheus", "otlp_http/loki"]);
    expect(await exporters({ loki: { kind: "off" }, jaeger: { kind: "off" }, langfuse })).toEqual([
      "otlp_http/langfuse",
      "otlp_http/prometheus",
    ]);
  });

  test("cuts long attributes for Jaeger's own store, which would lose the span, and for nobody else", async () => {
    for (const sampling of [{}, { sampling: { keep: "10%" } }] as const) {
      const { config } = await made({ langfuse, collector: { kind: "inCluster", ...sampling } });
      const { processors, service } = config("sampling" in sampling ? "otel-sampler" : "otel-collector");
      expect(service.pipelines.traces.exporters).toEqual(["otlp_http/langfuse", "forward/jaeger"]);
      expect(service.pipelines["traces/jaeger"]).toEqual({
        receivers: ["forward/jaeger"],
        processors: ["transform/jaeger"],
        exporters: ["otlp_grpc/jaeger"],
      });
      for (const { context, statements } of processors["transform/jaeger"].trace_statements)
        expect(statements).toEqual([
          `stringify_all(${context}.attributes)`,
          `truncate_all(${context}.attributes, 32768)`,
        ]);
    }
    const elsewhere = { kind: "external", address: "j.tracing.svc:4317", url: "http://j" } as const;
    const { pipelines } = (await made({ jaeger: elsewhere })).config("otel-collector").service;
    expect(pipelines.traces.exporters).toEqual(["otlp_grpc/jaeger"]);
  });

  test("scrubs before it samples, and samples whole traces in one place", async () => {
    const { config } = await made({ collector: { kind: "inCluster", sampling: { keep: "10%" } } });
    const { traces } = config("otel-collector").service.pipelines;
    expect(traces).toEqual({
      receivers: ["otlp"],
      processors: ["memory_limiter", "redaction", "transform/scrub", "batch"],
      exporters: ["load_balancing"],
    });
    expect(config("otel-sampler").processors.tail_sampling.policies.map(({ name }: Manifest) => name)).toEqual([
      "errors",
      "slow",
      "share",
    ]);
  });

  test("writes each dollar of a pattern twice, since one begins a variable", async () => {
    const { config } = await made({ collector: { kind: "inCluster", scrub: [], scrubPatterns: ["EMP-[0-9]{6}$"] } });
    expect(config("otel-collector").processors.redaction.blocked_values).toEqual(["EMP-[0-9]{6}$$"]);
  });
});

describe("a collector elsewhere", () => {
  const elsewhere = { collector: { kind: "external", address: "otel.observability.svc:8888" } } as const;

  test("is scraped, and may write to what is in the cluster", async () => {
    const { config, find, objects } = await made(elsewhere);
    expect(config("prometheus").scrape_configs).toContainEqual(
      expect.objectContaining({
        job_name: "otel-collector",
        static_configs: [{ targets: ["otel.observability.svc:8888"] }],
      }),
    );
    expect(firstContainer(find("StatefulSet", "prometheus")).args).toContain("--web.enable-otlp-receiver");
    for (const [name, port] of [
      ["prometheus", 9090],
      ["loki", 3100],
      ["jaeger", 4317],
    ] as const)
      expect(find("NetworkPolicy", name).spec.ingress).toContainEqual({
        from: expect.arrayContaining([{ namespaceSelector: {} }]),
        ports: [{ port, protocol: "TCP" }],
      });
    expect(objects.filter(({ metadata }) => metadata.name.startsWith("otel"))).toEqual([]);
  });

  test("is nobody's to watch for an operator, and has no other destinations here", async () => {
    const { objects, file } = await made({ ...elsewhere, prometheus: { kind: "operator", url: "http://p:9090" } });
    const monitors = objects.filter(({ kind }) => kind === "PodMonitor").map(({ metadata }) => metadata.name);
    expect(monitors).not.toContain("otel-collector");
    expect(file("secrets.example.yaml")).not.toContain("otel-collector");
  });
});

describe("series derived from spans", () => {
  test("have the contract's labels, statuses, and the buckets of the contract and of the services", async () => {
    const { config } = await made({ collector: { kind: "inCluster", metricsFromSpans: true } });
    const { connectors, processors } = config("otel-collector");
    const names = (id: string) => connectors[id].dimensions.map(({ name }: Manifest) => name);
    expect(names("span_metrics/requests")).toEqual(contract.llm_requests_total.labels);
    expect(names("span_metrics/durations")).toEqual(contract.llm_request_duration_seconds.labels);
    expect(connectors["span_metrics/durations"].histogram.explicit.buckets).toEqual(
      contract.llm_request_duration_seconds.buckets.map((seconds) => `${seconds}s`),
    );
    const set: string[] = processors["transform/contract"].trace_statements.flatMap(
      (statement: string) => /"status"\], "(\w+)"/.exec(statement)?.[1] ?? [],
    );
    expect(set.toSorted()).toEqual([...statuses].toSorted());
  });
});

describe("rule files for Mimir", () => {
  test("name a namespace for each service", async () => {
    const { file } = await made({ prometheus: { kind: "external", url: "https://m.example.com", ruler: "mimir" } });
    expect(parse(file("prometheus/mimir/chat.yaml") ?? "")).toEqual({
      namespace: "llm-slo-chat",
      groups: [{ name: "chat", rules: [] }],
    });
  });
});

describe("scrubbing", () => {
  const patterns = masked(scrubbable, []).map((pattern) => RE2JS.compile(pattern));
  const scrub = (text: string) => patterns.reduce((left, pattern) => pattern.matcher(left).replaceAll("****"), text);

  test.each([
    "anna.b+x@mail.example.org",
    "+49 170 1234567",
    "+1 (415) 555-2671",
    "(415) 555-2671",
    "078-05-1120",
    "AB 12 34 56 C",
    "12345678Z",
    "900101-1234567",
    "DE89 3704 0044 0532 0130 00",
    "4111 1111 1111 1111",
    "5500-0000-0000-0004",
    "378282246310005",
    "sk-proj-abcdefghijklmnop1234",
    "AKIAIOSFODNN7EXAMPLE",
    "ghp_abcdefghijklmnopqrstuvwxyz0123456789",
    "xoxb-123456789012-abcdef",
    "eyJhbGciOiJIUzI1NiJ9.eyJzdWIiOiIxMjM0In0.dozjgNryP4J3jVmN",
    "Bearer abcdefghijklmnop1234",
  ])("masks %s", (text) => {
    expect(scrub(`it is ${text}, and so on`)).toBe("it is ****, and so on");
  });

  test.each([
    "http.request.header.authorization",
    "api_key",
    "db.password",
    "http.request.header.set-cookie",
    "x-api-key",
  ])("masks whatever %s is", (name) => {
    expect(maskedKeys(scrubbable).some((pattern) => RE2JS.compile(pattern).matcher(name).find())).toBe(true);
  });

  test.each(["gen_ai.usage.input_tokens", "llm.token_type", "cache_key", "feature", "http.route", "session.id"])(
    "leaves %s to its value",
    (name) => {
      expect(maskedKeys(scrubbable).some((pattern) => RE2JS.compile(pattern).matcher(name).find())).toBe(false);
    },
  );

  test.each([
    "1732174925123",
    "2026-11-21T08:22:10.123Z",
    "550e8400-e29b-41d4-a716-446655440000",
    "5b8efff798038103d269b633813fc60c",
    "claude-sonnet-5",
    "gpt-5-mini-2026-01-01",
    "0.95 of 12,345,678 requests in 3.5 s",
    "10.0.12.7:8080",
    "/v1/chat/completions",
    "ticket 20261121",
  ])("leaves %s alone", (text) => {
    expect(scrub(text)).toBe(text);
  });
});

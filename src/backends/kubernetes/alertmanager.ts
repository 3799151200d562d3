import type { Alertmanager } from "../../plan/components.ts";
import { alertmanagerFolders, alertmanagerSecret } from "../../plan/conventions.ts";
import type { GeneratedFile } from "../../plan/generated-file.ts";
import type { Plan, StackPlan } from "../../plan/plan.ts";
import { addStatefulSet } from "./add-workload.ts";
import { podAddresses } from "./addresses.ts";
import type { Chart } from "./cdk8s.ts";
import { addConfigMap } from "./config-map.ts";
import type { Mount, Workload } from "./workload.ts";

const NAME = "alertmanager";
const CONFIG_FOLDER = "/etc/alertmanager/config";
const CONFIG_FILE = "alertmanager.yml";
const DATA_FOLDER = "/alertmanager";

/** One Alertmanager, or three that find each other. What it says to whom is made elsewhere and only mounted here. */
export function addAlertmanager(chart: Chart, plan: Plan, files: readonly GeneratedFile[]): void {
  const { stack } = plan;
  const { alertmanager } = stack.components;
  if (alertmanager.kind !== "inCluster") return;
  const { config, templates } = alertmanagerFiles(files);
  const hasTemplates = Object.keys(templates).length > 0;
  addConfigMap(chart, stack, NAME, NAME, { [CONFIG_FILE]: config });
  if (hasTemplates) addConfigMap(chart, stack, NAME, `${NAME}-templates`, templates);
  const mounts: Mount[] = [
    { name: "config", path: CONFIG_FOLDER, configMaps: [NAME] },
    ...(hasTemplates
      ? [{ name: "templates", path: alertmanagerFolders.templates, configMaps: [`${NAME}-templates`] }]
      : []),
    ...(receiverKeys(plan).length > 0
      ? [{ name: "secrets", path: alertmanagerFolders.secrets, secret: alertmanagerSecret }]
      : []),
  ];
  const configuration = config + Object.values(templates).join("");
  addStatefulSet(chart, stack, workload(stack, alertmanager, mounts, configuration), {
    replicas: alertmanager.replicas,
    path: DATA_FOLDER,
    size: alertmanager.storage,
    // One or three: a StatefulSet can't change its mind about this.
    findsPeers: true,
  });
}

/** The keys of the Secret that receivers read. */
export function receiverKeys({ receivers, stack }: Plan): readonly string[] {
  const keys = receivers.flatMap((receiver) => ("secretKey" in receiver ? [receiver.secretKey] : []));
  const { smtp } = stack;
  return [...new Set([...keys, ...(smtp?.username === undefined ? [] : [smtp.secretKey])])].sort();
}

/** The configuration, and the templates that it names by the folder they are mounted in. */
export function alertmanagerFiles(files: readonly GeneratedFile[]): {
  readonly config: string;
  readonly templates: Readonly<Record<string, string>>;
} {
  const mine = files.filter(({ path }) => path.startsWith("alertmanager/"));
  const config = mine.find(({ path }) => /^alertmanager\/alertmanager\.ya?ml$/.test(path));
  const templates = mine.filter(({ path }) => path.endsWith(".tmpl"));
  return {
    config: config?.content ?? "",
    templates: Object.fromEntries(templates.map(({ path, content }) => [path.replace(/^.*\//, ""), content])),
  };
}

function workload(
  stack: StackPlan,
  { replicas, url }: Extract<Alertmanager, { kind: "inCluster" }>,
  mounts: readonly Mount[],
  configuration: string,
): Workload {
  const peers = podAddresses(stack, NAME, replicas, 9094).map((address) => `--cluster.peer=${address}`);
  // An empty address turns the mesh off. Peers are told the pod's own, which is not found out by itself where it is no private one.
  const mesh =
    replicas === 1
      ? ["--cluster.listen-address="]
      : ["--cluster.listen-address=0.0.0.0:9094", "--cluster.advertise-address=[$(POD_IP)]:9094", ...peers];
  return {
    name: NAME,
    image: "alertmanager",
    user: 65_534,
    args: [
      `--config.file=${CONFIG_FOLDER}/${CONFIG_FILE}`,
      `--storage.path=${DATA_FOLDER}`,
      "--data.retention=120h",
      ...(url === undefined ? [] : [`--web.external-url=${url}`, "--web.route-prefix=/"]),
      ...mesh,
    ],
    ...(replicas === 1 ? {} : { env: { POD_IP: { field: "status.podIP" } } }),
    ports: [
      { name: "web", number: 9093 },
      ...(replicas === 1 ? [] : [{ name: "mesh", number: 9094, protocols: ["TCP", "UDP"] as const }]),
    ],
    startup: { get: { path: "/-/ready", port: "web" }, everySeconds: 5, failures: 60 },
    liveness: { get: { path: "/-/healthy", port: "web" }, everySeconds: 10, failures: 6 },
    readiness: { get: { path: "/-/ready", port: "web" }, everySeconds: 10, failures: 3 },
    requests: { cpu: "50m", memory: "64Mi" },
    limits: { cpu: "500m", memory: "256Mi" },
    mounts,
    configuration,
  };
}

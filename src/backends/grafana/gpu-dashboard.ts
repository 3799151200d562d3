// GPU nodes: how busy they are, what limits them, and whether they are well. As the DCGM exporter tells.
import { dashboardNames, dashboardUid } from "../../plan/conventions.ts";
import type { Plan, StackPlan } from "../../plan/plan.ts";
import type { Expr } from "../../promql/ast.ts";
import { add, avg, call, count, div, max, mul, overVariable, range, select, sum } from "../../promql/build.ts";
import { environmentAnnotations } from "./annotations.ts";
import type { Dashboard, Panel } from "./dashboard.ts";
import { graph, number } from "./panels.ts";

/** One series for each card: exporters differ in what else they write. */
const card = ["Hostname", "gpu"];
const legend = "{{Hostname}} GPU {{gpu}}";
const gap = "A gap: the exporter tells of no GPU.";

/** Only where the stack has an exporter. */
export function gpuDashboard(plan: Plan): Dashboard {
  const { uidPrefix, titlePrefix } = plan.stack.dashboards;
  return {
    uid: dashboardUid(uidPrefix, dashboardNames.gpu),
    title: `${titlePrefix} / GPU nodes`,
    description:
      "GPUs of this environment, as NVIDIA's DCGM exporter tells: how busy, how full, how hot, and whether they fail.",
    tags: [uidPrefix, "gpu"],
    from: "now-6h",
    variables: [
      { kind: "label", name: "node", label: "Node", of: of(plan.stack, "GPU_UTIL", {}), read: "Hostname", multi: true },
    ],
    annotations: environmentAnnotations(plan),
    rows: [
      { panels: now(plan.stack) },
      { title: "Load", panels: load(plan.stack) },
      { title: "Health", panels: health(plan.stack) },
    ],
  };
}

const chosen = { Hostname: { op: "=~", value: "$node" } } as const;

function of({ match }: StackPlan, field: string, labels: object = chosen) {
  return select(`DCGM_FI_DEV_${field}`, { ...labels, ...match });
}

function profiled({ match }: StackPlan, field: string) {
  return select(`DCGM_FI_PROF_${field}`, { ...chosen, ...match });
}

function now(stack: StackPlan): readonly Panel[] {
  const one = (expr: Expr, name: string) => [{ expr, legend: name }];
  const memory = div(sum(of(stack, "FB_USED")), sum(add(of(stack, "FB_USED"), of(stack, "FB_FREE"))));
  const lastXid = max(of(stack, "XID_ERRORS"));
  return [
    number("GPUs", "How many cards the exporter sees.", {
      queries: one(count(of(stack, "GPU_UTIL")), "GPUs"),
      unit: "number",
    }),
    number("Utilisation", "The mean over all cards now.", {
      queries: one(avg(of(stack, "GPU_UTIL")), "utilisation"),
      unit: "percent",
      decimals: 0,
    }),
    number(
      "Memory in use",
      "Of all cards together. Model servers reserve most of it at their start, so a full one says little.",
      {
        queries: one(memory, "memory"),
        unit: "share",
        decimals: 0,
      },
    ),
    number("Hottest", "The hottest card now. Above 85 °C for ten minutes an alert fires.", {
      queries: one(max(of(stack, "GPU_TEMP")), "temperature"),
      unit: "celsius",
      steps: [
        { from: 0, color: "green" },
        { from: 80, color: "orange" },
        { from: 85, color: "red" },
      ],
    }),
    number("Power", "Drawn by all cards together.", {
      queries: one(sum(of(stack, "POWER_USAGE")), "power"),
      unit: "watts",
      decimals: 0,
    }),
    number(
      "Last XID error",
      "The highest code that any card's driver reported last; 0 is none. It stays until the driver starts again.",
      {
        queries: one(lastXid, "XID"),
        unit: "number",
        steps: [{ from: 1, color: "red" }],
      },
    ),
  ];
}

function load(stack: StackPlan): readonly Panel[] {
  const byCard = (expr: Expr) => [{ expr: max(expr, card), legend }];
  return [
    graph("Utilisation", `The share of time in which a kernel ran on each card. ${gap}`, {
      queries: byCard(of(stack, "GPU_UTIL")),
      unit: "percent",
      max: 100,
    }),
    graph(
      "Memory in use",
      `Framebuffer of each card. vLLM reserves most of it at its start; its KV cache tells how full it is. ${gap}`,
      {
        queries: byCard(mul(of(stack, "FB_USED"), 1_048_576)),
        unit: "bytes",
      },
    ),
    graph(
      "Tensor cores",
      `The share of cycles in which the tensor pipe was active: what language models need. Low at high utilisation: memory or batch size limits. ${gap}`,
      {
        queries: byCard(profiled(stack, "PIPE_TENSOR_ACTIVE")),
        unit: "share",
        max: 1,
      },
    ),
    graph(
      "Memory bandwidth",
      `The share of cycles in which the memory interface was active: what limits generating tokens. ${gap}`,
      {
        queries: byCard(profiled(stack, "DRAM_ACTIVE")),
        unit: "share",
        max: 1,
      },
    ),
  ];
}

function health(stack: StackPlan): readonly Panel[] {
  const grown = (field: string): Expr => call("increase", overVariable(range(of(stack, field), 3_600), "$__range"));
  const throttled = (field: string): Expr =>
    div(call("rate", overVariable(range(of(stack, field), 300), "$__rate_interval")), 1_000_000_000);
  return [
    graph("Temperature", `Of each card. The line is where an alert fires. ${gap}`, {
      queries: [{ expr: max(of(stack, "GPU_TEMP"), card), legend }],
      unit: "celsius",
      limits: [{ from: 85, color: "red" }],
    }),
    graph("Power draw", `Of each card. ${gap}`, {
      queries: [{ expr: max(of(stack, "POWER_USAGE"), card), legend }],
      unit: "watts",
    }),
    graph("Throttled", `The share of time in which each card slowed down, for heat or for power. ${gap}`, {
      queries: [
        { expr: max(throttled("THERMAL_VIOLATION"), card), legend: `${legend}, heat` },
        { expr: max(throttled("POWER_VIOLATION"), card), legend: `${legend}, power` },
      ],
      unit: "share",
    }),
    {
      kind: "table",
      title: "Errors of each card",
      description:
        "The last XID error, and over the range of this dashboard: uncorrectable memory errors, rows set aside for them, and PCIe retries. An empty cell: the exporter doesn't tell.",
      columns: [
        { title: "Node", label: "Hostname" },
        { title: "GPU", label: "gpu", width: 60 },
        { title: "Last XID", expr: max(of(stack, "XID_ERRORS"), card), unit: "number", ...bad },
        {
          title: "Double-bit",
          expr: max(grown("ECC_DBE_VOL_TOTAL"), card),
          unit: "number",
          decimals: 0,
          ...bad,
        },
        {
          title: "Bad rows",
          expr: max(grown("UNCORRECTABLE_REMAPPED_ROWS"), card),
          unit: "number",
          decimals: 0,
          ...bad,
        },
        { title: "PCIe retries", expr: max(grown("PCIE_REPLAY_COUNTER"), card), unit: "number", decimals: 0 },
      ],
      width: 12,
      height: 8,
    },
  ];
}

const bad = { cell: "colored", steps: [{ from: 0.5, color: "red" }] } as const;

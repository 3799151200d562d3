// What requests cost: by model, by feature, for each request, and against budgets.
import { identityLabels, ofService, spendRecords } from "../../plan/conventions.ts";
import type { ObservedSeries } from "../../plan/observed-series.ts";
import type { Plan, ServicePlan } from "../../plan/plan.ts";
import { max, mul, or, select, sum } from "../../promql/build.ts";
import type { Panel } from "./dashboard.ts";
import { chosen, growthOf, mean, perMinute, quantile, type Watched } from "./observed-queries.ts";
import { spendSteps } from "./slo-queries.ts";

const hour = 3_600;

/** Bars of an hour over a day, each of what was spent in it alone. */
const hourly = {
  style: "bars",
  stacked: true,
  min: 0,
  unit: "USD",
  intervalSeconds: hour,
  timeFrom: "24h",
  height: 8,
} as const;

export function costRow(service: ServicePlan, watched: Watched): readonly Panel[] {
  const { observed } = watched;
  const { cost, tokens, costPerRequest, unpriced } = observed;
  return [
    ...budgetPanels(service),
    ...(cost ? [byModel(cost, watched)] : []),
    ...(cost && service.features.length > 1 ? [byFeature(cost, watched)] : []),
    ...(tokens
      ? [
          {
            kind: "time-series",
            title: "Tokens per minute, by type",
            description:
              "Tokens by their kind; each is counted once. Growing input without more requests: prompts, history or documents got longer. A gap: none were counted.",
            queries: [{ expr: perMinute(chosen(tokens, watched), [tokens.label]), legend: `{{${tokens.label}}}` }],
            unit: "number",
            style: "areas",
            stacked: true,
            min: 0,
            width: 12,
            height: 8,
          } as const,
        ]
      : []),
    ...(costPerRequest
      ? [
          {
            kind: "time-series",
            title: "Cost per request",
            description:
              "The mean and the 95th percentile of what one priced request costs. Percentiles are as exact as the buckets. A gap: no request was priced.",
            queries: [
              { expr: mean(costPerRequest, watched), legend: "mean" },
              { expr: quantile(0.95, costPerRequest, watched), legend: "p95", exemplars: costPerRequest.exemplars },
            ],
            unit: "USD",
            min: 0,
            intervalSeconds: 300,
            width: 12,
            height: 8,
          } as const,
        ]
      : []),
    ...(unpriced
      ? [
          {
            kind: "time-series",
            title: "Requests without a price, per minute",
            description:
              "Requests whose cost nobody knows, for want of a price or of token counts. They are in none of the other figures: above 0, spend is higher than shown. A gap: no app tells.",
            queries: [{ expr: perMinute(chosen(unpriced, watched)), legend: "unpriced" }],
            unit: "number",
            min: 0,
            softMax: 1,
            width: 12,
            height: 8,
          } as const,
        ]
      : []),
  ];
}

function byModel(cost: ObservedSeries, watched: Watched): Panel {
  const by = cost.model === undefined ? [] : [cost.model];
  return {
    kind: "time-series",
    title: by.length > 0 ? "Spend per hour, by model" : "Spend per hour",
    description:
      "What requests cost in each hour, or each longer time where the graph is wide. A missing bar: nothing was seen, which is not the same as nothing spent.",
    queries: [{ expr: sum(growthOf(chosen(cost, watched)), by), legend: by.length > 0 ? `{{${by[0]}}}` : "spend" }],
    ...hourly,
    width: 12,
  };
}

function byFeature(cost: ObservedSeries, watched: Watched): Panel {
  const { feature } = watched.observed;
  return {
    kind: "time-series",
    title: "Spend per hour, by feature",
    description: "What the requests of each feature cost in each hour. A missing bar: nothing was seen.",
    queries: [{ expr: sum(growthOf(chosen(cost, watched)), [feature]), legend: `{{${feature}}}` }],
    ...hourly,
    width: 12,
  };
}

const ofBudgets = (record: string, service: string) => max(ofService(record, service), identityLabels);

function budgetPanels({ id, budgets }: ServicePlan): readonly Panel[] {
  if (budgets.length === 0) return [];
  const of = (record: string) => ofBudgets(record, id);
  const legend = budgets.length > 1 ? "{{slo}} " : "";
  return [
    {
      kind: "bar-gauge",
      title: "Budget used",
      description:
        'The share of each budget that is spent since its day, week or month began. 80% warns, 100% is all of it. "no data": nobody saw the spend.',
      queries: [
        {
          expr: or(of(spendRecords.used), mul(of(spendRecords.budget), Number.NaN), identityLabels),
          legend: "{{slo}}",
        },
      ],
      steps: spendSteps,
      width: 6,
      height: 8,
    },
    {
      kind: "time-series",
      title: "Budget pace and projection",
      description:
        "Spend since the period began, what it will be when the period ends, and the budget (dashed). A projection above the budget means that it will be exceeded. " +
        "A gap: nobody saw the spend.",
      queries: [
        { expr: of(spendRecords.spent), legend: `${legend}spent` },
        { expr: of(spendRecords.projected), legend: `${legend}projected` },
        { expr: of(spendRecords.budget), legend: `${legend}budget`, dashed: true },
      ],
      unit: "USD",
      min: 0,
      timeFrom: "48h",
      width: 12,
      height: 8,
    },
    {
      kind: "stat",
      title: "Budget exhausted in",
      description:
        'When nothing will be left of each budget at the present rate. It may be later than the end of its period. "no data": nothing is spent, or nobody sees it.',
      queries: [{ expr: of(spendRecords.exhaustedIn), legend: "{{slo}}" }],
      unit: "duration",
      decimals: 1,
      width: 6,
      height: 8,
    },
  ];
}

/** The costs of all services by feature, one query for each metric that counts them. */
export function spendByFeature({ services }: Plan): readonly Panel[] {
  const metrics = new Map<string, { cost: ObservedSeries; feature: string; features: readonly string[] }>();
  for (const { observed, features } of services) {
    const { cost, feature } = observed;
    if (!cost) continue;
    const known = metrics.get(cost.selector.metric)?.features ?? [];
    metrics.set(cost.selector.metric, { cost, feature, features: [...new Set([...known, ...features])].sort() });
  }
  if (metrics.size === 0) return [];
  const queries = [...metrics.values()].map(({ cost, feature, features }) => {
    const others = cost.selector.matchers.filter(({ label }) => label !== feature);
    const all = select(cost.selector.metric, { [feature]: features });
    const selector = { ...all, matchers: [...all.matchers, ...others] };
    return { expr: sum(growthOf(selector), [feature]), legend: `{{${feature}}}` };
  });
  return [
    {
      kind: "time-series",
      title: "Spend per hour, by feature",
      description:
        "What the requests of each feature cost in each hour, or each longer time where the graph is wide. A missing bar: nothing was seen, which is not the same as nothing spent.",
      queries,
      ...hourly,
      timeFrom: "48h",
      width: 24,
    },
  ];
}

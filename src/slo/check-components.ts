// What the shape of components doesn't say: who needs whom.
import { RE2JS } from "re2js";
import type { Finding } from "./diagnostics.ts";
import { fieldsOf, itemsOf } from "./loose.ts";
import { show } from "./shape.ts";
import type { StackFields } from "./stack.ts";
import { isUtc } from "./time-zone.ts";

const kindOf = (component: unknown) => fieldsOf(component).kind;
const at = (field: string) => `components.${field}`;

function checkRetention(retention: unknown, longestPeriodDays: number): readonly Finding[] {
  if (typeof retention !== "string" || !/^\d+d$/.test(retention) || Number.parseInt(retention, 10) >= longestPeriodDays)
    return [];
  return [
    {
      id: "retention-too-short",
      field: at("prometheus.retention"),
      problem: `Prometheus would forget after ${retention}, and the longest period is ${longestPeriodDays}d`,
      instead: `Use at least ${longestPeriodDays}d.`,
    },
  ];
}

/** An alert that Prometheus can hand to nobody is heard by nobody. */
function checkAlertmanager(prometheus: unknown, alertmanager: unknown): readonly Finding[] {
  const kind = kindOf(alertmanager);
  const embedded = (kindOf(prometheus) ?? "inCluster") === "inCluster";
  if (embedded && kind === "off")
    return [
      {
        id: "component-off",
        field: at("alertmanager"),
        problem: "Alertmanager is off, and the alerts of the Prometheus in the cluster would reach nobody",
        instead: 'Leave it out, or use { kind: "external", url: "http://alertmanager.monitoring.svc:9093" }.',
      },
    ];
  const operated = kindOf(prometheus) === "operator";
  if (operated && (kind === "inCluster" || kind === "external"))
    return [
      {
        id: "component-off",
        field: at("alertmanager"),
        problem: "the Prometheus of an operator sends alerts to the Alertmanager that its own resource names",
        instead:
          'Leave it out, or say how that one gets its routes: { kind: "operator", routes: "AlertmanagerConfig" }.',
      },
    ];
  if (operated || kind !== "operator") return [];
  return [
    {
      id: "component-off",
      field: at("alertmanager"),
      problem: "an operator's Alertmanager gets its routes here only where Prometheus is the operator's too",
      instead: 'Use { kind: "external", url: "http://alertmanager-operated.monitoring.svc:9093" }.',
    },
  ];
}

/** An AlertmanagerConfig has no place for a time zone: its hours are UTC. */
function checkHours(alertmanager: unknown, { businessHours, timeZone = "UTC" }: StackFields): readonly Finding[] {
  const { kind, routes } = fieldsOf(alertmanager);
  if (kind !== "operator" || routes !== "AlertmanagerConfig" || businessHours === undefined) return [];
  if (typeof timeZone !== "string" || isUtc(timeZone)) return [];
  return [
    {
      id: "invalid-field",
      field: "businessHours",
      problem: `an AlertmanagerConfig knows no time zone, and the stack's is ${show(timeZone)}`,
      instead: 'Use routes: "Secret", or leave the hours out.',
    },
  ];
}

function checkSampling(components: Readonly<Record<string, unknown>>): readonly Finding[] {
  const { collector, jaeger, langfuse = { kind: "off" } } = components;
  const { sampling, alsoTo } = fieldsOf(collector);
  const stored = [jaeger, langfuse].some((backend) => kindOf(backend) !== "off");
  if (sampling === undefined || stored || Object.keys(fieldsOf(alsoTo)).length > 0) return [];
  return [
    {
      id: "component-off",
      field: at("collector.sampling"),
      problem: "Jaeger and Langfuse are off, and traces go nowhere",
      instead: "Leave it out, or turn one of them on.",
    },
  ];
}

/** Queries of Thanos don't take metrics, and only people know where its receivers are. */
function checkOtlp({ prometheus, collector }: Readonly<Record<string, unknown>>): readonly Finding[] {
  const { kind, ruler, otlpUrl } = fieldsOf(prometheus);
  const writes = collector === undefined || kindOf(collector) === "inCluster";
  if (kind !== "external" || ruler !== "thanos" || otlpUrl !== undefined || !writes) return [];
  return [
    {
      id: "missing-field",
      field: at("prometheus.otlpUrl"),
      problem: "the collector doesn't know where Thanos takes metrics",
      instead:
        'Write otlpUrl: "http://thanos-receive.monitoring.svc:19291/api/v1/otlp", or turn it off with collector: { kind: "off" }.',
    },
  ];
}

function checkPatterns(collector: unknown): readonly Finding[] {
  return itemsOf(fieldsOf(collector).scrubPatterns).flatMap((pattern, index): readonly Finding[] => {
    if (typeof pattern !== "string" || isRegularExpression(pattern)) return [];
    return [
      {
        id: "invalid-field",
        field: at(`collector.scrubPatterns[${index}]`),
        problem: `${show(pattern)} is not a regular expression of RE2`,
        instead: 'Write one, such as "EMP-[0-9]{6}".',
      },
    ];
  });
}

function isRegularExpression(pattern: string): boolean {
  try {
    RE2JS.compile(pattern);
    return true;
  } catch {
    return false;
  }
}

/** Checks how the components of an environment are provided. */
export function checkComponents(stack: StackFields, longestPeriodDays: number): readonly Finding[] {
  const components = fieldsOf(stack.components);
  const { prometheus, alertmanager, collector } = components;
  return [
    ...checkRetention(fieldsOf(prometheus).retention, longestPeriodDays),
    ...checkAlertmanager(prometheus, alertmanager),
    ...checkHours(alertmanager, stack),
    ...checkSampling(components),
    ...checkOtlp(components),
    ...checkPatterns(collector),
  ];
}

// Every alert of the plan and the receivers it must reach: what `amtool config routes test` is held against.
import { watchdogAlert } from "../../plan/conventions.ts";
import { blockYaml, type GeneratedFile, generatedHeader } from "../../plan/generated-file.ts";
import type { Plan } from "../../plan/plan.ts";
import { alertsOf, receiversOf, watchdogReceiver } from "../../plan/receivers.ts";
import type { AlertRule } from "../../plan/rules.ts";

type RouteTest = {
  /** Those that routes read, and the service where it is written in the rule. */
  readonly labels: Readonly<Record<string, string>>;
  readonly receivers: readonly string[];
};

function testOf(plan: Plan, rule: AlertRule): RouteTest {
  const { service, category, severity, team } = rule.labels;
  const labels = { alertname: rule.alert, ...(service === undefined ? {} : { service }), category, severity, team };
  return { labels, receivers: receiversOf(plan, rule) };
}

function watchdogTest(plan: Plan): readonly RouteTest[] {
  const receiver = watchdogReceiver(plan);
  return receiver ? [{ labels: { alertname: watchdogAlert }, receivers: [receiver.name] }] : [];
}

/** One test for each alert that routes can tell apart, and one for the Watchdog. */
function routeTests(plan: Plan): readonly RouteTest[] {
  const tests = alertsOf(plan).map((rule) => testOf(plan, rule));
  return [...new Map([...tests, ...watchdogTest(plan)].map((test) => [JSON.stringify(test), test])).values()];
}

const how =
  "# For each: amtool config routes test --config.file=alertmanager.yaml --verify.receivers=<receivers, with commas> <labels, as name=value>";

export function routeTestFile(plan: Plan): GeneratedFile {
  return { path: "alertmanager/routes.test.yaml", content: `${generatedHeader}${how}${blockYaml(routeTests(plan))}` };
}

// A proof to the text of a promtool test file.
import { blockYaml, generatedHeader, type YamlValue } from "../../plan/generated-file.ts";
import { print, printDuration } from "../../promql/print.ts";
import type { AlertExpectation, Expectation, Proof, Scenario } from "./proof.ts";

const at = (minute: number) => printDuration(Math.round(minute * 60));

function expectation({ minute, expr, value }: Expectation): YamlValue {
  return {
    expr: print(expr),
    eval_time: at(minute),
    exp_samples: value === "none" ? [] : [{ labels: "{}", value }],
  };
}

function alertExpectation({ minute, alert, firing }: AlertExpectation): YamlValue {
  const alerts = firing.map(({ labels, annotations }) => ({ exp_labels: labels, exp_annotations: annotations }));
  return { eval_time: at(minute), alertname: alert, exp_alerts: alerts };
}

function testOf({ name, inputs, expects, alerts = [] }: Scenario, inputSeconds: number): YamlValue {
  return {
    name,
    interval: printDuration(inputSeconds),
    input_series: inputs.map(({ series, values }) => ({ series, values })),
    promql_expr_test: expects.map(expectation),
    ...(alerts.length > 0 ? { alert_rule_test: alerts.map(alertExpectation) } : {}),
  };
}

/** The text of a test file that loads `ruleFile`, which lies beside it. */
export function testFile({ stepSeconds, inputSeconds, scenarios }: Proof, ruleFile: string): string {
  const tests = scenarios.map((scenario) => testOf(scenario, inputSeconds));
  const file = { rule_files: [ruleFile], evaluation_interval: printDuration(stepSeconds), tests };
  return generatedHeader + blockYaml(file).slice(1);
}

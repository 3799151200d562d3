// Labels and annotations of alerts are templates of Prometheus, which refuses the whole rule file for one that it can't read.
import { beforeEach, describe, expect, it } from "vitest";
import { ruleFiles } from "../../src/backends/prometheus/rules.ts";
import { compile } from "../../src/compile/compile.ts";
import { language, modelOf, promtools, ruleProblems } from "../support/model.ts";

const { errorRate, eventRatio, service } = language;
const sides = { bad: "sum(rate(failed_total[$window]))", total: "sum(rate(all_total[$window]))" };

/** The model of an SLO with this annotation. */
const annotated = (note: string) => {
  const slos = { errors: errorRate({ below: "1%", annotations: { note }, labels: { route: note } }) };
  return modelOf([service("search", { team: "assist", features: ["search"], slos })]);
};

const readable = [
  "{{ $value | humanizePercentage }} of {{ $labels.slo }}",
  "{{$labels.service}}",
  "{{- $value -}}",
  '{{ "{{" }}',
  '{{ printf "%.2f" $value }}',
  "{{ if gt $value 0.5 }}half{{ else }}less{{ end }}",
  "{{ $externalLabels.cluster }}",
  '{{ $labels.slo | reReplaceAll "-" " " | title }}',
  '{{ with query "up" }}{{ . | first | value }}{{ end }}',
];

describe("a text of the user's own", () => {
  it.each(readable)("may be the template %s", (note) => {
    expect(() => annotated(note)).not.toThrow();
  });

  it.each([
    ["{{ $value | multiply 100 }}", "multiply"],
    ["{{ multiply $value 100 }}", "multiply"],
    ["{{ }}", "{{ }}"],
    ["{{ $status }}", "$status"],
    ["{{ $value", "{{ $value"],
  ])("is refused where Prometheus would refuse it: %s", (note, quoted) => {
    expect(() => annotated(note)).toThrow(/\[invalid-template\]/);
    expect(() => annotated(note)).toThrow(quoted);
  });

  it("is refused where it reads a label that the alert doesn't have, which would print nothing", () => {
    expect(() => annotated("{{ $labels.model }}")).toThrow(/model.*\[invalid-template\]/);
  });
});

describe.each(promtools)("$name", ({ name, path = "" }) => {
  beforeEach(({ skip }) => skip(path === "", name));
  const problems = (model: ReturnType<typeof modelOf>) =>
    ruleProblems(path, Object.fromEntries(ruleFiles(compile(model)).map(({ content }) => ["rules.yaml", content])));

  it("reads every template that is let through", async () => {
    for (const note of readable) expect(await problems(annotated(note)), note).toBe("");
  });

  it.each(["jobs {{ lost", "{{ jobs }}", "}} lost {{"])(
    "reads what an event ratio is said to describe: %s",
    async (describes) => {
      const slos = { jobs: eventRatio({ objective: "99%", ...sides, describes }) };
      expect(await problems(modelOf([service("search", { team: "assist", features: ["search"], slos })]))).toBe("");
    },
  );
});

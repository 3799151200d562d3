import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { now } from "../../history/clock.ts";
import { startHistory } from "../../history/history.ts";
import type { PrometheusServer } from "../../support/prometheus-server.ts";
import { askDashboard, type DashboardAnswers } from "./ask-dashboard.ts";
import { examplePlan, exampleSubjects } from "./dashboards.ts";

const mostSamples = 50_000;
const subjects = await exampleSubjects();

describe.each([3] as const)("Prometheus %s with a month of the example's history", (version) => {
  let prometheus: PrometheusServer;

  beforeAll(async () => {
    prometheus = await startHistory(version, await examplePlan());
  }, 180_000);
  afterAll(() => prometheus.stop());

  describe.each(subjects)("shows, in $name,", ({ dashboard }) => {
    let answers: DashboardAnswers;

    beforeAll(async () => {
      answers = await askDashboard(prometheus.url, dashboard, now);
    });

    it("something in every panel and for every query", () => {
      const empty = answers.panels.filter(({ answer }) => answer.series.length === 0);
      expect(empty.map(({ panel, target }) => `${panel.title} ${target.refId}: ${target.expr}`)).toEqual([]);
    });

    it("every annotation", () => {
      const empty = answers.annotations.filter(({ answer }) => answer.series.length === 0);
      expect(empty.map(({ annotation }) => `${annotation.name}: ${annotation.expr}`)).toEqual([]);
    });

    it("legends whose labels the series have", () => {
      const found = answers.panels.flatMap(({ panel, target, answer }) => {
        const named = [...(target.legendFormat ?? "").matchAll(/\{\{\s*(\w+)\s*\}\}/g)].map(([, label]) => label ?? "");
        const missing = named.filter((label) => answer.series.some(({ labels }) => !labels[label]));
        return missing.map((label) => `${panel.title} ${target.refId}: ${label}`);
      });
      expect(found).toEqual([]);
    });

    it(`nothing that costs more than ${mostSamples} samples`, () => {
      const cost = new Map<string, number>();
      for (const { panel, answer } of answers.panels) {
        cost.set(panel.title, (cost.get(panel.title) ?? 0) + answer.samplesRead);
      }
      expect([...cost].filter(([, samples]) => samples > mostSamples)).toEqual([]);
    });
  });
});

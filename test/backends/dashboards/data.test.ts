import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { now } from "../../history/clock.ts";
import { startHistory } from "../../history/history.ts";
import { findPrometheus, type PrometheusServer } from "../../support/prometheus-server.ts";
import { askDashboard, type DashboardAnswers, type PanelAnswer } from "./ask-dashboard.ts";
import { annotationsOf, examplePlan, exampleSubjects } from "./dashboards.ts";
import { duplicates } from "./layout.ts";
import { drawnNames, missingLabels } from "./series-name.ts";

const mostSamples = 50_000;
const subjects = await exampleSubjects();
/** The version that the manifests run, or the oldest that is supported where it can't be had. */
const version = (await findPrometheus(3)) ? 3 : 2;

/** The answers of each panel, with the panel's title. */
function byPanel({ panels }: DashboardAnswers): readonly (readonly [string, readonly PanelAnswer[]])[] {
  const ids = [...new Set(panels.map(({ panel }) => panel.id))];
  return ids.map((id) => {
    const mine = panels.filter(({ panel }) => panel.id === id);
    return [mine[0]?.panel.title ?? "", mine];
  });
}

describe(`Prometheus ${version} with a month of the example's history`, () => {
  let prometheus: PrometheusServer;
  const answers = new Map<string, DashboardAnswers>();

  beforeAll(async () => {
    prometheus = await startHistory(version, await examplePlan());
    for (const { name, dashboard } of subjects) answers.set(name, await askDashboard(prometheus.url, dashboard, now));
  }, 480_000);
  afterAll(() => prometheus?.stop());

  describe.each(subjects)("has, for $name,", ({ name }) => {
    const mine = () => answers.get(name) as DashboardAnswers;

    it("something to show in every panel and for every query", () => {
      const empty = mine().panels.filter(({ answer }) => answer.series.length === 0);
      expect(empty.map(({ panel, target }) => `${panel.title} ${target.refId}: ${target.expr}`)).toEqual([]);
    });

    it("legends that tell the series of a panel apart, by labels that they have", () => {
      const found = byPanel(mine()).flatMap(([title, ofPanel]) => [
        ...ofPanel.flatMap(missingLabels).map((label) => `${title}: no series has ${label}`),
        ...duplicates(drawnNames(ofPanel)).map((drawn) => `${title}: two are called ${drawn}`),
      ]);
      expect(found).toEqual([]);
    });

    it(`no panel that reads more than ${mostSamples.toLocaleString("en-US")} samples`, () => {
      const read = byPanel(mine()).map(([title, ofPanel]) => ({
        title,
        samples: ofPanel.reduce((sum, { answer }) => sum + answer.samplesRead, 0),
      }));
      expect(read.filter(({ samples }) => samples > mostSamples)).toEqual([]);
    });
  });

  it("has something to show for every annotation, on one dashboard at least", () => {
    const all = subjects.flatMap(({ dashboard }) => annotationsOf(dashboard)).filter(({ expr }) => expr);
    const found = [...answers.values()].flatMap((of) =>
      of.annotations.filter(({ answer }) => answer.series.length > 0),
    );
    const named = new Set(found.map(({ annotation }) => annotation.name));
    expect(all.filter(({ name }) => !named.has(name)).map(({ name }) => name)).toEqual([]);
  });
});

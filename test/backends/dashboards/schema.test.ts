import { describe, expect, it } from "vitest";
import { allPanels, type Dashboard, subjects } from "./dashboards.ts";
import { schemaProblems } from "./grafana-schema.ts";

const all = await subjects();
const problemsOf = (dashboard: Dashboard) => schemaProblems(dashboard, allPanels(dashboard));

describe("the schema made of the SDK's types", () => {
  it.each(all)("holds for $name", ({ dashboard }) => {
    expect(problemsOf(dashboard)).toEqual([]);
  });

  const [example] = all;
  const text = example?.content ?? "";
  it.each([
    ["an unknown field", (json: string) => json.replace('"uid":', '"name": "x", "uid":'), "additional properties"],
    ["a number in place of text", (json: string) => json.replace(/"title": ".*"/, '"title": 5'), "must be string"],
    [
      "an option that isn't there",
      (json: string) => json.replace('"options": {', '"options": { "colour": 1,'),
      "colour",
    ],
    [
      "an unknown part of a query",
      (json: string) => json.replace('"expr":', '"expression": "x", "expr":'),
      "expression",
    ],
    [
      "a kind of panel it doesn't know",
      (json: string) => json.replace(/"type": "timeseries"/, '"type": "graph"'),
      "graph",
    ],
  ])("finds %s", (_, change, problem) => {
    expect(change(text)).not.toBe(text);
    expect(problemsOf(JSON.parse(change(text))).join("\n")).toContain(problem);
  });
});

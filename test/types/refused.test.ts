// The run-time twins of refused.ts: vitest strips the types, so nothing but the checks can refuse.
import { describe, expect, test } from "vitest";
import { check, type LoadedFile } from "../../src/slo/check.ts";
import type { Slo } from "../../src/slo/slo.ts";
import language, * as cases from "./refused.ts";

const file = (name: string, value: unknown): LoadedFile => ({ file: `slos/${name}.ts`, value, named: [] });

interface Files {
  readonly organisation?: unknown;
  readonly stack?: unknown;
  readonly service?: unknown;
  readonly metrics?: unknown;
}

const idsOf = ({
  organisation = language,
  stack = cases.soundStack,
  service = cases.soundService(cases.accepted[0] as Slo),
  metrics,
}: Files) =>
  check({
    organisation: file("organisation", organisation),
    stacks: [{ ...file("stack", stack), environment: "" }],
    services: [file("support-chat", service)],
    ...(metrics === undefined ? {} : { metrics: file("metrics", metrics) }),
    complete: true,
  }).diagnostics.map(({ id }) => id);

test.each(cases.accepted.map((slo) => [slo.indicator, slo] as const))(
  "%s is accepted where the types accept it",
  (_, slo) => {
    expect(idsOf({ service: cases.soundService(slo) })).toEqual([]);
  },
);

test.each(cases.acceptedBudgets.map((budget) => [budget.period, budget] as const))(
  "a budget of a %s is accepted where the types accept it",
  (_, budget) => {
    expect(idsOf({ service: cases.soundService(budget) })).toEqual([]);
  },
);

describe("what the types refuse, the checks refuse", () => {
  test.each(cases.refusedSlos)("%s", (_, id, make) =>
    expect(idsOf({ service: cases.soundService(make() as Slo) })).toEqual([id]),
  );
  test.each(cases.refusedProxySlos)("%s", (_, id, make) =>
    expect(idsOf({ service: cases.proxyService(make() as Slo) })).toEqual([id]),
  );
  test.each(cases.refusedServices)("%s", (_, id, make) => expect(idsOf({ service: make() })).toEqual([id]));
  test.each(cases.refusedStacks)("%s", (_, id, make) => expect(idsOf({ stack: make() })).toEqual([id]));
  test.each(cases.refusedPlatforms)("%s", (_, id, make) => expect(idsOf({ stack: make() })).toEqual([id]));
  test.each(cases.refusedGuardrails)("%s", (_, id, make) =>
    expect(idsOf({ service: cases.guardedService(make()) })).toEqual([id]),
  );
  test.each(cases.refusedProxyGuardrails)("%s", (_, id, make) =>
    expect(idsOf({ service: cases.guardedProxyService(make()) })).toEqual([id]),
  );
  test.each(cases.refusedOrganisations)("%s", (_, id, make) => expect(idsOf({ organisation: make() })).toContain(id));
  test.each(cases.refusedMetrics)("%s", (_, id, make) => expect(idsOf({ metrics: make() })).toEqual([id]));
});

import type { Source } from "../sources/source.ts";
import { checkBudget } from "./check-budget.ts";
import { checkGuardrails } from "./check-guardrails.ts";
import { checkSlo, signalNames } from "./check-slo.ts";
import type { Finding } from "./diagnostics.ts";
import { fieldsOf, itemsOf } from "./loose.ts";
import { dnsLabel, dnsLabelFrom } from "./names.ts";
import type { Organisation } from "./organisation.ts";
import { serviceSchema } from "./schema.ts";
import { occasionalSignals, type Service } from "./service.ts";
import { checkShape, show } from "./shape.ts";
import { suggest } from "./suggest.ts";

function checkId(what: string, id: unknown): readonly Finding[] {
  if (typeof id !== "string" || dnsLabel.test(id)) return [];
  return [
    {
      id: "invalid-id",
      problem: `${show(id)} can't be the id of ${what}`,
      instead: `Use up to 63 of a-z, 0-9 and -, such as "${dnsLabelFrom(id)}".`,
    },
  ];
}

function checkFeatures(features: readonly unknown[], source: Source): readonly Finding[] {
  return features.flatMap((feature, index): readonly Finding[] => {
    const field = `features[${index}]`;
    if (typeof feature !== "string") return [];
    if (features.indexOf(feature) !== index)
      return [
        { id: "invalid-field", field, problem: `${show(feature)} is there twice`, instead: "Leave one of them out." },
      ];
    if (source.features.includes(feature)) return [];
    return [
      {
        id: "unknown-feature",
        field,
        problem: `there is no feature ${show(feature)}`,
        instead: suggest(feature, source.features, "features"),
      },
    ];
  });
}

/** Refuses signals that would stay empty. */
function checkShown(shown: readonly unknown[], { name, signals }: Source): readonly Finding[] {
  return shown.flatMap((signal, index): readonly Finding[] => {
    const known = occasionalSignals.find((one) => one === signal);
    if (known === undefined || signals[known] !== undefined) return [];
    const problem = `the ${name} source publishes no ${signalNames[known]}`;
    return [{ id: "signal-not-published", field: `alsoShow[${index}]`, problem, instead: "Leave it out." }];
  });
}

/** Checks a service and each of its SLOs. `source` is left out where it is broken itself, the organisation where there is none. */
export function checkService(
  value: object,
  source: Source | undefined,
  organisation: Organisation | undefined,
): readonly Finding[] {
  const { id, team, features, alsoShow, slos, guardrails }: Partial<Record<keyof Service, unknown>> = fieldsOf(value);
  const teams = organisation && Object.keys(organisation.teams);
  const sloEntries = Object.entries(fieldsOf(slos));
  return [
    ...checkShape(serviceSchema, value, ["team", "features", "description", "alsoShow", "slos", "guardrails"]),
    ...checkId("a service", id),
    ...(teams && typeof team === "string" && !teams.includes(team)
      ? [
          {
            id: "unknown-team",
            field: "team",
            problem: `there is no team ${show(team)}`,
            instead: suggest(team, teams, "teams"),
          } as const,
        ]
      : []),
    ...(source ? [...checkFeatures(itemsOf(features), source), ...checkShown(itemsOf(alsoShow), source)] : []),
    ...(typeof slos === "object" && sloEntries.length === 0
      ? [
          {
            id: "no-slos",
            field: "slos",
            problem: "the service has no SLOs",
            instead: "Write at least one, or delete the file.",
          } as const,
        ]
      : []),
    ...sloEntries.flatMap(([sloId, slo]) =>
      [
        ...checkId("an SLO", sloId),
        ...(fieldsOf(slo).kind === "budget" ? checkBudget(slo, source) : checkSlo(slo, source)),
      ].map((finding) => ({ ...finding, slo: sloId })),
    ),
    ...checkGuardrails(
      fieldsOf(guardrails),
      sloEntries.map(([sloId]) => sloId),
      source,
    ),
  ];
}

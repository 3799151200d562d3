import type { Finding } from "./diagnostics.ts";
import { secretKey } from "./names.ts";
import type { Organisation } from "./organisation.ts";
import { checkPeriod } from "./check-slo.ts";
import { organisationSchema } from "./schema.ts";
import { checkShape, show } from "./shape.ts";
import { suggest } from "./suggest.ts";

function checkReceiver(field: string, name: unknown, receivers: readonly string[]): readonly Finding[] {
  if (typeof name !== "string" || receivers.includes(name)) return [];
  return [{ id: "unknown-receiver", field, problem: `there is no receiver ${show(name)}`, instead: suggest(name, receivers, "receivers") }];
}

function checkReceiverNames(receivers: readonly string[]): readonly Finding[] {
  return receivers.flatMap((name, index): readonly Finding[] => {
    const field = `receivers[${index}]`;
    if (receivers.indexOf(name) !== index) return [{ id: "invalid-field", field, problem: `${show(name)} is there twice`, instead: "Leave one of them out." }];
    if (typeof name !== "string" || name === "" || secretKey.test(name)) return [];
    return [{ id: "invalid-field", field, problem: `${show(name)} can't name a key of a Secret`, instead: "Use letters, digits, - and _." }];
  });
}

/** The organisation without the functions of its language. */
export function dataOf(language: object): object {
  return Object.fromEntries(Object.entries(language).filter(([, value]) => typeof value !== "function"));
}

/** Checks what `organisation` returned; its source is checked on its own. */
export function checkOrganisation(value: object): readonly Finding[] {
  const organisation = dataOf(value) as Partial<Organisation>;
  const receivers = Array.isArray(organisation.receivers) ? (organisation.receivers as readonly string[]) : undefined;
  const teams = Object.entries(organisation.teams ?? {});
  return [
    ...checkShape(organisationSchema, organisation, ["source", "receivers", "teams", "defaultReceiver", "period"]),
    ...(teams.length === 0 && organisation.teams !== undefined
      ? [{ id: "invalid-field", field: "teams", problem: "there are no teams", instead: "Name at least one." } as const]
      : []),
    ...checkPeriod(organisation.period),
    ...(receivers === undefined
      ? []
      : [
          ...checkReceiverNames(receivers),
          ...teams.flatMap(([team, severities]) =>
            (["critical", "warning"] as const).flatMap((severity) => checkReceiver(`teams.${team}.${severity}`, severities?.[severity], receivers)),
          ),
          ...checkReceiver("defaultReceiver", organisation.defaultReceiver, receivers),
        ]),
  ];
}

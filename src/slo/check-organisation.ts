import { checkPeriod } from "./check-slo.ts";
import type { Finding } from "./diagnostics.ts";
import { fieldsOf, itemsOf, stringsOf } from "./loose.ts";
import { heartbeatReceiver, secretKey } from "./names.ts";
import type { Organisation } from "./organisation.ts";
import { organisationSchema } from "./schema.ts";
import { checkShape, show } from "./shape.ts";
import { severities } from "./slo.ts";
import { suggest } from "./suggest.ts";

function checkReceiver(field: string, name: unknown, receivers: readonly string[]): readonly Finding[] {
  if (typeof name !== "string" || receivers.includes(name)) return [];
  return [
    {
      id: "unknown-receiver",
      field,
      problem: `there is no receiver ${show(name)}`,
      instead: suggest(name, receivers, "receivers"),
    },
  ];
}

function checkReceiverNames(receivers: readonly unknown[]): readonly Finding[] {
  return receivers.flatMap((name, index): readonly Finding[] => {
    const field = `receivers[${index}]`;
    if (receivers.indexOf(name) !== index)
      return [
        { id: "invalid-field", field, problem: `${show(name)} is there twice`, instead: "Leave one of them out." },
      ];
    if (name === heartbeatReceiver)
      return [
        {
          id: "invalid-field",
          field,
          problem: `${show(name)} is the receiver of the Watchdog`,
          instead: "Choose another name; what it is stands in the stack's field heartbeat.",
        },
      ];
    if (typeof name !== "string" || name.trim() === "" || secretKey.test(name)) return [];
    return [
      {
        id: "invalid-field",
        field,
        problem: `${show(name)} can't name a key of a Secret`,
        instead: "Use letters, digits, - and _.",
      },
    ];
  });
}

/** The organisation without the functions of its language. */
function dataOf(language: object): object {
  return Object.fromEntries(Object.entries(language).filter(([, value]) => typeof value !== "function"));
}

/** Checks what `organisation` returned; its source is checked on its own. */
export function checkOrganisation(value: object): readonly Finding[] {
  const organisation: Partial<Record<keyof Organisation, unknown>> = dataOf(value);
  const receivers = stringsOf(organisation.receivers);
  const teams = Object.entries(fieldsOf(organisation.teams));
  return [
    ...checkShape(organisationSchema, organisation, ["source", "receivers", "teams", "defaultReceiver", "period"]),
    ...(teams.length === 0 && typeof organisation.teams === "object"
      ? [{ id: "invalid-field", field: "teams", problem: "there are no teams", instead: "Name at least one." } as const]
      : []),
    ...checkPeriod(organisation.period),
    ...checkReceiverNames(itemsOf(organisation.receivers)),
    ...(Array.isArray(organisation.receivers)
      ? [
          ...teams.flatMap(([team, receiverOf]) =>
            [...severities, "cost", "quality"].flatMap((field) =>
              checkReceiver(`teams.${team}.${field}`, fieldsOf(receiverOf)[field], receivers),
            ),
          ),
          ...checkReceiver("defaultReceiver", organisation.defaultReceiver, receivers),
        ]
      : []),
  ];
}

// The guardrails of a service: their ids, their fields, and what only each kind can see.
import { z } from "zod";
import type { Source } from "../sources/source.ts";
import { missingSignals } from "./check-slo.ts";
import type { Finding } from "./diagnostics.ts";
import { optionFields } from "./guardrails/fields.ts";
import type { Guardrail, GuardrailKind } from "./guardrails/guardrail.ts";
import { guardrailKinds } from "./guardrails/table.ts";
import { dnsLabel, dnsLabelFrom } from "./names.ts";
import { guardrailSchema } from "./schema.ts";
import { checkShape, show, writePath } from "./shape.ts";

function checkGuardrailId(id: string, slos: readonly string[]): readonly Finding[] {
  const say = (problem: string, instead: string): Finding => ({ id: "invalid-id", problem, instead });
  if (!dnsLabel.test(id))
    return [
      say(
        `${show(id)} can't be the id of a guardrail`,
        `Use up to 63 of a-z, 0-9 and -, such as "${dnsLabelFrom(id)}".`,
      ),
    ];
  return slos.includes(id) ? [say(`${show(id)} is the id of an SLO too`, "Rename one of them.")] : [];
}

function schemaOf(kind: GuardrailKind<never>): z.ZodType {
  return z.strictObject({ ...optionFields, ...kind.fields.shape });
}

function checkGuardrail(value: unknown, source: Source | undefined): readonly Finding[] {
  const kind =
    checkShape(guardrailSchema, value).length > 0 ? undefined : guardrailKinds.get((value as Guardrail).guardrail);
  if (!kind) {
    return [
      {
        id: "invalid-field",
        problem: `${show(value)} is not a guardrail`,
        instead: 'Make it with a word of slos/organisation.ts, such as rateLimitPressure({ above: "5%" }).',
      },
    ];
  }
  const { spec } = value as Guardrail;
  const shape = checkShape(schemaOf(kind), spec);
  const missing = source ? missingSignals(kind.needs, source, "this guardrail") : [];
  if (shape.length > 0 || missing.length > 0 || !source || !kind.check) return [...shape, ...missing];
  return kind.check(spec as never, source);
}

/** Checks guardrails. `slos` are the ids of the service's SLOs. Without a source, only what needs none. */
export function checkGuardrails(
  guardrails: Readonly<Record<string, unknown>>,
  slos: readonly string[],
  source: Source | undefined,
): readonly Finding[] {
  return Object.entries(guardrails).flatMap(([id, guardrail]) =>
    [...checkGuardrailId(id, slos), ...checkGuardrail(guardrail, source)].map((finding) => ({
      ...finding,
      field: [writePath(["guardrails", id]), finding.field].filter(Boolean).join("."),
    })),
  );
}

// Time zones whose summer time the rules will soon no longer know.
import type { Plan } from "../plan/plan.ts";

/** A note for each time zone whose table of transitions ends within a year, or has ended. */
export function calendarNotes(plans: readonly Plan[], year: number): readonly string[] {
  const calendars = plans.flatMap(({ services }) => services.flatMap((service) => service.calendars));
  const ending = calendars.flatMap(({ timeZone, knownUntil }) =>
    knownUntil !== undefined && year >= knownUntil
      ? [`The rules know the summer time of ${timeZone} until the end of ${knownUntil}. Update llm-slo and run synth.`]
      : [],
  );
  return [...new Set(ending)].sort();
}

// The proofs of what watches the stack: the stories that come with each alert, written out.
import { platformName } from "../../plan/conventions.ts";
import type { AlertStory, Course, PlatformAlert, PlatformPlan } from "../../plan/platform-plan.ts";
import { printNumber } from "../../promql/print.ts";
import { firingAs } from "./alert-text.ts";
import { seriesText } from "./inputs.ts";
import type { Proof, Scenario } from "./proof.ts";
import { fires } from "./queries.ts";

const stepSeconds = 60;

/** A stretch in promtool's notation, a sample a minute. */
function stretch(course: Course): string {
  const { minutes } = course;
  if ("perMinute" in course) return `0+${printNumber(course.perMinute)}x${minutes - 1}`;
  return course.value === "absent" ? `stale _x${minutes - 1}` : `${printNumber(course.value)}+0x${minutes - 1}`;
}

function scenario({ rule }: PlatformAlert, story: AlertStory): Scenario {
  const { labels = {}, value = 0, firing, quiet } = story;
  // Alerts of one name are told apart by the labels of their rules; those that a story gives are of its series.
  const alert = { alertname: rule.alert, ...rule.labels };
  const [told] = story.labels ? firing : [];
  return {
    name: story.name,
    inputs: story.series.map(({ of, course }) => ({
      series: seriesText(of),
      values: `${course.map(stretch).join(" ")} stale`,
    })),
    expects: [...quiet.map((minute) => fires(alert, minute, false)), ...firing.map((minute) => fires(alert, minute))],
    ...(told === undefined
      ? {}
      : { alerts: [{ minute: told, alert: rule.alert, firing: [firingAs(rule, labels, value)] }] }),
  };
}

/** One proof for each alert. */
export function platformProofs({ alerts }: PlatformPlan): readonly Proof[] {
  return alerts.map((alert) => ({
    service: platformName,
    name: alert.id,
    stepSeconds,
    inputSeconds: stepSeconds,
    rules: [...alert.records, alert.rule],
    scenarios: alert.stories.map((story) => scenario(alert, story)),
  }));
}

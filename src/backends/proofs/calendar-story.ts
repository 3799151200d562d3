// The clock and the calendar at chosen instants.
import { calendarRecords, ofService } from "../../plan/conventions.ts";
import type { CalendarPlan, ServicePlan } from "../../plan/plan.ts";
import type { Expr } from "../../promql/ast.ts";
import type { Expectation, Scenario } from "./proof.ts";
import { between } from "./queries.ts";

/** A clock of this zone shows the right time, and its periods begin and end when they must, summer and winter. */
export function calendarStory({ id }: ServicePlan, { timeZone: tz, moments }: CalendarPlan): Scenario {
  const exactly = (expr: Expr, seconds: number, atSeconds: number): Expectation =>
    between(expr, seconds - 0.5, seconds + 0.5, atSeconds / 60);
  return {
    name: `the calendar of ${tz}: local time, and when its days, weeks and months begin and end`,
    inputs: [],
    expects: moments.flatMap(({ atSeconds, localSeconds, periods }) => [
      exactly(ofService(calendarRecords.localTime, id, { tz }), localSeconds, atSeconds),
      ...Object.entries(periods).flatMap(([period, edges]) =>
        Object.entries(edges).map(([edge, seconds]) =>
          exactly(ofService(calendarRecords.edge, id, { tz, period, edge }), seconds, atSeconds),
        ),
      ),
    ]),
  };
}

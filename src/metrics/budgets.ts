// What this process has spent today, for an app that wants to stop early. Alerts never read it: they see the spend of all processes.

/** A daily budget, as one process can watch it. */
export interface DailyBudget {
  /** USD a day. */
  readonly usd: number;
  /** The zone whose midnight starts the day. Default: UTC. @example "Europe/Berlin" */
  readonly timeZone?: string;
}

/** What this process alone knows of a budget: other pods spend too, and a restart forgets. */
export interface LocalBudget {
  readonly limitUsd: number;
  /** Spent by this process since the day began, in the budget's time zone. */
  readonly localSpentTodayUsd: number;
  /** `localSpentTodayUsd` / `limitUsd`. */
  readonly localShareUsed: number;
  /** The day in the budget's time zone. @example "2026-11-21" */
  readonly day: string;
}

export interface LocalBudgets {
  spend(feature: string, usd: number, now?: number): void;
  of(feature: string, now?: number): LocalBudget | undefined;
}

/** Every zone's midnight falls on a quarter of an hour of UTC. */
const quarter = 15 * 60_000;

function dayIn(timeZone: string): (now: number) => string {
  // Sweden writes dates as ISO 8601 does.
  const format = new Intl.DateTimeFormat("sv-SE", { timeZone, dateStyle: "short" });
  let day = "";
  let until = 0;
  return (now) => {
    if (now < until - quarter || now >= until) {
      day = format.format(now);
      until = now - (now % quarter) + quarter;
    }
    return day;
  };
}

interface Spend {
  readonly usd: number;
  readonly dayOf: (now: number) => string;
  day: string;
  spent: number;
}

/** @throws RangeError for a time zone that doesn't exist, and for a budget that is no amount. */
function openBudget({ usd, timeZone = "UTC" }: DailyBudget): Spend {
  if (typeof usd !== "number" || !(usd >= 0)) throw new RangeError(`usd must be a number, 0 or more, not ${usd}.`);
  return { usd, dayOf: dayIn(timeZone), day: "", spent: 0 };
}

/** Adds up costs by feature and day. A budget that makes no sense is told to `onError`, and left out. */
export function localBudgets(
  budgets: Readonly<Record<string, DailyBudget | undefined>>,
  onError: (error: unknown) => void,
): LocalBudgets {
  const known = new Map<string, Spend>();
  for (const [feature, budget] of Object.entries(budgets)) {
    try {
      if (budget !== undefined) known.set(feature, openBudget(budget));
    } catch (error) {
      const problem = error instanceof Error ? error.message : String(error);
      onError(new RangeError(`budgets › ${feature}: ${problem}`, { cause: error }));
    }
  }
  const today = (feature: string, now: number) => {
    const budget = known.get(feature);
    if (budget === undefined) return undefined;
    const day = budget.dayOf(now);
    if (day !== budget.day) Object.assign(budget, { day, spent: 0 });
    return budget;
  };
  return {
    spend(feature, usd, now = Date.now()) {
      const budget = today(feature, now);
      if (budget !== undefined) budget.spent += usd;
    },
    of(feature, now = Date.now()) {
      const budget = today(feature, now);
      if (budget === undefined) return undefined;
      return {
        limitUsd: budget.usd,
        localSpentTodayUsd: budget.spent,
        localShareUsed: budget.usd > 0 ? budget.spent / budget.usd : Number.POSITIVE_INFINITY,
        day: budget.day,
      };
    },
  };
}

// What is seen of an installation while a drill goes on: alerts that begin and end, and who is told.
import { watchdogAlert } from "../src/plan/conventions.ts";
import type { ActiveAlert, Installation } from "./installation.ts";
import type { Delivery, Labels } from "./mailbox.ts";

/** Something that can be told while it happens. */
export type Sight =
  | { readonly kind: "alert"; readonly state: "pending" | "firing" | "ended"; readonly labels: Labels }
  | { readonly kind: "message"; readonly delivery: Delivery };

const keyOf = (labels: Labels) => JSON.stringify(Object.entries(labels).sort());
const isWatchdog = ({ alertname }: Labels) => alertname === watchdogAlert;

export class Watch {
  readonly installation: Installation;
  #active: ReadonlyMap<string, ActiveAlert> = new Map();
  #told = 0;

  constructor(installation: Installation) {
    this.installation = installation;
  }

  /** Alerts that are pending or firing, but for the Watchdog. */
  get active(): readonly ActiveAlert[] {
    return [...this.#active.values()];
  }

  /** Looks again, and gives what is new. A Prometheus that doesn't answer shows nothing new. */
  async look(): Promise<readonly Sight[]> {
    const alerts = await this.installation.alerts().catch(() => undefined);
    return [...(alerts ? this.#changes(alerts) : []), ...this.#messages()];
  }

  #changes(alerts: readonly ActiveAlert[]): readonly Sight[] {
    const now = new Map(
      alerts.filter(({ labels }) => !isWatchdog(labels)).map((alert) => [keyOf(alert.labels), alert] as const),
    );
    const before = this.#active;
    this.#active = now;
    const begun = [...now].filter(([key, { state }]) => before.get(key)?.state !== state);
    const ended = [...before].filter(([key, { state }]) => state === "firing" && !now.has(key));
    return [
      ...begun.map(([, { labels, state }]): Sight => ({ kind: "alert", state, labels })),
      ...ended.map(([, { labels }]): Sight => ({ kind: "alert", state: "ended", labels })),
    ];
  }

  /** A message repeats what was said of its other alerts: only what is news is told. */
  #messages(): readonly Sight[] {
    const { deliveries } = this.installation;
    const earlier = new Map<string, Delivery["status"]>();
    const news: Sight[] = [];
    for (const [index, delivery] of deliveries.entries()) {
      const key = `${delivery.receiver} ${keyOf(delivery.labels)}`;
      const isNews = earlier.get(key) !== delivery.status && !isWatchdog(delivery.labels);
      earlier.set(key, delivery.status);
      if (isNews && index >= this.#told) news.push({ kind: "message", delivery });
    }
    this.#told = deliveries.length;
    return news;
  }
}

// A drill from beginning to end: calm, an incident, a fault in the middle of it, the page, the end of it, the verdict.
import { setTimeout as sleep } from "node:timers/promises";
import { localSecondsAt } from "../src/compile/calendar-moments.ts";
import { timeZoneTable } from "../src/compile/time-zone-table.ts";
import { ofSlo, ratioRecord, records } from "../src/plan/conventions.ts";
import type { Arm, Plan, SloPlan } from "../src/plan/plan.ts";
import { print } from "../src/promql/print.ts";
import { type App, type LoadedApp, loadApp } from "./app.ts";
import type { Fault } from "./faults.ts";
import { anyTime, type Incident } from "./incidents.ts";
import { type Installation, prepare, type Tools } from "./installation.ts";
import { type Clock, clockAt } from "./scale-plan.ts";
import { slownessOf } from "./slowness.ts";
import { requestsPerMinute } from "./usual.ts";
import { isOver, judge, toldOf, type Verdict } from "./verdict.ts";
import { type Sight, Watch } from "./watch.ts";

/** A minute of life takes a second: that leaves five scrapes in the shortest window, as life does. */
export const factor = 60;
const day = 86_400;
const lookEverySeconds = 0.5;
/** No phase takes as long; a machine that is too slow for a drill gets a verdict, too. */
const patienceSeconds = { calm: 120, middle: 180, page: 240, over: 300 };

export interface Burn {
  readonly slo: SloPlan;
  readonly arm: Arm;
  /** In error budgets: over the arm's long window, which proves it, and its short one, which ends it. */
  readonly rate: number;
  readonly recentRate: number;
  /** Whether what was broken has been mended. */
  readonly isMended: boolean;
}

/** What a drill tells while it goes on. */
export interface Listener {
  phase(text: string, clock: Clock): void;
  sight(sight: Sight, clock: Clock, installation: Installation): void;
  burn(burn: Burn, clock: Clock, installation: Installation): void;
}

export interface DrillOptions {
  /** In life's time. */
  readonly plan: Plan;
  readonly incident: Incident;
  readonly fault?: Fault;
  /** One or more; the app is the same for all. */
  readonly tools: readonly Tools[];
  readonly listener: Listener;
  /** Ends the drill without a verdict. */
  readonly signal: AbortSignal;
}

export interface InstallationVerdict extends Verdict {
  readonly tools: Tools;
  /** When the incident began and ended, seconds since 1970. */
  readonly beganAt: number;
  readonly endedAt: number;
  /** What the machine was too slow for; such a drill says nothing, whatever its verdict. Empty where it was fast enough. */
  readonly slowness: readonly string[];
}

const now = () => Date.now() / 1_000;

/** The time zone of the plan's calendars. */
export function timeZoneOf({ services }: Plan): string {
  return services.flatMap(({ calendars }) => calendars)[0]?.timeZone ?? "UTC";
}

/** The instant of today at which clocks in the plan's time zone show a time such as "21:45". */
function todayAt(plan: Plan, time: string): number {
  const [hours = 0, minutes = 0] = time.split(":").map(Number);
  const table = timeZoneTable(timeZoneOf(plan));
  const midnight = Math.floor(now() / day) * day;
  return midnight - (localSecondsAt(table, midnight) - midnight) + hours * 3_600 + minutes * 60;
}

/** The SLO whose budget an incident burns, and its fastest arm, where it burns one. */
function burningArm({ services }: Plan, { expected, alongside }: Incident) {
  const slos = services.filter(({ id }) => id === expected[0]?.service).flatMap((service) => service.slos);
  for (const alert of [...expected.map((one) => one.alert), ...alongside]) {
    const slo = slos.find(({ alertName }) => alertName === alert);
    const [arm] = slo?.arms ?? [];
    if (slo && arm) return { slo, arm };
  }
  return undefined;
}

class Drill {
  readonly #options: DrillOptions;
  readonly #clock: Clock;
  readonly #burning: ReturnType<typeof burningArm>;
  readonly #burns = new Map<Installation, number>();
  readonly #pods: App[] = [];
  #watches: readonly Watch[] = [];
  /** Before it has, alerts are of things that have just started. */
  #hasBegun = false;
  #isMended = false;

  constructor(options: DrillOptions) {
    this.#options = options;
    this.#clock = clockAt(todayAt(options.plan, options.incident.at), factor, now());
    this.#burning = burningArm(options.plan, options.incident);
  }

  get #installations(): readonly Installation[] {
    return this.#watches.map(({ installation }) => installation);
  }

  async run(): Promise<readonly InstallationVerdict[]> {
    try {
      await this.#start();
      const beganAt = await this.#break();
      await this.#strike();
      await this.#until(patienceSeconds.page, (watch) => this.#isPaged(watch));
      const endedAt = await this.#mend();
      await this.#until(patienceSeconds.over, (watch) => this.#isOver(watch));
      return await Promise.all(this.#installations.map((installation) => this.#judge(installation, beganAt, endedAt)));
    } finally {
      await Promise.all([...this.#installations, ...this.#pods].map((started) => started.stop()));
    }
  }

  /** Starts everything; Alertmanager last, once all is measured and nothing is amiss. */
  async #start(): Promise<void> {
    const { plan, tools, listener } = this.#options;
    listener.phase("The app and Prometheus start, with a quiet month behind them.", this.#clock);
    const app = await this.#startPod();
    const prepared = await Promise.all(tools.map((one) => prepare(one, plan, this.#clock, [app.address])));
    this.#watches = prepared.map((installation) => new Watch(installation));
    await Promise.all(prepared.map((installation) => installation.startPrometheus()));
    await this.#until(patienceSeconds.calm, (watch) => this.#isCalm(watch));
    await Promise.all(prepared.map((installation) => installation.startAlertmanager()));
    await this.#until(patienceSeconds.calm, async ({ installation: { deliveries } }) => deliveries.length > 0);
    listener.phase(
      "All is well: every SLO is measured, the heartbeat is heard, nobody else hears anything.",
      this.#clock,
    );
  }

  async #startPod(loaded?: LoadedApp, port = 0): Promise<App> {
    const evaluateEverySeconds = 900 / factor;
    const rates = Object.entries(requestsPerMinute).map(([feature, perMinute]) => [feature, perMinute * factor]);
    const app = await (loaded ?? (await loadApp())).start({
      seed: this.#pods.length + 1,
      port,
      evaluateEverySeconds,
      // The other one goes on, as it would.
      faultyProvider: "openai",
      requestsPerMinute: Object.fromEntries(rates),
    });
    this.#pods.push(app);
    return app;
  }

  async #isCalm({ installation, active }: Watch): Promise<boolean> {
    const { services } = this.#options.plan;
    const slos = services.flatMap((service) => service.slos).length;
    const measured = await installation.value(`count(${records.bad})`);
    const isQuiet = active.every(({ labels }) => anyTime.includes(labels.alertname ?? ""));
    return (await this.#isMeasured(installation)) && measured === slos && isQuiet;
  }

  async #isMeasured(installation: Installation): Promise<boolean> {
    const targets = this.#options.plan.services.length * this.#pods.length;
    return (await installation.value("count(up == 1)")) === targets;
  }

  /** Returns when, in seconds since 1970. */
  async #break(): Promise<number> {
    const { incident, listener } = this.#options;
    this.#hasBegun = true;
    listener.phase(`The incident begins: ${incident.says}.`, this.#clock);
    if (incident.breaks === "app") await this.#pods[0]?.stop();
    else for (const pod of this.#pods) pod.setFaults(incident.breaks);
    return now();
  }

  async #mend(): Promise<number> {
    const { incident, listener } = this.#options;
    listener.phase("It is mended.", this.#clock);
    this.#isMended = true;
    if (incident.breaks === "app") await this.#restartApp();
    else for (const pod of this.#pods) pod.setFaults({});
    return now();
  }

  async #restartApp(): Promise<void> {
    const next = await loadApp();
    const [gone] = this.#pods.splice(0, 1);
    await gone?.stop();
    const app = await this.#startPod(next, Number(gone?.address.split(":")[1]));
    this.#pods.splice(this.#pods.indexOf(app), 1);
    this.#pods.unshift(app);
  }

  /** Lets the fault strike when the incident shows, and nobody has been paged. */
  async #strike(): Promise<void> {
    const { fault, incident, listener, plan } = this.#options;
    if (!fault) return;
    await this.#until(patienceSeconds.middle, async (watch) => this.#shows(watch));
    listener.phase(`In the middle of it ${fault.says}.`, this.#clock);
    const broken = incident.breaks === "app" ? {} : incident.breaks;
    await fault.strike({
      installations: this.#installations,
      restartApp: async () => {
        await this.#restartApp();
        this.#pods[0]?.setFaults(broken);
      },
      addPod: async () => {
        (await this.#startPod()).setFaults(broken);
        return this.#pods.map(({ address }) => address);
      },
      refuseScrapes: async (count) => {
        const seconds = (count + 0.2) * (plan.stack.scrapeIntervalSeconds / factor);
        for (const pod of this.#pods) pod.refuseScrapes(seconds);
        await sleep(seconds * 1_000);
        const lost = "min(count_over_time(up[30s]) - sum_over_time(up[30s]))";
        const struck = await this.#until(
          patienceSeconds.middle,
          async ({ installation }) => ((await installation.value(lost)) ?? 0) >= count,
        );
        if (!struck) throw new Error("No scrape was lost.");
      },
      untilMeasured: async () => {
        await this.#until(patienceSeconds.middle, ({ installation }) => this.#isMeasured(installation));
      },
    });
  }

  /** Half of the way to the page, by its burn rate or because it is pending. */
  #shows({ installation, active }: Watch): boolean {
    const { expected } = this.#options.incident;
    const burn = this.#burns.get(installation) ?? 0;
    if (this.#burning && burn > this.#burning.arm.burnRate / 2) return true;
    return active.some(({ labels }) => expected.some(({ alert }) => alert === labels.alertname));
  }

  async #isPaged({ installation: { deliveries } }: Watch): Promise<boolean> {
    const told = toldOf(this.#options.plan, this.#options.incident, deliveries);
    return told.every(({ firingAt }) => firingAt !== undefined);
  }

  /** Everybody was told, and rightly: an Alertmanager that hears nothing for minutes takes alerts for over. */
  async #isOver({ installation: { deliveries }, active }: Watch): Promise<boolean> {
    const isFiring = active.some(({ labels, state }) => state === "firing" && labels.severity === "critical");
    return !isFiring && isOver(this.#options.plan, this.#options.incident, deliveries);
  }

  /** Looks at everything until something holds of all installations, or patience ends. */
  /** Whether it held for all in that time. */
  async #until(seconds: number, holds: (watch: Watch) => Promise<boolean>): Promise<boolean> {
    for (const deadline = now() + seconds; now() < deadline; ) {
      this.#options.signal.throwIfAborted();
      await Promise.all(this.#watches.map((watch) => this.#look(watch)));
      const held = await Promise.all(this.#watches.map((watch) => holds(watch).catch(() => false)));
      if (held.every(Boolean)) return true;
      await sleep(lookEverySeconds * 1_000);
    }
    return false;
  }

  async #look(watch: Watch): Promise<void> {
    const { installation } = watch;
    const { listener } = this.#options;
    const sights = await watch.look();
    if (!this.#hasBegun) return;
    for (const sight of sights) listener.sight(sight, this.#clock, installation);
    const burn = await this.#burn(installation).catch(() => undefined);
    if (burn) listener.burn(burn, this.#clock, installation);
  }

  async #burn(installation: Installation): Promise<Burn | undefined> {
    if (!this.#burning) return undefined;
    const { slo, arm } = this.#burning;
    const share = (seconds: number) => installation.value(print(ofSlo(ratioRecord(seconds), slo)));
    const [long, short] = [await share(arm.longSeconds), await share(arm.shortSeconds)];
    if (long === undefined) return undefined;
    const [rate, recentRate] = [long / slo.budget, (short ?? 0) / slo.budget];
    const burn = { slo, arm, rate, recentRate, isMended: this.#isMended };
    this.#burns.set(installation, burn.rate);
    return burn;
  }

  async #judge(installation: Installation, beganAt: number, endedAt: number): Promise<InstallationVerdict> {
    const { plan, incident } = this.#options;
    const verdict = judge(plan, incident, installation.deliveries);
    const slowness = await slownessOf(installation);
    return { ...verdict, tools: installation.tools, beganAt, endedAt, slowness };
  }
}

/** Runs a drill. @throws Error where a process doesn't start, or the signal ends it. */
export function runDrill(options: DrillOptions): Promise<readonly InstallationVerdict[]> {
  return new Drill(options).run();
}

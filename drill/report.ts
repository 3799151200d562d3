// A drill for people: lines as things happen, a live line at a terminal, a table and a verdict in the end.
import Table from "cli-table3";
import ora from "ora";
import { colorsFor, counted, drawsProgress, say } from "../src/cli/terminal.ts";
import { printDuration, printNumber } from "../src/promql/print.ts";
import { type Burn, factor, type InstallationVerdict, type Listener } from "./drill.ts";
import type { Fault } from "./faults.ts";
import type { Incident } from "./incidents.ts";
import type { Labels } from "./mailbox.ts";
import { type Clock, lifeAt } from "./scale-plan.ts";
import type { Sight } from "./watch.ts";

const subject = ({ service, slo, guardrail }: Labels) =>
  [service, slo ?? guardrail].filter((part) => part !== undefined).join("/");
const alertName = ({ alertname, arm, severity }: Labels) =>
  `${alertname}${arm === undefined ? "" : ` (${arm})`}, ${severity}`;
const budgets = (rate: number) => printNumber(Number(rate.toPrecision(3)));

/** Says what happens at the time that life's clock shows. */
export class TextReport implements Listener {
  readonly #colors = colorsFor(process.stdout);
  readonly #spinner = ora({ isSilent: !drawsProgress(process.stderr), discardStdin: false });
  readonly #timeZone: string;
  /** The alerts that are awaited: of others it is enough to say that they fire. */
  readonly #expected: ReadonlySet<string | undefined>;
  /** Quarters of the way to the page that have been told. */
  #quarters = 0;
  #hasRecovered = false;

  constructor(timeZone: string, { expected }: Incident) {
    this.#timeZone = timeZone;
    this.#expected = new Set(expected.map(({ alert }) => alert));
  }

  /** A line after the time. @example "10:27  oncall hears: ..." */
  #line(text: string, clock: Clock): void {
    const life = new Date(lifeAt(clock, Date.now() / 1_000) * 1_000);
    const time = life.toLocaleTimeString("de", { timeZone: this.#timeZone, hour: "2-digit", minute: "2-digit" });
    this.#spinner.clear();
    say(`${this.#colors.dim(time)}  ${text}`);
    this.#spinner.start();
  }

  phase(text: string, clock: Clock): void {
    this.#line(this.#colors.bold(text), clock);
    this.#spinner.text = text;
  }

  sight(sight: Sight, clock: Clock): void {
    const { dim, red, yellow, green } = this.#colors;
    if (sight.kind === "message") {
      const { receiver, status, summary } = sight.delivery;
      const isFiring = status === "firing";
      this.#line(
        `  ${(isFiring ? red : green)(`→ ${receiver} ${isFiring ? "hears" : "hears that it is over"}`)}: ${summary}`,
        clock,
      );
      return;
    }
    const { state, labels } = sight;
    if (state === "pending" && !this.#expected.has(labels.alertname)) return;
    const color = { pending: dim, firing: labels.severity === "critical" ? red : yellow, ended: green }[state];
    this.#line(`${color(state.padEnd(7))} ${subject(labels)} ${alertName(labels)}`, clock);
  }

  burn({ slo, arm, rate, recentRate, isMended }: Burn, clock: Clock): void {
    const long = printDuration(arm.longSeconds);
    const text = `${slo.service}/${slo.id} burns ${budgets(rate)} error budgets over ${long}; ${budgets(arm.burnRate)} page`;
    this.#spinner.text = text;
    const quarters = Math.min(4, Math.floor((4 * rate) / arm.burnRate));
    if (quarters > this.#quarters) this.#line(text, clock);
    this.#quarters = Math.max(this.#quarters, quarters);
    if (!isMended || this.#hasRecovered || recentRate > arm.burnRate) return;
    this.#hasRecovered = true;
    const short = printDuration(arm.shortSeconds);
    this.#line(`${slo.service}/${slo.id} recovers: ${budgets(recentRate)} over ${short}`, clock);
  }

  end(): void {
    this.#spinner.stop();
  }
}

/** The lines before a drill. */
export function opening(
  incident: Incident,
  fault: Fault | undefined,
  { prometheus, alertmanager }: InstallationVerdict["tools"],
): string {
  const middle = fault ? ` In the middle of it ${fault.says}.` : "";
  return [
    `Fire drill: ${incident.says}.${middle}`,
    `Prometheus ${prometheus.version} and Alertmanager ${alertmanager.version} with the rules and routes of slos/. A minute of life takes ${printDuration(60 / factor)}.`,
  ].join("\n");
}

const minutes = (seconds: number) => `${Math.round((seconds * factor) / 60)} min`;

/** The minutes of life from one moment to another, for people. */
function after(from: number, to: number | undefined): string {
  return to === undefined ? "never" : minutes(to - from);
}

function table({ told, beganAt, endedAt }: InstallationVerdict): string {
  const head = ["alert", "service", "receiver", "heard after", "heard that it is over after"];
  const rows = told.map(({ alert, service, receiver, firingAt, resolvedAt }) => [
    alert,
    service,
    receiver,
    after(beganAt, firingAt),
    after(endedAt, resolvedAt),
  ]);
  const drawn = new Table({ head, style: { head: [], border: [], compact: true } });
  drawn.push(...rows);
  return drawn.toString();
}

/** What a drill came to. */
export function closing(verdict: InstallationVerdict): string {
  const { bold, green, red, yellow } = colorsFor(process.stdout);
  const { told, problems, others, slowness } = verdict;
  const alongside = others.length === 0 ? [] : [`Told besides, to whom it belongs: ${others.join(", ")}.`];
  const slow = `This machine was ${problems.length === 0 ? "hardly fast enough" : "too slow"} for a drill: ${slowness.join("; ")}.`;
  const passed = `Passed: ${counted(told.length, "message")} of ${told.length} told to the right receiver, none to a wrong one, all over.`;
  return [
    "",
    table(verdict),
    ...alongside,
    ...(slowness.length > 0 ? [yellow(slow)] : []),
    ...problems.map((problem) => red(`✖ ${problem}`)),
    problems.length === 0 ? green(bold(passed)) : red(bold(`Failed: ${counted(problems.length, "problem")}.`)),
  ].join("\n");
}

/** The same as data; times in minutes of life, from when it began or was mended. */
export function verdictData({ tools, told, problems, others, slowness, beganAt, endedAt }: InstallationVerdict) {
  const life = (from: number, to: number | undefined) =>
    to === undefined ? null : Number((((to - from) * factor) / 60).toFixed(1));
  return {
    prometheus: tools.prometheus.version,
    alertmanager: tools.alertmanager.version,
    passed: problems.length === 0,
    told: told.map(({ firingAt, resolvedAt, ...one }) => ({
      ...one,
      heardAfterMinutes: life(beganAt, firingAt),
      overAfterMinutes: life(endedAt, resolvedAt),
    })),
    others,
    problems,
    slowness,
  };
}

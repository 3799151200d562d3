// Switches that make things go wrong on purpose, and the endpoint that sets them.
import express from "express";
import { type Listening, listen, readJson } from "./listen.ts";
import { seededRandom } from "./random.ts";

/** What can go wrong, and what then happens. The app going down has no switch: stop it. */
export const faultKinds = {
  slow: "the provider takes six times as long",
  errors: "the provider answers 500",
  "rate-limited": "the provider answers 429",
  hallucinate: "answers don't follow from what was asked",
  "expensive-prompt": "requests use ten times the tokens, none of them from the provider's cache",
  "evaluator-down": "evaluations don't run",
  stalled: "the provider takes requests and never answers",
} as const;
export type Fault = keyof typeof faultKinds;

/** How much of what a fault could hit it does hit, 0 to 1. Of provider faults: the share of attempts, and the app's SDKs try twice. */
export type FaultShares = Readonly<Partial<Record<Fault, number>>>;

export interface Faults {
  /** Sets the shares that are named; others stay. 0 ends a fault. */
  set(shares: FaultShares): void;
  clear(): void;
  current(): FaultShares;
  /** Decides, by its share, whether a fault strikes now. */
  strikes(fault: Fault): boolean;
}

export function createFaults(seed: number): Faults {
  const random = seededRandom(seed);
  let active: FaultShares = {};
  return {
    set(shares) {
      active = Object.fromEntries(Object.entries({ ...active, ...shares }).filter(([, share]) => share > 0));
    },
    clear() {
      active = {};
    },
    current: () => active,
    strikes: (fault) => random() < (active[fault] ?? 0),
  };
}

function isShares(value: unknown): value is FaultShares {
  if (typeof value !== "object" || value === null || Array.isArray(value)) return false;
  return Object.entries(value).every(
    ([fault, share]) => Object.hasOwn(faultKinds, fault) && typeof share === "number" && share >= 0 && share <= 1,
  );
}

/** Serves `/faults` to this machine alone, wherever the app itself may listen. */
export function serveFaults(faults: Faults, port: number): Promise<Listening> {
  const control = express();
  control.use(readJson("1kb"));
  control.get("/faults", (_request, response) => void response.json(faults.current()));
  control.post("/faults", (request, response) => {
    if (isShares(request.body)) {
      faults.set(request.body);
      response.json(faults.current());
    } else {
      response.status(400).json({ error: "Send shares from 0 to 1 by fault.", faults: faultKinds });
    }
  });
  control.delete("/faults", (_request, response) => {
    faults.clear();
    response.json({});
  });
  return listen(control, port);
}

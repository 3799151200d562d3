// Runs the same script against a client as its SDK makes it, and against a recorded one.
import { setTimeout as sleep } from "node:timers/promises";
import { setFlagsFromString } from "node:v8";
import { runInNewContext } from "node:vm";
import { expect } from "vitest";
import { app } from "./app.ts";
import type { FakeProvider, Json, Scripted } from "./fake-provider.ts";

export type Recorded = ReturnType<typeof app>;

interface Compared<C extends object> {
  readonly provider: FakeProvider;
  readonly client: () => C;
  readonly wrap: (recorded: Recorded, client: C) => C;
  /** Whether the package may have trouble to read what the provider answers. Default: false. */
  readonly mayComplain?: boolean;
}

/** What a function returned, or the error it threw. */
export async function outcome<T>(fn: () => T | Promise<T>): Promise<T | Error> {
  try {
    return await fn();
  } catch (error) {
    return error as Error;
  }
}

/** What an error says of itself, without the connection it holds. */
const told = (error: Json) => {
  const { name, message, status, code, type, error: body } = error;
  return { name, message, status, code, type, body };
};

/** Expects that `use` can't tell the clients apart, and says what was recorded. */
export async function compare<C extends object, T>(
  { provider, client, wrap, mayComplain = false }: Compared<C>,
  script: readonly Scripted[],
  use: (client: C) => T | Promise<T>,
): Promise<Recorded & { readonly result: Json; readonly sent: Json }> {
  provider.begin();
  provider.script(...script);
  const bare = await outcome(() => use(client()));
  const recorded = app();
  provider.begin();
  provider.script(...script);
  const result = await outcome(() => use(wrap(recorded, client())));
  if (bare instanceof Error) {
    expect((result as Error).constructor).toBe(bare.constructor);
    expect(told(result)).toEqual(told(bare));
  } else expect(result).toEqual(bare);
  if (!mayComplain) expect(recorded.errors).toEqual([]);
  return { ...recorded, result, sent: provider.asked.map(({ body }) => body) };
}

export async function readAll<T>(stream: AsyncIterable<T>): Promise<readonly T[]> {
  const read: T[] = [];
  for await (const chunk of stream) read.push(chunk);
  return read;
}

/** Collects garbage until something is so, for two seconds at most. */
export async function collectUntil(so: () => Promise<boolean>): Promise<boolean> {
  setFlagsFromString("--expose-gc");
  const collect = runInNewContext("gc") as () => void;
  for (let round = 0; round < 40; round++) {
    collect();
    await sleep(50);
    if (await so()) return true;
  }
  return false;
}

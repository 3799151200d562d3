// Patches the client of an SDK in place, so that its requests are recorded.
import { observePromise } from "./api-promise.ts";
import type { Call } from "./call.ts";
import { type Defaults, startWith } from "./defaults.ts";
import { countingFetch } from "./fetch.ts";
import { processWide } from "./process-wide.ts";
import type { Requests } from "./requests.ts";
import { type Reader, SdkRequest } from "./sdk-request.ts";
import type { Operation } from "./tracing.ts";

export type Body = Readonly<Record<string, unknown>>;

/** A `create` of an SDK, which all of its helpers reach in the end. */
export interface Endpoint {
  /** Where the client has it. */
  readonly path: readonly string[];
  readonly operation: Operation;
  /** What is sent in the place of the app's own body. Default: that one. */
  readonly send?: ((body: Body) => Body) | undefined;
  readonly read: (call: Call, sent: { readonly wantsContent: boolean; readonly changed: boolean }) => Reader;
}

export interface Sdk {
  readonly name: string;
  readonly endpoints: readonly Endpoint[];
  /** Who serves the requests of a client, as far as it tells. */
  readonly provider: (client: object) => string;
}

interface Wrapping {
  readonly requests: Requests;
  readonly defaults: Defaults;
  readonly sdk: Sdk;
}

type Method = (this: unknown, ...args: unknown[]) => unknown;
type Loose = Record<string, unknown>;

interface Change {
  readonly target: object;
  readonly name: string;
  readonly value: unknown;
}

const wrapped = processWide("wrapped-clients/1", () => new WeakSet<object>());
/** Told once for each app of promises that nobody knows. */
const toldOfUnknown = new WeakSet<Requests>();

/** Patches a client so that each of its requests is recorded once. Never throws: a client that can't be patched is returned as it is. */
export function wrapClient<T extends object>(client: T, wrapping: Wrapping): T {
  try {
    if (wrapped.has(client)) return client;
    replaceAll(changesTo(client, wrapping));
    wrapped.add(client);
  } catch (error) {
    wrapping.requests.onError(error);
  }
  return client;
}

function changesTo(client: object, wrapping: Wrapping): readonly Change[] {
  const { name, endpoints } = wrapping.sdk;
  const changes: Change[] = endpoints.flatMap((endpoint) => {
    const target = endpoint.path.reduce<unknown>((at, key) => (at as Loose | undefined)?.[key], client) as Loose;
    const create = target?.create;
    if (typeof create !== "function") return [];
    return [{ target, name: "create", value: observedCreate(create as Method, client, endpoint, wrapping) }];
  });
  if (changes.length === 0) throw new TypeError(`This is no client of ${name}: its requests are not recorded.`);
  const { fetch, withOptions } = client as Loose;
  if (typeof fetch === "function") {
    changes.push({ target: client, name: "fetch", value: countingFetch(fetch as typeof globalThis.fetch) });
  }
  if (typeof withOptions === "function") {
    const value: Method = (...args) => wrapClient(withOptions.apply(client, args) as object, wrapping);
    changes.push({ target: client, name: "withOptions", value });
  }
  return changes;
}

/** Makes all changes or none. */
function replaceAll(changes: readonly Change[]): void {
  const undo: (() => void)[] = [];
  try {
    for (const { target, name, value } of changes) {
      const before = Object.getOwnPropertyDescriptor(target, name);
      const enumerable = before?.enumerable ?? false;
      Object.defineProperty(target, name, { value, enumerable, configurable: true, writable: true });
      undo.push(() => (before ? Object.defineProperty(target, name, before) : Reflect.deleteProperty(target, name)));
    }
  } catch (error) {
    for (const step of undo) step();
    throw error;
  }
}

function observedCreate(create: Method, client: object, endpoint: Endpoint, wrapping: Wrapping): Method {
  return function observed(this: unknown, ...args) {
    const begun = begin(args, client, endpoint, wrapping);
    if (begun === undefined) return create.apply(this, args);
    const { request, body } = begun;
    let promise: unknown;
    try {
      promise = request.call.run(() => create.call(this, body, ...args.slice(1)));
    } catch (error) {
      request.fail(error);
      throw error;
    }
    try {
      return observePromise(promise, request, () => tellOnce(wrapping));
    } catch (error) {
      wrapping.requests.onError(error);
      request.release();
      return promise;
    }
  };
}

/** Starts the request of a call of `create`; undefined where it can't, and the call goes on unobserved. */
function begin(
  args: readonly unknown[],
  client: object,
  { operation, send, read }: Endpoint,
  { requests, defaults, sdk }: Wrapping,
): { readonly request: SdkRequest; readonly body: Body } | undefined {
  const { onError, wantsContent } = requests;
  try {
    const asked = args[0] as Body;
    const body = send?.(asked) ?? asked;
    const model = (asked.model ?? (client as Loose).deploymentName) as string;
    const stream = Boolean(asked.stream);
    const input = wantsContent ? promptOf(asked) : undefined;
    const call = startWith(requests, defaults, { model, operation, stream }, sdk.provider(client));
    if (wantsContent) call.content({ input });
    const reader = read(call, { wantsContent, changed: body !== asked });
    const signal = (args[1] as { readonly signal?: AbortSignal | null } | undefined)?.signal ?? undefined;
    const timeoutError = (client.constructor as unknown as Loose)?.APIConnectionTimeoutError;
    const request = new SdkRequest({ call, reader, signal, timeoutError, onError });
    requests.watch(request, call);
    return { request, body };
  } catch (error) {
    onError(error);
    return undefined;
  }
}

/** All that a model is given, as a list of messages. */
function promptOf(body: Body): unknown {
  const system = body.system ?? body.instructions;
  const input = body.messages ?? body.input;
  if (system === undefined || system === null) return input;
  const rest = Array.isArray(input) ? input : [{ role: "user", content: input }];
  return [{ role: "system", content: system }, ...rest];
}

function tellOnce({ requests, sdk }: Wrapping): void {
  if (toldOfUnknown.has(requests)) return;
  toldOfUnknown.add(requests);
  requests.onError(
    new Error(`This version of ${sdk.name} is not known: tokens and streams of its requests are missing.`),
  );
}

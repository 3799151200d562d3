// Looks at the promises of the OpenAI and Anthropic SDKs. They parse a response when they are asked to, once: to call `then` would be asking,
// so their two inner parts are observed instead.
import type { SdkRequest } from "./sdk-request.ts";

type Transform = (data: unknown, props: unknown) => unknown;

interface ApiPromise {
  responsePromise: Promise<unknown>;
  parseResponse: (client: unknown, props: unknown) => unknown;
  asResponse?: () => Promise<unknown>;
  /** The headers, for helpers of Anthropic's SDK that parse the response themselves where it is a stream. */
  _responseProps?: () => Promise<unknown>;
  /** With it the SDKs' helpers make a promise of something else out of the same response. */
  _thenUnwrap?: (transform: Transform) => unknown;
}

function isApiPromise(value: unknown): value is ApiPromise {
  const { responsePromise, parseResponse } = (value ?? {}) as Partial<ApiPromise>;
  return typeof responsePromise?.then === "function" && typeof parseResponse === "function";
}

/** Observes what an SDK's method returned, and returns the very same, except for a plain promise. */
export function observePromise(promise: unknown, request: SdkRequest, onUnknown: () => void): unknown {
  const fail = (error: unknown): never => {
    request.fail(error);
    throw error;
  };
  if (isApiPromise(promise)) {
    // Derived, so that a failure which the app doesn't handle stays unhandled, and one that it handles is handled.
    observeParts(promise, promise.responsePromise.then(undefined, fail), request);
    return promise;
  }
  if (promise instanceof Promise && promise.constructor === Promise) {
    return promise.then((data) => {
      request.take(data);
      return data;
    }, fail);
  }
  onUnknown();
  observeUnknown(promise, request);
  return promise;
}

function observeParts(promise: ApiPromise, answered: Promise<unknown>, request: SdkRequest): void {
  const { parseResponse, asResponse, _responseProps, _thenUnwrap } = promise;
  promise.responsePromise = answered;
  promise.parseResponse = async (client, props) => {
    request.parsing = true;
    try {
      const data = await parseResponse.call(promise, client, props);
      request.take(data);
      return data;
    } catch (error) {
      request.fail(error);
      throw error;
    }
  };
  replace(promise, "asResponse", asResponse, async () => {
    const response = await asResponse?.call(promise);
    // The app reads the body by itself: there is nothing more to see.
    request.release();
    return response;
  });
  replace(promise, "_responseProps", _responseProps, async () => {
    const props = await _responseProps?.call(promise);
    const { options } = (props ?? {}) as { readonly options?: { readonly stream?: unknown } };
    if (options?.stream === true) request.release();
    return props;
  });
  replace(promise, "_thenUnwrap", _thenUnwrap, (transform: Transform) => {
    const derived = _thenUnwrap?.call(promise, (data, props) => {
      request.take(data);
      return transform(data, props);
    });
    // openai 7 derives from the request itself, where nothing is observed.
    if (isApiPromise(derived)) observeParts(derived, answered, request);
    return derived;
  });
}

function replace(promise: object, name: string, original: unknown, value: unknown): void {
  if (typeof original !== "function") return;
  const enumerable = Object.hasOwn(promise, name);
  Object.defineProperty(promise, name, { value, enumerable, configurable: true, writable: true });
}

/** Of a kind of promise that nobody knows, it is only seen whether there was an answer. */
function observeUnknown(promise: unknown, request: SdkRequest): void {
  const { asResponse } = (promise ?? {}) as Partial<ApiPromise>;
  const seen = typeof asResponse === "function" ? asResponse.call(promise) : promise;
  Promise.resolve(seen).then(
    () => request.release(),
    (error: unknown) => request.fail(error),
  );
}

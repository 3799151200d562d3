import { errorTypes, statuses } from "@llm-slo/metrics/contract";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { failure, failureOf } from "../../src/metrics/failures.ts";

/** An error of a class with this name, as SDKs throw them. */
function thrown(className: string, fields: object = {}): Error {
  const Class = { [className]: class extends Error {} }[className] as new (message: string) => Error;
  return Object.assign(new Class("failed"), fields);
}

const kinds: readonly (readonly [string, unknown, string, string])[] = [
  ["a fetch that was aborted", new DOMException("aborted", "AbortError"), "cancelled", "cancelled"],
  ["a fetch whose signal timed out", new DOMException("timed out", "TimeoutError"), "timeout", "timeout"],
  [
    "fetch without a network",
    Object.assign(new TypeError("fetch failed"), { cause: { code: "ECONNREFUSED" } }),
    "error",
    "connection",
  ],
  [
    "fetch whose headers never came",
    Object.assign(new TypeError("fetch failed"), { cause: { code: "UND_ERR_HEADERS_TIMEOUT" } }),
    "timeout",
    "timeout",
  ],
  ["a user's abort in OpenAI's SDK", thrown("APIUserAbortError", { status: undefined }), "cancelled", "cancelled"],
  ["a timeout in OpenAI's SDK", thrown("APIConnectionTimeoutError"), "timeout", "timeout"],
  [
    "a connection error whose cause timed out",
    thrown("APIConnectionError", { cause: { code: "ETIMEDOUT" } }),
    "timeout",
    "timeout",
  ],
  ["a connection error", thrown("APIConnectionError"), "error", "connection"],
  ["429", thrown("RateLimitError", { status: 429, code: "rate_limit_exceeded" }), "rate_limited", "rate_limited"],
  [
    "429 for want of money",
    thrown("RateLimitError", { status: 429, code: "insufficient_quota" }),
    "rate_limited",
    "quota",
  ],
  [
    "Anthropic's bill",
    thrown("APIError", { status: 402, error: { error: { type: "billing_error" } } }),
    "rate_limited",
    "quota",
  ],
  ["Anthropic overloaded", thrown("OverloadedError", { status: 529 }), "error", "overloaded"],
  [
    "Anthropic overloaded in the middle of a stream",
    thrown("APIError", { error: { error: { type: "overloaded_error" } } }),
    "error",
    "overloaded",
  ],
  ["503", { statusCode: 503 }, "error", "overloaded"],
  ["500", { status: 500 }, "error", "server"],
  ["a gateway's timeout", { status: 504 }, "timeout", "timeout"],
  ["a key nobody knows", { status: 401 }, "error", "authentication"],
  ["a request that makes no sense", { status: 422 }, "error", "invalid_request"],
  ["too long a prompt", { status: 400, code: "context_length_exceeded" }, "error", "context_length"],
  ["a prompt that Azure filters", { status: 400, code: "content_filter" }, "content_filtered", "content_filter"],
  [
    "a finish that OpenAI's parse() refuses",
    thrown("ContentFilterFinishReasonError"),
    "content_filtered",
    "content_filter",
  ],
  [
    "the AI SDK's last retry",
    Object.assign(new Error("retry"), {
      name: "AI_RetryError",
      lastError: { name: "AI_APICallError", statusCode: 429 },
    }),
    "rate_limited",
    "rate_limited",
  ],
  [
    "the AI SDK without an answer",
    Object.assign(new Error("x"), { name: "AI_APICallError", cause: { code: "ECONNRESET" } }),
    "error",
    "connection",
  ],
  ["Cohere's timeout", thrown("CohereTimeoutError"), "timeout", "timeout"],
  ["Mistral's abort", thrown("RequestAbortedError"), "cancelled", "cancelled"],
  [
    "a subclass of a class that says it",
    new (class Own extends (thrown("RateLimitError").constructor as new () => Error) {})(),
    "rate_limited",
    "rate_limited",
  ],
  ["a bug of the app", new TypeError("x is not a function"), "error", "other"],
  ["a string", "no", "error", "other"],
  ["nothing", undefined, "error", "other"],
];

describe("a failure is told from what was thrown:", () => {
  it.each(kinds)("%s", (_, error, status, errorType) => {
    expect(failureOf(error)).toEqual({ status, errorType });
  });

  it("an error whose name is Error all the same, as openai's are", () => {
    expect(failureOf(Object.assign(thrown("APIConnectionTimeoutError"), { name: "Error" })).status).toBe("timeout");
  });

  it("never throws, whatever was thrown", () => {
    const circular: Record<string, unknown> = {};
    circular.cause = circular;
    const hostile = new Proxy(
      {},
      {
        get: () => {
          throw new Error("no");
        },
        getPrototypeOf: () => {
          throw new Error("no");
        },
      },
    );
    const revoked = Proxy.revocable({}, {});
    revoked.revoke();
    for (const error of [circular, hostile, revoked.proxy, Object.create(null), Symbol("x"), 0n, () => {}]) {
      expect(statuses).toContain(failureOf(error).status);
    }
    fc.assert(fc.property(fc.anything(), (error) => errorTypes.includes(failureOf(error).errorType)));
  });

  it("every kind of error has a status that isn't a success", () => {
    for (const errorType of errorTypes) expect(statuses.slice(1)).toContain(failure(errorType).status);
  });
});

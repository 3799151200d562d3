// How a request failed, from what was thrown: by shape alone, since no SDK is imported here and openai's errors are all named Error.
import type { ErrorType, Status } from "./contract.ts";

/** How a request that did not succeed is counted. */
export interface Failure {
  readonly status: Exclude<Status, "success">;
  readonly errorType: ErrorType;
}

const statusOf: Readonly<Record<ErrorType, Failure["status"]>> = {
  timeout: "timeout",
  connection: "error",
  rate_limited: "rate_limited",
  quota: "rate_limited",
  overloaded: "error",
  server: "error",
  authentication: "error",
  invalid_request: "error",
  context_length: "error",
  content_filter: "content_filtered",
  refusal: "content_filtered",
  cancelled: "cancelled",
  abandoned: "cancelled",
  other: "error",
};

/** The failure of a kind, with the status it is counted under. */
export function failure(errorType: ErrorType): Failure {
  return { status: statusOf[errorType] ?? "error", errorType };
}

type Thrown = Readonly<Record<string, unknown>>;

const fields = (value: unknown): Thrown =>
  (typeof value === "object" && value !== null) || typeof value === "function" ? (value as Thrown) : {};

/** Names of a thrown object's classes, nearest first: SDKs subclass, and only some set `name`. */
function classNames(error: Thrown): readonly string[] {
  const names = [error.name];
  let prototype: object | null = Object.getPrototypeOf(error);
  for (let depth = 0; prototype !== null && depth < 6; depth++) {
    names.push(fields(prototype.constructor).name);
    prototype = Object.getPrototypeOf(prototype);
  }
  return names.filter((name) => typeof name === "string");
}

const byClass: readonly (readonly [RegExp, ErrorType])[] = [
  [/^(APIUserAbortError|AbortError|RequestAbortedError)$/, "cancelled"],
  [/Timeout(Error|Exception)?$/, "timeout"],
  [/^(AI_)?(NoContentGenerated|NoOutputGenerated)Error$/, "other"],
  [/^(ContentFilterFinishReasonError)$/, "content_filter"],
  [/^(LengthFinishReasonError)$/, "other"],
  [/^RateLimitError$|TooManyRequestsError$/, "rate_limited"],
  [/^(APIConnectionError|ConnectionError)$/, "connection"],
];

const byCode: Readonly<Record<string, ErrorType>> = {
  ABORT_ERR: "cancelled",
  ETIMEDOUT: "timeout",
  ESOCKETTIMEDOUT: "timeout",
  UND_ERR_BODY_TIMEOUT: "timeout",
  UND_ERR_CONNECT_TIMEOUT: "timeout",
  UND_ERR_HEADERS_TIMEOUT: "timeout",
  EAI_AGAIN: "connection",
  ECONNABORTED: "connection",
  ECONNREFUSED: "connection",
  ECONNRESET: "connection",
  ENETUNREACH: "connection",
  ENOTFOUND: "connection",
  EPIPE: "connection",
  UND_ERR_SOCKET: "connection",
  billing_error: "quota",
  content_filter: "content_filter",
  content_policy_violation: "content_filter",
  context_length_exceeded: "context_length",
  insufficient_quota: "quota",
  invalid_api_key: "authentication",
  overloaded_error: "overloaded",
  rate_limit_error: "rate_limited",
  rate_limit_exceeded: "rate_limited",
  server_error: "server",
};

function byHttpStatus(status: unknown): ErrorType | undefined {
  if (typeof status !== "number") return undefined;
  if (status === 401 || status === 403 || status === 498) return "authentication";
  if (status === 402) return "quota";
  if (status === 408 || status === 504) return "timeout";
  if (status === 413) return "context_length";
  if (status === 429) return "rate_limited";
  if (status === 499) return "cancelled";
  if (status === 503 || status === 529) return "overloaded";
  if (status >= 500) return "server";
  return status >= 400 ? "invalid_request" : undefined;
}

/** The kind of one error, without its causes. */
function kindOf(error: Thrown): ErrorType | undefined {
  const inner = fields(error.error);
  const body = fields(inner.error);
  for (const code of [error.code, error.type, inner.code, inner.type, body.code, body.type]) {
    if (typeof code === "string" && Object.hasOwn(byCode, code)) return byCode[code];
  }
  const names = classNames(error);
  const match = byClass.find(([pattern]) => names.some((name) => pattern.test(name)));
  if (match?.[1] === "cancelled" || match?.[1] === "timeout") return match[1];
  return byHttpStatus(error.status ?? error.statusCode) ?? match?.[1];
}

/**
 * Tells how a request failed, from what its SDK threw: OpenAI, Anthropic, the AI SDK, Cohere, Mistral, Google, fetch. Never throws.
 * Causes are followed, as is the last error of an AI SDK's `RetryError`.
 */
export function failureOf(error: unknown): Failure {
  try {
    let current: unknown = error;
    let found: ErrorType | undefined;
    for (let depth = 0; depth < 5 && current !== undefined && current !== null; depth++) {
      const thrown = fields(current);
      const kind = kindOf(thrown);
      // A connection error may be caused by a timeout, which says more.
      if (kind !== undefined && (found === undefined || kind === "timeout")) found = kind;
      if (found !== undefined && found !== "connection") break;
      current = thrown.lastError ?? thrown.cause;
    }
    return failure(found ?? "other");
  } catch {
    return failure("other");
  }
}

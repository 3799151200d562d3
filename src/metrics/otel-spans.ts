// A span for each request, and the trace that its exemplars point to.
import {
  context,
  type Span,
  SpanKind,
  SpanStatusCode,
  TraceFlags,
  type Tracer,
  type TracerProvider,
  trace,
} from "@opentelemetry/api";
import { contentAttributes, endAttributes, requestAttributes } from "./genai-attributes.ts";
import { messagesJson } from "./genai-messages.ts";
import type { Exemplar } from "./store.ts";
import type { TracedCall, TracedEnd, Tracing } from "./tracing.ts";

export interface OpenTelemetryOptions {
  /** Makes a span for each request. Turn it off where the AI SDK's telemetry or an instrumentation makes them already. Default: true. */
  readonly spans?: boolean;
  /** Ties what histograms hold to sampled traces, for scrapers that ask for OpenMetrics. Default: true. */
  readonly exemplars?: boolean;
  /**
   * Records prompts, answers and the messages of errors on spans. Each passes through `redact` first, prompts and answers as JSON; if it throws,
   * they are not recorded. Default: no text of prompts, answers or errors leaves the app.
   */
  readonly content?: { readonly redact: (text: string) => string };
  /** Default: the one that the app registered with OpenTelemetry, before or after this call. */
  readonly tracerProvider?: TracerProvider;
}

type Redact = (text: string) => string;

function exemplarOf(span: Span | undefined): Exemplar | undefined {
  const of = span?.spanContext();
  if (of === undefined || !trace.isSpanContextValid(of) || (of.traceFlags & TraceFlags.SAMPLED) === 0) return undefined;
  return { trace_id: of.traceId, span_id: of.spanId };
}

/** Nothing is recorded unless everything could be redacted. */
function recordContent(span: Span, { input, output, error }: TracedEnd, redact: Redact): void {
  const redacted = (text: string): string => {
    const safe: unknown = redact(text);
    if (typeof safe !== "string") throw new TypeError("not a text");
    return safe;
  };
  const messages = (value: unknown, role: "user" | "assistant") =>
    value === undefined ? undefined : redacted(messagesJson(value, role));
  const attributes = {
    [contentAttributes.input]: messages(input, "user"),
    [contentAttributes.output]: messages(output, "assistant"),
  };
  const message = error instanceof Error ? redacted(error.message) : undefined;
  span.setAttributes(attributes);
  if (message !== undefined) span.setStatus({ code: SpanStatusCode.ERROR, message });
}

function finish(span: Span, end: TracedEnd, redact: Redact | undefined): void {
  span.setAttributes(endAttributes(end));
  if (end.errorType !== undefined) span.setStatus({ code: SpanStatusCode.ERROR });
  if (redact === undefined) return;
  try {
    recordContent(span, end, redact);
  } catch {
    // What was thrown may quote the text.
    throw new Error("Prompt and answer of a request were not recorded: they could not be redacted.");
  }
}

function callInSpan(span: Span, exemplar: Exemplar | undefined, redact: Redact | undefined): TracedCall {
  return {
    exemplar,
    run: (fn) => context.with(trace.setSpan(context.active(), span), fn),
    end(end) {
      try {
        if (span.isRecording()) finish(span, end, redact);
      } finally {
        span.end();
      }
    },
  };
}

/** A request without a span of its own belongs to the one that it was made in. */
const callWithoutSpan = (exemplar: Exemplar | undefined): TracedCall => ({ exemplar, run: (fn) => fn(), end() {} });

/**
 * Spans and exemplars with OpenTelemetry, for `createLlmMetrics({ tracing })`. Spans follow its conventions for generative AI and are active
 * during the request, so that spans of HTTP clients nest in them.
 * @example createLlmMetrics({ metrics, tracing: openTelemetry() });
 */
export function openTelemetry(options: OpenTelemetryOptions = {}): Tracing {
  const { spans = true, exemplars = true, content, tracerProvider = trace } = options;
  const redact = spans && typeof content?.redact === "function" ? content.redact : undefined;
  const tracer: Tracer = tracerProvider.getTracer("@llm-slo/metrics");
  return {
    exemplars,
    content: redact !== undefined,
    start(request) {
      if (!spans) return callWithoutSpan(exemplarOf(trace.getActiveSpan()));
      const name = `${request.operation} ${request.model}`;
      const span = tracer.startSpan(name, { kind: SpanKind.CLIENT, attributes: requestAttributes(request) });
      return callInSpan(span, exemplarOf(span), redact);
    },
  };
}

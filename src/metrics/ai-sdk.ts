import { type Answer, breakOff, finish } from "./ai-sdk-outcome.ts";
import { observeStream } from "./ai-sdk-stream.ts";
import type { ActiveCall, Call } from "./call.ts";
import { type Defaults, startWith } from "./defaults.ts";
import { runnerInside } from "./nested-call.ts";
import type { Requests } from "./requests.ts";
import type { Operation } from "./tracing.ts";
import { aiSdkUsage } from "./usage.ts";

interface Model {
  readonly provider: string;
  readonly modelId: string;
}

interface Params {
  readonly prompt?: unknown;
  readonly values?: unknown;
  readonly abortSignal?: AbortSignal | undefined;
}

interface ModelCall {
  readonly params: Params;
  readonly model: Model;
}

/** Middleware for `wrapLanguageModel` of `ai` 5, 6 and 7, and for `wrapEmbeddingModel` of 6 and 7. Results are passed on as they are. */
export interface AiSdkMiddleware {
  readonly specificationVersion: "v3";
  readonly middlewareVersion: "v2";
  readonly wrapGenerate: <R>(options: ModelCall & { readonly doGenerate: () => PromiseLike<R> }) => Promise<R>;
  readonly wrapStream: <R>(options: ModelCall & { readonly doStream: () => PromiseLike<R> }) => Promise<R>;
  readonly wrapEmbed: <R>(options: ModelCall & { readonly doEmbed: () => PromiseLike<R> }) => Promise<R>;
}

/** Providers of the AI SDK whose names aren't OpenTelemetry's, by how they begin. The first match counts. */
const providers: readonly (readonly [string, string])[] = [
  ["google.vertex", "gcp.vertex_ai"],
  ["googleVertex", "gcp.vertex_ai"],
  ["vertex", "gcp.vertex_ai"],
  ["google", "gcp.gemini"],
  ["azure", "azure.ai.openai"],
  ["amazon-bedrock", "aws.bedrock"],
  ["bedrock", "aws.bedrock"],
  ["mistral", "mistral_ai"],
  ["xai", "x_ai"],
];

function likelyProvider(provider: unknown): string | undefined {
  if (typeof provider !== "string") return undefined;
  return providers.find(([start]) => provider.startsWith(start))?.[1] ?? provider.split(".", 1)[0];
}

interface Generated extends Answer {
  readonly content?: readonly { readonly type?: unknown; readonly text?: unknown }[];
  readonly response?: { readonly modelId?: unknown };
}

function textOf({ content }: Generated): string {
  return (content ?? []).map(({ type, text }) => (type === "text" ? text : "")).join("");
}

/**
 * The middleware sees each call of a model: a step of `generateText` or `streamText` is a request, and so is an attempt that the SDK repeats,
 * which therefore never counts as a retry. Streams are recorded as fast as they are read. Embedding models of `ai` 5 can't be wrapped.
 */
export function aiSdkMiddleware(requests: Requests, defaults: Defaults): AiSdkMiddleware {
  const { wantsContent, onError } = requests;
  const start = ({ model, params }: ModelCall, operation: Operation, stream = false): ActiveCall => {
    const call = startWith(
      requests,
      defaults,
      { model: model?.modelId, operation, stream },
      likelyProvider(model?.provider),
    );
    if (wantsContent) call.content({ input: params?.prompt ?? params?.values });
    return call;
  };
  /** What the request returns or throws is returned or thrown on, whatever looking at it does. */
  const observe = async <R>(call: Call, { params }: ModelCall, fn: () => PromiseLike<R>, look: (result: R) => R) => {
    let result: R;
    try {
      result = await fn();
    } catch (error) {
      breakOff(call, error, params?.abortSignal);
      throw error;
    }
    try {
      return look(result);
    } catch (error) {
      onError(error);
      call.end();
      return result;
    }
  };

  return {
    specificationVersion: "v3",
    middlewareVersion: "v2",
    wrapGenerate(options) {
      const call = start(options, "chat");
      return observe(
        call,
        options,
        () => runnerInside(call)(options.doGenerate),
        (result) => {
          const generated = result as Generated;
          call.answeredBy(generated.response?.modelId);
          if (wantsContent) call.content({ output: textOf(generated) });
          finish(call, generated);
          return result;
        },
      );
    },
    wrapStream(options) {
      const call = start(options, "chat", true);
      const run = runnerInside(call);
      const signal = options.params?.abortSignal;
      return observe(
        call,
        options,
        () => run(options.doStream),
        (result) => {
          const { stream } = result as { readonly stream: ReadableStream<unknown> };
          const observed = observeStream(stream, { call, run, signal, wantsContent, onError });
          requests.watch(observed, call);
          return { ...result, stream: observed };
        },
      );
    },
    wrapEmbed(options) {
      const call = start(options, "embeddings");
      return observe(
        call,
        options,
        () => runnerInside(call)(options.doEmbed),
        (result) => {
          const { usage } = result as { readonly usage?: { readonly tokens?: unknown } };
          call.usage(aiSdkUsage({ inputTokens: usage?.tokens }));
          call.end();
          return result;
        },
      );
    },
  };
}

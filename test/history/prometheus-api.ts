// What Prometheus answers to a query.

/** One series of an answer, oldest sample first. */
export interface Found {
  readonly labels: Readonly<Record<string, string>>;
  readonly times: readonly number[];
  readonly values: readonly number[];
}

export interface Answer {
  readonly series: readonly Found[];
  /** Samples that the server read for it. */
  readonly samplesRead: number;
}

interface Json {
  readonly status: string;
  readonly error?: string;
  readonly data: {
    readonly resultType: string;
    readonly result: readonly {
      readonly metric: Found["labels"];
      readonly value?: readonly [number, string];
      readonly values?: readonly (readonly [number, string])[];
    }[];
    readonly stats?: { readonly samples: { readonly totalQueryableSamples: number } };
  };
}

const toNumber = (text: string) =>
  text === "+Inf" ? Number.POSITIVE_INFINITY : text === "-Inf" ? Number.NEGATIVE_INFINITY : Number(text);

async function ask(url: string, path: string, parameters: Readonly<Record<string, string>>): Promise<Answer> {
  const body = new URLSearchParams({ ...parameters, stats: "all" });
  const response = await fetch(`${url}/api/v1/${path}`, { method: "POST", body });
  const { status, error, data } = (await response.json()) as Json;
  if (status !== "success") throw new Error(`Prometheus refuses ${parameters.query}: ${error}`);
  const result = data.resultType === "scalar" ? [] : data.result;
  return {
    series: result.map(({ metric, value, values = value ? [value] : [] }) => ({
      labels: metric,
      times: values.map(([time]) => time),
      values: values.map(([, text]) => toNumber(text)),
    })),
    samplesRead: data.stats?.samples.totalQueryableSamples ?? 0,
  };
}

/** Asks for a vector at a time, in seconds. */
export const queryAt = (url: string, query: string, time: number): Promise<Answer> =>
  ask(url, "query", { query, time: String(time) });

/** Asks for every `step` seconds from `start` to `end`. */
export const queryRange = (
  url: string,
  query: string,
  { start, end, step }: { readonly start: number; readonly end: number; readonly step: number },
): Promise<Answer> => ask(url, "query_range", { query, start: String(start), end: String(end), step: String(step) });

/** The values of a label of what a selector selects. */
export async function labelValues(
  url: string,
  label: string,
  selector: string,
  end: number,
): Promise<readonly string[]> {
  const parameters = new URLSearchParams({ "match[]": selector, start: String(end - 86_400), end: String(end) });
  const response = await fetch(`${url}/api/v1/label/${label}/values?${parameters}`);
  const { data } = (await response.json()) as { readonly data?: readonly string[] };
  return data ?? [];
}

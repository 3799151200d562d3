// The stories that prove the alert about providers: what features ask of them, how that ends, and whether a page of the service fires.
import type { AlertStory, Course } from "../../plan/platform-plan.ts";
import type { Client } from "./provider-client.ts";
import type { Surroundings } from "./watch.ts";

type Told = AlertStory["series"];

/** A feature, and the service it belongs to. */
interface Feature {
  readonly client: Client;
  readonly name: string;
}

const [here, elsewhere] = ["openai", "anthropic"];
/** When requests begin to fail, and when they no longer do, in minutes. */
const [onset, over] = [20, 40];
const askedPerMinute = 100;
/** More than half of all requests then: seen in the second minute. */
const failedPerMinute = 120;

interface Failure {
  readonly from?: number;
  readonly until?: number;
  readonly perMinute?: number;
  readonly at?: string;
}

/** The words that stories are told in. */
interface Words {
  /** A feature asks a provider, and is answered. */
  readonly well: (feature: Feature, until?: number, at?: string) => Told;
  /** The same, and many requests fail besides. */
  readonly failing: (feature: Feature, failure?: Failure) => Told;
  /** One request fails at each of these minutes, and there are no others. */
  readonly rarely: (feature: Feature, minutes: readonly number[]) => Told;
  /** A page of the service fires until then. */
  readonly page: (until: number) => Told;
}

function wordsOf({ series }: Surroundings, { service: { id } }: Client, end: number): Words {
  const requests = ({ client, name }: Feature, how: "ended" | "failed", course: readonly Course[], at = here): Told => {
    const { metric, featureLabel, provider, statusLabel } = client;
    const [status = ""] = client[how];
    return [{ of: series(metric, { [featureLabel]: name, [provider]: at, [statusLabel]: status }), course }];
  };
  const well: Words["well"] = (feature, until = end, at = here) =>
    requests(feature, "ended", [{ minutes: until, perMinute: askedPerMinute }], at);
  return {
    well,
    failing: (feature, { from = onset, until = over, perMinute = failedPerMinute, at = here } = {}) => [
      ...well(feature, end, at),
      ...requests(
        feature,
        "failed",
        [
          { minutes: from, value: 0 },
          { minutes: until - from, perMinute },
          ...(until === end ? [] : [{ minutes: end - until, value: (until - from - 1) * perMinute }]),
        ],
        at,
      ),
    ],
    rarely: (feature, minutes) => {
      const edges = [0, ...minutes, over];
      const counts = minutes.map((_, index) => index + 8);
      const course = [7, ...counts].map((value, at) => ({ minutes: (edges[at + 1] ?? 0) - (edges[at] ?? 0), value }));
      return requests(feature, "failed", course);
    },
    page: (until) => {
      const labels = { alertname: "LlmErrorBudgetBurn", alertstate: "firing", category: "slo", severity: "critical" };
      const course: readonly Course[] = [
        { minutes: onset, value: "absent" },
        { minutes: until - onset, value: 1 },
      ];
      // Alerts carry none of the environment's own labels.
      return [{ of: { metric: "ALERTS", labels: { ...labels, service: id, slo: "errors" } }, course }];
    },
  };
}

function quiet(name: string, series: Told, minutes: readonly number[] = [onset + 5, over - 1]): AlertStory {
  return { name, series, quiet: minutes, firing: [] };
}

type Pair = readonly [own: Feature, other: Feature];

/** Its own feature and another one fail together. */
function outages({ failing, rarely, page }: Words, [own, other]: Pair, end: number): readonly AlertStory[] {
  return [
    {
      name: "one feature fails at a provider, then another, and pages trail behind the outage",
      series: [...failing(own, { from: onset - 5 }), ...failing(other), ...page(end)],
      quiet: [onset + 1, end - 6],
      firing: [onset + 2, end - 11],
      labels: { [own.client.provider]: here },
      value: 2,
    },
    {
      name: "its pages end: so does this one",
      series: [...failing(own), ...failing(other), ...page(onset + 15)],
      quiet: [onset + 17],
      firing: [onset + 10],
    },
    {
      name: "others recover, and it goes on failing: its own pages say more",
      series: [...failing(own, { until: end }), ...failing(other), ...page(end)],
      quiet: [over + 18],
      firing: [over + 9],
    },
    {
      name: "a feature that rarely asks fails three times in half an hour",
      series: [...failing(own), ...rarely(other, [12, 24, 36]), ...page(end)],
      quiet: [onset + 10, 35],
      firing: [38],
    },
    {
      name: "a little more than a quarter of another feature's requests fail",
      series: [...failing(own), ...failing(other, { perMinute: 39 }), ...page(end)],
      quiet: [],
      firing: [over - 2],
    },
  ];
}

/** What is no outage, or needs no page. */
function noOutages({ well, failing, rarely, page }: Words, [own, other]: Pair, end: number): readonly AlertStory[] {
  const paged = [...failing(own), ...page(end)];
  return [
    quiet("they fail, and no page of the service fires", [...failing(own), ...failing(other)]),
    quiet("it fails alone", [...paged, ...well(other)]),
    quiet("they fail at different providers", [...paged, ...failing(other, { at: elsewhere })]),
    quiet("it fails at another provider as well, and there alone", [
      ...paged,
      ...failing(other),
      ...failing(own, { at: elsewhere }),
    ]),
    quiet("a little less than a quarter of another feature's requests fail", [
      ...paged,
      ...failing(other, { perMinute: 28 }),
    ]),
    quiet(
      "a feature that rarely asks fails twice in half an hour",
      [...paged, ...rarely(other, [5, 24, 36])],
      [26, 38],
    ),
  ];
}

/** It is well where two others fail. */
function bystander({ well, failing, page }: Words, own: Feature, foreign: readonly Feature[], end: number) {
  const failed = foreign.slice(0, 2).flatMap((feature) => failing(feature));
  return foreign.length < 2 ? [] : [quiet("others fail, and it doesn't", [...failed, ...well(own), ...page(end)])];
}

/** Where at least five ask, two that fail are less than half. */
function amongMany(
  { well, failing, page }: Words,
  [own, other]: Pair,
  [third, fourth, fifth]: readonly Feature[],
  end: number,
): readonly AlertStory[] {
  if (!third || !fourth || !fifth) return [];
  const two = [...failing(own), ...failing(other), ...page(end)];
  const rest = [third, fourth, fifth];
  return [
    quiet("two of five features fail", [...two, ...rest.flatMap((feature) => well(feature))]),
    {
      name: "three of five features fail",
      series: [...two, ...failing(third), ...well(fourth), ...well(fifth)],
      quiet: [onset + 1],
      firing: [onset + 2],
    },
    {
      name: "two of five features fail, and five minutes later they are all that ask",
      series: [...two, ...rest.flatMap((feature) => well(feature, 26))],
      quiet: [28],
      firing: [31],
    },
  ];
}

/** The stories of one service. Its pages trail behind what caused them for up to `lastMinutes`. */
export function outageStories(
  around: Surroundings,
  clients: readonly Client[],
  client: Client,
  lastMinutes: number,
): readonly AlertStory[] {
  const featuresOf = (one: Client) => one.service.features.map((name): Feature => ({ client: one, name }));
  const foreign = clients.filter((one) => one !== client).flatMap(featuresOf);
  const [own, other, ...more] = [...featuresOf(client), ...foreign];
  if (!own || !other) return [];
  const end = over + lastMinutes + 10;
  const words = wordsOf(around, client, end);
  return [
    ...outages(words, [own, other], end),
    ...noOutages(words, [own, other], end),
    ...bystander(words, own, foreign, end),
    ...amongMany(words, [own, other], more, end),
  ];
}

// What the files of slos/ export, as values nobody has looked at, to checked models: one for each environment. All mistakes at once.
import type { Source } from "../sources/source.ts";
import { checkOrganisation } from "./check-organisation.ts";
import { checkService } from "./check-service.ts";
import { checkStack, type Surroundings } from "./check-stack.ts";
import { checkMetrics, checkSource } from "./check-vocabulary.ts";
import { type Diagnostic, type Finding, sortDiagnostics } from "./diagnostics.ts";
import type { Model } from "./model.ts";
import type { Organisation } from "./organisation.ts";
import type { Service } from "./service.ts";
import { show } from "./shape.ts";
import type { Stack } from "./stack.ts";

/** A file of `slos/` and what it exports by default. */
export interface LoadedFile {
  /** Relative to where the command runs. */
  readonly file: string;
  readonly value: unknown;
  /** The names of its other exports. */
  readonly named: readonly string[];
}

/** The files of `slos/` that could be loaded. */
export interface Loaded {
  readonly organisation?: LoadedFile;
  readonly metrics?: LoadedFile;
  readonly stacks: readonly (LoadedFile & { readonly environment: string })[];
  readonly services: readonly LoadedFile[];
  /** Whether every file could be loaded; otherwise what a stack says of an unknown service may be right. */
  readonly complete: boolean;
}

const words = {
  organisation: "export default organisation({ ... })",
  metrics: "export default declareMetrics({ ... })",
  stack: "export default stack({ ... })",
  service: 'export default service("my-service", { ... })',
} as const;
type Kind = keyof typeof words;

const nouns: Readonly<Record<string, string>> = {
  organisation: "an organisation",
  metrics: "declared metrics",
  stack: "a stack",
  service: "a service",
  slo: "an SLO",
  source: "a metric source",
} satisfies Record<Kind, string> & Record<string, string>;

/** The default export, if it is what the file is there for; otherwise says what it is. */
function expectKind(kind: Kind, { value, named }: LoadedFile): readonly Finding[] {
  const found = typeof value === "object" && value !== null && "kind" in value ? value.kind : undefined;
  if (found === kind) return [];
  const others = named.length > 0 ? `exports ${named.map((name) => `\`${name}\``).join(", ")}, but nothing by default` : "exports nothing";
  const problem = value === undefined ? `the file ${others}` : `the default export is ${nouns[String(found)] ?? show(value)}, not ${nouns[kind]}`;
  const elsewhere = kind === "service" && found === undefined ? "; files that only serve others belong in a folder of their own" : "";
  return [{ id: "wrong-export", problem, instead: `Write ${words[kind]}${elsewhere}.` }];
}

const placed = (file: string, findings: readonly Finding[], service?: string): readonly Diagnostic[] =>
  findings.map((finding) => ({ ...finding, file, ...(service === undefined ? {} : { service }) }));

interface Checked<T> {
  readonly value?: T;
  readonly diagnostics: readonly Diagnostic[];
}

/** Checks one file; its value is given where it is at least of the right kind. */
function checkFile<T extends object>(kind: Kind, loaded: LoadedFile | undefined, check: (value: T) => readonly Finding[]): Checked<T> {
  if (!loaded) return { diagnostics: [] };
  const wrong = expectKind(kind, loaded);
  if (wrong.length > 0) return { diagnostics: placed(loaded.file, wrong) };
  const value = loaded.value as T;
  const service = kind === "service" ? String((value as Partial<Service>).id) : undefined;
  return { value, diagnostics: placed(loaded.file, check(value), service) };
}

/** Checks each source once, where it is met first, and says which are fit to check SLOs against. */
function checkSources(loaded: Loaded, organisation: Organisation | undefined): { readonly fit: ReadonlySet<Source>; readonly diagnostics: readonly Diagnostic[] } {
  const metrics = loaded.metrics?.value;
  const met = new Map<Source, string>();
  const meet = (source: unknown, file: string) => {
    if (source !== undefined && !met.has(source as Source)) met.set(source as Source, file);
  };
  meet(organisation?.source, loaded.organisation?.file ?? "");
  for (const { value, file } of loaded.services) meet((value as Partial<Service> | undefined)?.source, file);
  const fit = new Set<Source>();
  const diagnostics = [...met].flatMap(([source, file]) => {
    const findings = checkSource(source, metrics);
    if (findings.length === 0 && !(source.features === (metrics as Partial<Source> | undefined)?.features && checkMetrics(metrics).length > 0)) fit.add(source);
    return placed(file, findings.map((finding) => ({ ...finding, field: ["source", finding.field].filter(Boolean).join(".") })));
  });
  return { fit, diagnostics };
}

function checkRepeatedIds(services: readonly LoadedFile[]): readonly Diagnostic[] {
  const first = new Map<unknown, string>();
  return services.flatMap(({ value, file }): readonly Diagnostic[] => {
    const { id } = (value ?? {}) as Partial<Service>;
    const other = first.get(id);
    if (id === undefined || other === undefined) {
      first.set(id, file);
      return [];
    }
    return [{ id: "duplicate-service", file, service: id, problem: `${other} defines the service "${id}" too`, instead: "Rename one, or delete one." }];
  });
}

function longestPeriodDays(organisation: Organisation | undefined, services: readonly Service[]): number {
  const periods = services.flatMap(({ slos }) => Object.values(slos ?? {}).map((slo) => slo?.spec?.period ?? organisation?.period));
  return Math.max(0, ...periods.map((period) => Number.parseInt(String(period), 10)).filter(Number.isFinite));
}

/** Checks what was loaded. Models are given only when nothing is wrong. */
export function check(loaded: Loaded): { readonly models: readonly Model[]; readonly diagnostics: readonly Diagnostic[] } {
  const metrics = checkFile<object>("metrics", loaded.metrics, checkMetrics);
  const organisation = checkFile<Organisation>("organisation", loaded.organisation, checkOrganisation);
  const sources = checkSources(loaded, organisation.value);
  const known = organisation.diagnostics.length === 0 ? organisation.value : undefined;
  const services = loaded.services.map((file) =>
    checkFile<Service>("service", file, (value) => checkService(value, sources.fit.has(value.source) ? value.source : undefined, known)),
  );
  const defined = services.flatMap(({ value }) => (value ? [value] : []));
  const around: Surroundings = {
    ...(known ? { receivers: known.receivers } : {}),
    ...(loaded.complete ? { services: defined.map(({ id }) => id) } : {}),
    sources: [...sources.fit],
    longestPeriodDays: longestPeriodDays(known, defined),
  };
  const stacks = loaded.stacks.map((file) => ({ environment: file.environment, ...checkFile<Stack>("stack", file, (value) => checkStack(value, around)) }));
  const diagnostics = sortDiagnostics([
    ...[metrics, organisation, sources, ...services, ...stacks].flatMap(({ diagnostics }) => diagnostics),
    ...checkRepeatedIds(loaded.services),
  ]);
  if (!known || diagnostics.length > 0) return { models: [], diagnostics };
  const byId = defined.toSorted((a, b) => (a.id < b.id ? -1 : 1));
  const models = stacks.flatMap(({ environment, value }) => (value ? [{ environment, organisation: known, stack: value, services: byId }] : []));
  return { models, diagnostics };
}

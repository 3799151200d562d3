// What the files of slos/ export, as values nobody has looked at, to checked models: one for each environment. All mistakes at once.
import type { Source } from "../sources/source.ts";
import { type BudgetPeriod, historyDays } from "./budget.ts";
import { expectKind, type FileKind, type LoadedFile } from "./check-export.ts";
import { checkOrganisation } from "./check-organisation.ts";
import { checkService } from "./check-service.ts";
import { checkStack, type Surroundings } from "./check-stack.ts";
import { checkMetrics, checkSource } from "./check-vocabulary.ts";
import { type Diagnostic, type Finding, sortDiagnostics } from "./diagnostics.ts";
import { fieldsOf, stringsOf } from "./loose.ts";
import type { Model } from "./model.ts";
import type { Organisation } from "./organisation.ts";
import type { Service } from "./service.ts";
import type { Stack } from "./stack.ts";

export type { LoadedFile };

/** The files of `slos/` that could be loaded. */
export interface Loaded {
  readonly organisation?: LoadedFile;
  readonly metrics?: LoadedFile;
  readonly stacks: readonly (LoadedFile & { readonly environment: string })[];
  readonly services: readonly LoadedFile[];
  /** Whether every file could be loaded; otherwise what a stack says of an unknown service may be right. */
  readonly complete: boolean;
}

const placed = (file: string, findings: readonly Finding[], service?: string): readonly Diagnostic[] =>
  findings.map((finding) => ({ ...finding, file, ...(service === undefined ? {} : { service }) }));

interface Checked<T> {
  readonly value?: T;
  readonly diagnostics: readonly Diagnostic[];
}

/** Checks one file; its value is given where it is at least of the right kind. */
function checkFile<T extends object>(
  kind: FileKind,
  loaded: LoadedFile | undefined,
  check: (value: T) => readonly Finding[],
): Checked<T> {
  if (!loaded) return { diagnostics: [] };
  const wrong = expectKind(kind, loaded);
  if (wrong.length > 0) return { diagnostics: placed(loaded.file, wrong) };
  const value = loaded.value as T;
  const { id } = fieldsOf(value);
  return {
    value,
    diagnostics: placed(loaded.file, check(value), kind === "service" && typeof id === "string" ? id : undefined),
  };
}

/** Checks each source once, where it is met first, and says which are fit to check SLOs against. */
function checkSources(
  loaded: Loaded,
  organisation: Organisation | undefined,
): { readonly fit: ReadonlySet<Source>; readonly diagnostics: readonly Diagnostic[] } {
  const metrics = loaded.metrics?.value;
  const met = new Map<unknown, string>();
  const meet = (source: unknown, file: string) => {
    if (source !== undefined && !met.has(source)) met.set(source, file);
  };
  meet(organisation?.source, loaded.organisation?.file ?? "");
  for (const { value, file } of loaded.services)
    if (fieldsOf(value).kind === "service") meet(fieldsOf(value).source, file);
  const fit = new Set<Source>();
  const diagnostics = [...met].flatMap(([source, file]) => {
    const findings = checkSource(source, metrics);
    if (findings.length === 0 && checkSource(source, undefined).length === 0) fit.add(source as Source);
    return placed(
      file,
      findings.map((finding) => ({ ...finding, field: ["source", finding.field].filter(Boolean).join(".") })),
    );
  });
  return { fit, diagnostics };
}

function checkRepeatedIds(services: readonly LoadedFile[]): readonly Diagnostic[] {
  const first = new Map<unknown, string>();
  return services.flatMap(({ value, file }): readonly Diagnostic[] => {
    const { id } = fieldsOf(value);
    const other = first.get(id);
    if (typeof id !== "string" || other === undefined) {
      first.set(id, file);
      return [];
    }
    return [
      {
        id: "duplicate-service",
        file,
        service: id,
        problem: `${other} defines the service "${id}" too`,
        instead: "Rename one, or delete one.",
      },
    ];
  });
}

function longestPeriodDays(organisation: Organisation | undefined, services: readonly Service[]): number {
  const own = services.flatMap(({ slos }) => Object.values(fieldsOf(slos)).map(fieldsOf));
  const days = own.map((slo) => {
    if (slo.kind === "budget") return historyDays[slo.period as BudgetPeriod] ?? 0;
    const { period } = fieldsOf(slo.spec);
    return Number.parseInt(typeof period === "string" ? period : String(organisation?.period), 10);
  });
  return Math.max(0, ...days.filter(Number.isFinite));
}

/** Checks what was loaded. Models are given only when nothing is wrong. */
export function check(loaded: Loaded): {
  readonly models: readonly Model[];
  readonly diagnostics: readonly Diagnostic[];
} {
  const metrics = checkFile<object>("metrics", loaded.metrics, checkMetrics);
  const organisation = checkFile<Organisation>("organisation", loaded.organisation, checkOrganisation);
  const sources = checkSources(loaded, organisation.value);
  const known = organisation.diagnostics.length === 0 ? organisation.value : undefined;
  const services = loaded.services.map((file) =>
    checkFile<Service>("service", file, (value) =>
      checkService(value, sources.fit.has(value.source) ? value.source : undefined, known),
    ),
  );
  const defined = services.flatMap(({ value }) => (value ? [value] : []));
  const around: Surroundings = {
    ...(known ? { receivers: known.receivers, teams: Object.keys(known.teams) } : {}),
    ...(loaded.complete ? { services: stringsOf(defined.map(({ id }) => id)) } : {}),
    sources: [...sources.fit],
    longestPeriodDays: longestPeriodDays(known, defined),
  };
  const stacks = loaded.stacks.map((file) => ({
    environment: file.environment,
    ...checkFile<Stack>("stack", file, (value) => checkStack(value, around)),
  }));
  const diagnostics = sortDiagnostics([
    ...[metrics, organisation, sources, ...services, ...stacks].flatMap(({ diagnostics }) => diagnostics),
    ...checkRepeatedIds(loaded.services),
  ]);
  if (!known || diagnostics.length > 0) return { models: [], diagnostics };
  const byId = defined.toSorted((a, b) => (a.id < b.id ? -1 : 1));
  const models = stacks.flatMap(({ environment, value }) =>
    value ? [{ environment, organisation: known, stack: value, services: byId }] : [],
  );
  return { models, diagnostics };
}

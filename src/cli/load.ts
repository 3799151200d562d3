// The files of slos/ to the values they export. Whatever goes wrong on the way is a diagnostic, never a stack trace.
import { existsSync, readdirSync, realpathSync } from "node:fs";
import { basename, join, relative } from "node:path";
import { pathToFileURL } from "node:url";
import type { Loaded, LoadedFile } from "../slo/check.ts";
import { type Diagnostic, sortDiagnostics } from "../slo/diagnostics.ts";
import { explainLoadError } from "./load-errors.ts";

/** What could be loaded, and why the rest could not. */
export interface LoadResult {
  readonly loaded: Loaded;
  readonly diagnostics: readonly Diagnostic[];
}

let registered = false;

/** Teaches this process TypeScript, once: ES modules, and the CommonJS of projects without `"type": "module"`. */
async function registerTypeScript(): Promise<void> {
  if (registered) return;
  const [cjs, esm] = await Promise.all([import("tsx/cjs/api"), import("tsx/esm/api")]);
  cjs.register();
  esm.register();
  registered = true;
}

const isModule = (value: unknown): value is { readonly default: unknown } =>
  typeof value === "object" && value !== null && "default" in value && !("kind" in value);

/** The default export and the names of the others; CommonJS wraps both in one more `default`. */
function readExports(module: object): Pick<LoadedFile, "value" | "named"> {
  const wrapped = module as { readonly default?: unknown };
  const inner = wrapped.default as { readonly __esModule?: unknown } | undefined;
  const exports = isModule(inner) || inner?.__esModule === true ? (inner as object) : module;
  const { default: value, ...others } = exports as { readonly default?: unknown };
  return { value, named: Object.keys(others).filter((name) => !name.startsWith("__") && name !== "module.exports") };
}

interface Source {
  /** Relative to the working directory. */
  readonly file: string;
  readonly path: string;
}

async function loadFile({ file, path }: Source, folder: string): Promise<LoadedFile | readonly Diagnostic[]> {
  try {
    const module = (await import(pathToFileURL(path).href)) as object;
    return { file, ...readExports(module) };
  } catch (error) {
    return explainLoadError(error, { file, folder });
  }
}

const isLoaded = (result: LoadedFile | readonly Diagnostic[] | undefined): result is LoadedFile => result !== undefined && "file" in result;

function missing(file: string, instead: string): Diagnostic {
  return { id: "missing-file", file, problem: "the file doesn't exist", instead };
}

/** The environment in `stack.<environment>.ts`, empty for `stack.ts`; undefined for other files. */
function environmentOf(name: string): string | undefined {
  const found = /^stack(?:\.(.+))?\.ts$/.exec(name);
  return found ? (found[1] ?? "") : undefined;
}

/**
 * Loads a folder such as `slos`, relative to the working directory. Files are told apart by name: `organisation.ts`, `metrics.ts`,
 * `stack.ts`, `stack.<environment>.ts`; every other one defines a service. Folders inside are left alone.
 */
export async function load(folder: string): Promise<LoadResult> {
  const nothing: Loaded = { stacks: [], services: [], complete: false };
  if (!existsSync(folder)) {
    return { loaded: nothing, diagnostics: [missing(folder, "Run llm-slo where the folder is, or name it with --slos.")] };
  }
  const root = realpathSync(folder);
  const names = readdirSync(root, { withFileTypes: true })
    .filter((entry) => !entry.isDirectory() && entry.name.endsWith(".ts") && !/\.(d|test)\.ts$/.test(entry.name))
    .map(({ name }) => name)
    .sort();
  await registerTypeScript();
  // What the others import comes first, and one after the other: a mistake in a shared file is met at home.
  const shared = ["metrics.ts", "organisation.ts"].filter((name) => names.includes(name));
  const results = new Map<string, LoadedFile | readonly Diagnostic[]>();
  for (const name of [...shared, ...names.filter((other) => !shared.includes(other))]) {
    const file = relative(process.cwd(), join(process.cwd(), folder, name)) || basename(name);
    results.set(name, await loadFile({ file, path: join(root, name) }, root === folder ? folder : root));
  }
  const at = (name: string) => join(folder, name);
  const files = [...results].flatMap(([name, result]) => (isLoaded(result) ? [{ name, result }] : []));
  const [organisation, metrics] = ["organisation.ts", "metrics.ts"].map((name) => results.get(name));
  const services = files.filter(({ name }) => !shared.includes(name) && environmentOf(name) === undefined);
  const failures = [...results.values()].flatMap((result) => (isLoaded(result) ? [] : result));
  const diagnostics = [
    ...failures,
    ...(names.includes("organisation.ts") ? [] : [missing(at("organisation.ts"), "Write it: who answers for what, and the words SLOs are written in.")]),
    ...(names.some((name) => environmentOf(name) !== undefined) ? [] : [missing(at("stack.ts"), "Write it: where everything runs.")]),
    ...(services.length === 0 && failures.length === 0 ? [missing(at("<service>.ts"), 'Define a service: export default service("my-service", { ... }).')] : []),
  ];
  const loaded: Loaded = {
    ...(isLoaded(organisation) ? { organisation } : {}),
    ...(isLoaded(metrics) ? { metrics } : {}),
    stacks: files.flatMap(({ name, result }) => {
      const environment = environmentOf(name);
      return environment === undefined ? [] : [{ ...result, environment }];
    }),
    services: services.map(({ result }) => result),
    complete: failures.length === 0,
  };
  return { loaded, diagnostics: sortDiagnostics(diagnostics) };
}

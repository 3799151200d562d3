// The files of slos/ to the values they export. Whatever goes wrong on the way is a diagnostic, never a stack trace.
import { readdirSync, realpathSync, statSync } from "node:fs";
import { join, relative, resolve } from "node:path";
import { pathToFileURL } from "node:url";
import type { Loaded, LoadedFile } from "../slo/check.ts";
import { type Diagnostic, sortDiagnostics } from "../slo/diagnostics.ts";
import { explainLoadError, noFile } from "./load-errors.ts";

/** What could be loaded, and why the rest could not. */
export interface LoadResult {
  readonly loaded: Loaded;
  readonly diagnostics: readonly Diagnostic[];
}

/** Run from its source, by tsx, this process knows TypeScript already. */
let registered = process.execArgv.includes("tsx");

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

/** A file of the folder, by name and as people know it. */
interface Found {
  readonly name: string;
  readonly file: string;
}

type Result = LoadedFile | readonly Diagnostic[];
const isLoaded = (result: Result | undefined): result is LoadedFile => result !== undefined && "file" in result;

async function loadFile({ name, file }: Found, folder: string): Promise<Result> {
  try {
    const module = (await import(pathToFileURL(join(folder, name)).href)) as object;
    return { file, ...readExports(module) };
  } catch (error) {
    return explainLoadError(error, { file, folder });
  }
}

const shared = ["metrics.ts", "organisation.ts"];

/** What others import comes first, and one file after the other: a mistake in a shared file is met at home. */
async function loadFiles(files: readonly Found[], folder: string): Promise<ReadonlyMap<string, Result>> {
  const results = new Map<string, Result>();
  const isShared = ({ name }: Found) => shared.includes(name);
  const { log, info, debug, error } = console;
  // What files print must not be taken for our output.
  Object.assign(console, { log: error, info: error, debug: error });
  for (const file of [...files.filter(isShared), ...files.filter((other) => !isShared(other))]) {
    results.set(file.name, await loadFile(file, folder));
  }
  Object.assign(console, { log, info, debug });
  return results;
}

/** The environment in `stack.<environment>.ts`, empty for `stack.ts`; undefined for other files. */
function environmentOf(name: string): string | undefined {
  const found = /^stack(?:\.(.+))?\.ts$/.exec(name);
  return found ? (found[1] ?? "") : undefined;
}

function sortByRole(results: ReadonlyMap<string, Result>): Loaded {
  const files = [...results].flatMap(([name, result]) => (isLoaded(result) ? [{ name, ...result }] : []));
  const role = (wanted: string) => files.find(({ name }) => name === wanted);
  const [organisation, metrics] = [role("organisation.ts"), role("metrics.ts")];
  return {
    ...(organisation ? { organisation } : {}),
    ...(metrics ? { metrics } : {}),
    stacks: files.flatMap((file) => {
      const environment = environmentOf(file.name);
      return environment === undefined ? [] : [{ ...file, environment }];
    }),
    services: files.filter(({ name }) => !shared.includes(name) && environmentOf(name) === undefined),
    complete: files.length === results.size,
  };
}

function missing(file: string, instead: string): Diagnostic {
  return { id: "missing-file", file, problem: "the file doesn't exist", instead };
}

/** Files that must be there. */
function missingFiles(folder: string, names: readonly string[]): readonly Diagnostic[] {
  const isService = (name: string) => !shared.includes(name) && environmentOf(name) === undefined;
  return [
    ...(names.includes("organisation.ts")
      ? []
      : [missing(join(folder, "organisation.ts"), "Write it: who answers for what, and the words of SLOs.")]),
    ...(names.some((name) => environmentOf(name) !== undefined)
      ? []
      : [missing(join(folder, "stack.ts"), "Write it: where everything runs.")]),
    ...(names.some(isService)
      ? []
      : [missing(join(folder, "my-service.ts"), 'Define a service: export default service("my-service", { ... }).')]),
  ];
}

/**
 * Loads a folder such as `slos`, relative to the working directory. Files are told apart by name: `organisation.ts`, `metrics.ts`,
 * `stack.ts`, `stack.<environment>.ts`; every other one defines a service. Folders inside are left alone.
 */
export async function load(folder: string): Promise<LoadResult> {
  const written = relative(process.cwd(), resolve(folder));
  if (!statSync(folder, { throwIfNoEntry: false })?.isDirectory()) {
    const nothing: Loaded = { stacks: [], services: [], complete: false };
    return {
      loaded: nothing,
      diagnostics: [
        { ...missing(written, "Run llm-slo where it is, or name it with --slos."), problem: "there is no such folder" },
      ],
    };
  }
  const root = realpathSync(folder);
  const names = readdirSync(root, { withFileTypes: true })
    .filter((entry) => !entry.isDirectory() && /^[^.].*\.ts$/.test(entry.name) && !/\.(d|test)\.ts$/.test(entry.name))
    .map(({ name }) => name)
    .sort();
  await registerTypeScript();
  const results = await loadFiles(
    names.map((name) => ({ name, file: join(written, name) })),
    root,
  );
  const failures = [...results.values()].flatMap((result) => (isLoaded(result) ? [] : result));
  const absent = missingFiles(written, names);
  // That a file is missing is said once, not again by each of its importers.
  const others = failures.filter(({ problem }) => !absent.some(({ file }) => problem === noFile(file)));
  return { loaded: sortByRole(results), diagnostics: sortDiagnostics([...others, ...absent]) };
}

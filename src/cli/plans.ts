// The way every command begins: slos/ to the plans of its environments.
import { compile } from "../compile/compile.ts";
import type { Plan } from "../plan/plan.ts";
import { check } from "../slo/check.ts";
import { type Diagnostic, sortDiagnostics } from "../slo/diagnostics.ts";
import type { Service } from "../slo/service.ts";
import { load } from "./load.ts";
import { locate } from "./positions.ts";

/** Plans are given only when nothing is wrong. The one of `stack.ts` comes first. */
export interface Plans {
  readonly plans: readonly Plan[];
  /** The file that defines each service, by its id. */
  readonly serviceFiles: ReadonlyMap<string, string>;
  readonly diagnostics: readonly Diagnostic[];
}

/** Loads, checks and compiles a folder such as `slos`. */
export async function readPlans(folder: string): Promise<Plans> {
  const { loaded, diagnostics: unloaded } = await load(folder);
  const { models, diagnostics: found } = check(loaded);
  const diagnostics = sortDiagnostics(locate([...unloaded, ...found]));
  if (diagnostics.length > 0) return { plans: [], serviceFiles: new Map(), diagnostics };
  const inOrder = models.toSorted((a, b) => (a.environment < b.environment ? -1 : 1));
  const serviceFiles = new Map(loaded.services.map(({ value, file }) => [(value as Service).id, file]));
  return { plans: inOrder.map((model) => compile(model)), serviceFiles, diagnostics };
}

import type { Organisation } from "./organisation.ts";
import type { Service } from "./service.ts";
import type { Stack } from "./stack.ts";

/** What the files of `slos/` say, for one environment, checked. */
export interface Model {
  /** Empty for `slos/stack.ts`, otherwise the middle of `slos/stack.<environment>.ts`. */
  readonly environment: string;
  readonly organisation: Organisation;
  readonly stack: Stack;
  /** Sorted by id. */
  readonly services: readonly Service[];
}

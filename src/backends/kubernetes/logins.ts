// Who logs in where: the components elsewhere that ask for a user, and the variables that hold it.
import type { StackPlan } from "../../plan/plan.ts";
import type { Setting } from "./workload.ts";

/** What can be elsewhere and ask for a login. Langfuse has keys of its own. */
const guarded = ["prometheus", "alertmanager", "loki", "jaeger"] as const;
export type Guarded = (typeof guarded)[number];

/** The Secret that logs in to a component, where one is asked for. */
export function loginSecret({ components }: StackPlan, name: Guarded): string | undefined {
  const component = components[name];
  return component.kind === "external" ? component.secret : undefined;
}

/** The Secrets of all logins. */
export function loginSecrets(stack: StackPlan): readonly string[] {
  return guarded.flatMap((name) => loginSecret(stack, name) ?? []);
}

/** The variables that hold a component's user and password. @example { username: "LOKI_USERNAME", password: "LOKI_PASSWORD" } */
export function loginVariables(name: Guarded): { readonly username: string; readonly password: string } {
  return { username: `${name.toUpperCase()}_USERNAME`, password: `${name.toUpperCase()}_PASSWORD` };
}

/** These variables, for a pod that logs in to the components named. */
export function loginSettings(stack: StackPlan, names: readonly Guarded[]): Readonly<Record<string, Setting>> {
  const settings = names.flatMap((name) => {
    const secret = loginSecret(stack, name);
    const { username, password } = loginVariables(name);
    if (secret === undefined) return [];
    return [
      [username, { secret, key: "username" }],
      [password, { secret, key: "password" }],
    ] as const;
  });
  return Object.fromEntries(settings);
}

// Every dashboard that is looked at: those of slos/, those of the small golden plan, and those of all golden cases together.
import { resolve } from "node:path";
import { dashboardFiles } from "../../../src/backends/grafana/dashboard-files.ts";
import { readPlans } from "../../../src/cli/plans.ts";
import { compile } from "../../../src/compile/compile.ts";
import type { Plan } from "../../../src/plan/plan.ts";
import { goldenCases } from "../../golden-cases/cases.ts";
import { modelOf } from "../../support/model.ts";
import { clusterPlan } from "../cluster-plan.ts";

export interface Target {
  readonly refId: string;
  readonly expr: string;
  readonly legendFormat?: string;
  readonly instant?: boolean;
  readonly range?: boolean;
  readonly format?: string;
  readonly interval?: string;
  readonly datasource?: { readonly uid?: string };
}

interface Property {
  readonly id: string;
  readonly value?: unknown;
}

export interface Rectangle {
  readonly x: number;
  readonly y: number;
  readonly w: number;
  readonly h: number;
}

export interface Panel {
  readonly id: number;
  readonly type: string;
  readonly title: string;
  readonly description?: string;
  readonly datasource?: { readonly uid?: string };
  readonly gridPos: Rectangle;
  readonly collapsed?: boolean;
  readonly panels?: readonly Panel[];
  readonly targets?: readonly Target[];
  readonly options?: Readonly<Record<string, unknown>>;
  readonly repeat?: string;
  readonly transformations?: readonly unknown[];
  readonly interval?: string;
  readonly maxDataPoints?: number;
  readonly timeFrom?: string;
  readonly fieldConfig?: {
    readonly defaults?: {
      readonly unit?: string;
      readonly noValue?: string;
      readonly mappings?: readonly unknown[];
      readonly custom?: Readonly<Record<string, unknown>>;
    };
    readonly overrides?: readonly {
      readonly matcher: { readonly id: string; readonly options?: unknown };
      readonly properties: readonly Property[];
    }[];
  };
}

export interface Variable {
  readonly type: string;
  readonly name: string;
  readonly label?: string;
  readonly query?: string | { readonly query?: string };
  readonly refresh?: number;
  readonly multi?: boolean;
  readonly includeAll?: boolean;
  readonly allValue?: string;
  readonly current?: { readonly value?: string | readonly string[] };
  readonly options?: readonly { readonly value?: string }[];
}

export interface Annotation {
  readonly name: string;
  readonly expr?: string;
  readonly iconColor?: string;
}

export interface Dashboard {
  readonly uid: string;
  readonly title: string;
  readonly editable?: boolean;
  readonly time: { readonly from: string; readonly to: string };
  readonly panels: readonly Panel[];
  readonly templating?: { readonly list?: readonly Variable[] };
  readonly annotations?: { readonly list?: readonly Annotation[] };
}

/** Panels and rows, also those inside of collapsed rows. */
export function allPanels({ panels }: Pick<Dashboard, "panels">): readonly Panel[] {
  return panels.flatMap((panel) => [panel, ...allPanels({ panels: panel.panels ?? [] })]);
}

export const variablesOf = ({ templating }: Dashboard): readonly Variable[] => templating?.list ?? [];
export const annotationsOf = ({ annotations }: Dashboard): readonly Annotation[] => annotations?.list ?? [];

/** A dashboard and the plan it was made of. */
export interface Subject {
  readonly name: string;
  readonly content: string;
  readonly dashboard: Dashboard;
  readonly plan: Plan;
}

async function subjectsOf(origin: string, plan: Plan): Promise<readonly Subject[]> {
  const files = await dashboardFiles(plan);
  return files.map(({ path, content }) => ({
    name: `${origin}: ${path.replace(/.*\//, "")}`,
    content,
    dashboard: JSON.parse(content),
    plan,
  }));
}

/** The plan of slos/. @throws where slos/ has a mistake. */
export async function examplePlan(): Promise<Plan> {
  const { plans, diagnostics } = await readPlans(resolve(import.meta.dirname, "../../../slos"));
  const [plan] = plans;
  if (plan === undefined) throw new Error(`slos/ has mistakes: ${JSON.stringify(diagnostics)}`);
  return plan;
}

/** One plan for each golden case: their services have the same names. */
const casePlans = () =>
  goldenCases.map(({ name, service, stack }) => ({ name, plan: compile(modelOf([service], stack)) }));

/** The dashboards of slos/. */
export const exampleSubjects = async (): Promise<readonly Subject[]> => subjectsOf("slos", await examplePlan());

/** The dashboards of every plan that has rules: what they read can be looked up. */
export async function compiledSubjects(): Promise<readonly Subject[]> {
  const cases = await Promise.all(casePlans().map(({ name, plan }) => subjectsOf(name, plan)));
  return [...(await exampleSubjects()), ...cases.flat()];
}

/** The dashboards of the small golden plan, which has no rules. */
export const smallSubjects = async (): Promise<readonly Subject[]> => subjectsOf("golden plan", clusterPlan);

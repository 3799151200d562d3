// How the cost of making files grows with the number of SLOs; every size in processes of its own.
import { execFile } from "node:child_process";
import { promisify } from "node:util";
import { type Scope, type SynthCost, scopes } from "./measure.ts";

const run = promisify(execFile);
const sizes = [10, 100, 1_000] as const;
const processes = 3;
/** CPU seconds that 1,000 SLOs may take. */
const targetSeconds: Readonly<Record<Scope, number>> = { rules: 2, everything: 6 };
/** Ten times the SLOs may take this many times the CPU: linear, and some noise. */
const targetGrowth = 12;

export interface Growth {
  readonly scope: Scope;
  readonly costs: readonly SynthCost[];
  /** CPU of 1,000 SLOs over that of 100. */
  readonly growth: number;
  readonly targetGrowth: number;
  readonly targetSeconds: number;
  readonly met: boolean;
}

/** One measurement by `bench/main.ts measure`, run the way this process is. */
async function measureApart(slos: number, scope: Scope): Promise<SynthCost> {
  const [main] = process.argv.slice(1);
  if (main === undefined) throw new Error("the benchmark doesn't know its own file");
  const { stdout } = await run(process.execPath, [...process.execArgv, main, "measure", String(slos), scope]);
  return JSON.parse(stdout) as SynthCost;
}

/** The cheapest of several processes: what else the machine does only ever adds. */
async function measureBest(slos: number, scope: Scope): Promise<SynthCost> {
  const costs: SynthCost[] = [];
  for (let turn = 0; turn < processes; turn++) costs.push(await measureApart(slos, scope));
  return costs.reduce((best, cost) => (cost.cpuSeconds < best.cpuSeconds ? cost : best));
}

async function measureScope(scope: Scope, progress: (text: string) => void): Promise<Growth> {
  const costs: SynthCost[] = [];
  for (const slos of sizes) {
    progress(`${slos.toLocaleString("en-US")} SLOs to ${scope}, ${processes} processes one after the other`);
    costs.push(await measureBest(slos, scope));
  }
  const [before, last] = costs.slice(-2).map(({ cpuSeconds }) => cpuSeconds);
  const growth = (last ?? 0) / (before ?? 1);
  const met = (last ?? 0) < targetSeconds[scope] && growth < targetGrowth;
  return { scope, costs, growth, targetGrowth, targetSeconds: targetSeconds[scope], met };
}

/** Measures both scopes in all sizes. */
export async function measureGrowth(progress: (text: string) => void): Promise<readonly Growth[]> {
  const growths: Growth[] = [];
  for (const scope of scopes) growths.push(await measureScope(scope, progress));
  return growths;
}

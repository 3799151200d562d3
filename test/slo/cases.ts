// Cases in Markdown: the files of an slos/ folder that differ from test/slo/base, and what synth must say of them.
import {
  cpSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  realpathSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { basename, dirname, join } from "node:path";

export const repository = realpathSync(join(import.meta.dirname, "../.."));

export interface Case {
  /** The file it is in, without `.md`: for invalid cases the id they are about. */
  readonly id: string;
  readonly title: string;
  /** By path. A block named `slo` or `guardrail` is the body of such a list, in a service of its own file. */
  readonly files: Readonly<Record<string, string>>;
  readonly without: readonly string[];
  /** Exactly what is printed, a line each. */
  readonly problems: readonly string[];
  /** Whether TypeScript refuses it too. */
  readonly isTypeError: boolean;
}

const words =
  "availability, costPerRequest, dailyBudget, errorRate, evaluationPassRate, eventRatio, faithfulness, formatCompliance, hallucinationRate, latency, monthlyBudget, proxy, " +
  "qualityScore, rateLimitRate, retrievalRelevance, service, taskCompletion, timeToFirstToken, userFeedback, weeklyBudget";

const guardrailWords =
  "averageCostPerRequest, contextNearEnd, errorRate, inflightSaturation, proxy, queueDepth, rateLimitPressure, retryStorm, service, spendAnomaly, tokenAnomaly";

/** A service with one SLO, and guardrails that begin on line 8. */
function guardedServiceOf(guardrails: string): string {
  const body = guardrails.replaceAll(/^(?=.)/gm, "    ");
  return `import { ${guardrailWords} } from "./organisation.ts";

export default service("support-chat", {
  team: "assist",
  features: ["support_chat"],
  slos: { errors: errorRate({ below: "1%" }) },
  guardrails: {
${body}
  },
});
`;
}

function serviceOf(slos: string): string {
  const body = slos.replaceAll(/^(?=.)/gm, "    ");
  return `import { ${words} } from "./organisation.ts";

export default service("support-chat", {
  team: "assist",
  features: ["support_chat"],
  slos: {
${body}
  },
});
`;
}

function readCase(id: string, section: string): Case {
  const [title = ""] = section.split("\n", 1);
  const blocks = [...section.matchAll(/^```(?:ts |yaml |text )?(.*)\n([\s\S]*?)^```$/gm)].map(
    ([, name = "", body = ""]) => ({ name, body }),
  );
  const linesOf = (name: string) =>
    blocks
      .find((block) => block.name.startsWith(name))
      ?.body.split("\n")
      .filter((line) => line !== "") ?? [];
  const bodies: Readonly<Record<string, (body: string) => string>> = { slo: serviceOf, guardrail: guardedServiceOf };
  const files = blocks.filter(({ name }) => Object.hasOwn(bodies, name) || name.includes("/"));
  return {
    id,
    title,
    files: Object.fromEntries(
      files.map(({ name, body }) =>
        bodies[name] ? ["slos/support-chat.ts", bodies[name](body.trimEnd())] : [name, body],
      ),
    ),
    without: linesOf("without"),
    problems: linesOf("problems"),
    isTypeError: blocks.some(({ name }) => name === "problems and a type error"),
  };
}

/** All cases of a folder beside this file. */
export function readCases(folder: "invalid" | "valid"): readonly Case[] {
  const path = join(import.meta.dirname, folder);
  return readdirSync(path)
    .sort()
    .flatMap((file) => {
      const [, ...sections] = readFileSync(join(path, file), "utf8").split(/^## /m);
      return sections.map((section) => readCase(basename(file, ".md"), section));
    });
}

/** A folder outside of the repository in which `llm-slo` can be imported, as in a project of a user's. */
export function makeProject(packageJson: object = { type: "module" }): string {
  const folder = realpathSync(mkdtempSync(join(tmpdir(), "llm-slo-test-")));
  mkdirSync(join(folder, "node_modules/@llm-slo"), { recursive: true });
  symlinkSync(repository, join(folder, "node_modules/llm-slo"));
  symlinkSync(join(repository, "src/metrics"), join(folder, "node_modules/@llm-slo/metrics"));
  writeFileSync(join(folder, "package.json"), JSON.stringify(packageJson));
  return folder;
}

/** Writes a case into a folder: the base, what the case changes, without what it takes away. */
export function writeCase({ files, without }: Pick<Case, "files" | "without">, folder: string): void {
  cpSync(join(import.meta.dirname, "base"), folder, { recursive: true });
  for (const [path, content] of Object.entries(files)) {
    mkdirSync(dirname(join(folder, path)), { recursive: true });
    writeFileSync(join(folder, path), content);
  }
  for (const path of without) rmSync(join(folder, path), { recursive: true });
}

import { describe, expect, it } from "vitest";
import { findTools } from "../../src/cli/tools.ts";
import { Project, serviceFile } from "./project.ts";

const [promtool] = await findTools("promtool");
const project = new Project();
project.write("slos/support-chat.ts", serviceFile("support-chat", 'errors: errorRate({ below: "1%" })'));
project.synth();
const path = { PATH: `${(promtool?.path ?? "/").replace(/\/[^/]*$/, "")}:${process.env.PATH ?? ""}` };

describe.skipIf(!promtool)(`prove${promtool ? "" : ", which needs promtool: run scripts/fetch-tools.sh"}`, () => {
  it("runs the proofs of one SLO", () => {
    const { code, stdout } = project.run(["prove", "support-chat/errors"], path);
    expect(stdout).toMatch(/^8 proofs hold on promtool \d/m);
    expect(code).toBe(0);
  });

  it("runs all proofs, and nothing else that is a test", () => {
    const { code, stdout } = project.run(["prove", "--format", "json"], path);
    const files = JSON.parse(stdout).results.map(({ file }: { file: string }) => file);
    const generated = Object.keys(project.snapshot());
    expect(generated).toContain("alertmanager/routes.test.yaml");
    expect(files).toEqual(generated.filter((file) => /^prometheus\/proofs\/.*\.test\.yaml$/.test(file)));
    expect(code).toBe(0);
  });

  it("shows what promtool says where a rule no longer does what it must", () => {
    const rules = "generated/prometheus/proofs/support-chat/errors.fast.rules.yaml";
    project.write(rules, project.read(rules).replaceAll("0.144", "0.5"));
    const { code, stdout } = project.run(["prove", "support-chat/errors"], path);
    expect(code).toBe(1);
    expect(stdout).toContain("✖ prometheus/proofs/support-chat/errors.fast.test.yaml");
    expect(stdout).toContain("FAILED");
    expect(stdout).toContain("1 of 8 proofs fail");
  });

  it("knows no proofs of an SLO that isn't there", () => {
    const { code, stderr } = project.run(["prove", "support-chat/nope"], path);
    expect(code).toBe(2);
    expect(stderr).toContain("No proofs of support-chat/nope in generated. Name a service, or service/slo.");
  });
});

describe("prove without promtool", () => {
  it("says what is missing", () => {
    const { code, stderr } = project.run(["prove"], { PATH: "" });
    expect(code).toBe(1);
    expect(stderr).toContain("promtool was not found. Put it on the PATH");
  });
});

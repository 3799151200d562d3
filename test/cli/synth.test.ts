import { createHash } from "node:crypto";
import { readdirSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, test } from "vitest";
import { Project, rules, serviceFile } from "./project.ts";

const better = serviceFile("support-chat", 'errors: errorRate({ below: "0.5%" })');
const broken = serviceFile("support-chat", 'errors: errorRate({ below: "0%" })');

describe("a first run", () => {
  const project = new Project();
  const run = project.synth();

  test("makes the files of every backend and says what they cost", () => {
    expect(run.code).toBe(0);
    expect(run.stderr).toBe("");
    expect(run.stdout).toMatch(
      /^service +SLOs +budgets +guardrails +rules +alerts +series +samples read +raw reads\nsupport-chat +1 +0 +0 +\d+ +\d+ +\d+ +[\d,]+ +\d+×\d+/,
    );
    expect(run.stdout).toMatch(
      /1 rule file, 4 Alertmanager files, \d+ runbooks?, 4 dashboards, \d+ proof files, \d+ manifests?/,
    );
    expect(run.stdout).toMatch(/generated: \d+ files written, 0 unchanged, 0 removed\n$/);
    expect(project.has(rules)).toBe(true);
  });

  test("prints no colour where nobody sees it", () => {
    expect(run.stdout).not.toContain("\u001b");
  });

  test("lists every file with its hash, but not the list itself", () => {
    const ledger = JSON.parse(project.read("generated/files.json")) as {
      files: Record<string, string>;
      slos: string[];
    };
    const files = Object.entries(project.snapshot()).filter(([path]) => path !== "files.json");
    expect(ledger.slos).toEqual(["support-chat/errors"]);
    expect(Object.keys(ledger.files)).toEqual([...Object.keys(ledger.files)].sort());
    expect(ledger.files).toEqual(
      Object.fromEntries(
        files.map(([path, { content }]) => [path, createHash("sha256").update(content).digest("hex")]),
      ),
    );
  });

  test("leaves nothing else behind", () => {
    expect(readdirSync(project.folder).sort()).toEqual(["generated", "node_modules", "package.json", "slos"]);
    expect(readdirSync(join(project.folder, "generated")).filter((name) => name.startsWith("."))).toEqual([]);
  });
});

test("a second run writes nothing, and the same bytes come out of another folder", () => {
  const [project, other] = [new Project(), new Project()];
  project.synth();
  const before = project.snapshot();
  const again = project.synth();
  expect(again.code).toBe(0);
  expect(again.stdout).toMatch(/generated: \d+ files, all up to date\n$/);
  expect(project.snapshot()).toEqual(before);
  other.synth("--out", "elsewhere");
  const contents = (files: typeof before) => Object.entries(files).map(([path, { content }]) => [path, content]);
  expect(contents(other.snapshot("elsewhere"))).toEqual(contents(before));
});

test("one bad SLO leaves the generated files untouched, and does not hide the mistakes of others", () => {
  const project = new Project();
  project.synth();
  const before = project.snapshot();
  project.write("slos/support-chat.ts", broken);
  project.write(
    "slos/search.ts",
    serviceFile(
      "search",
      'errors: errorRate({ below: "100%" }), fast: latency({ percentile: 95, below: "3s" as "2s" })',
    ),
  );
  const { code, stdout, stderr } = project.synth();
  expect(code).toBe(1);
  expect(stdout).toBe("");
  expect(stderr.split("\n").map((line) => /^(slos\S+) › (\S+) .*\[(.+)\]$/.exec(line)?.slice(1))).toEqual([
    ["slos/search.ts:7:25", "errors", "objective-out-of-range"],
    ["slos/search.ts:7:75", "fast", "not-a-bucket"],
    ["slos/support-chat.ts:7:25", "errors", "objective-out-of-range"],
    undefined,
    undefined,
    undefined,
  ]);
  expect(stderr).toContain("\n3 problems. Nothing was written.\n");
  expect(project.snapshot()).toEqual(before);
});

describe("files that are not as synth left them", () => {
  test("an edited file is kept, and nothing is written, until forced", () => {
    const project = new Project();
    project.synth();
    project.write(rules, "# mine\n");
    const before = project.snapshot();
    project.write("slos/support-chat.ts", better);
    const kept = project.synth();
    expect(kept.code).toBe(1);
    expect(kept.stderr).toContain(`${rules}: the file was changed since synth wrote it.`);
    expect(project.snapshot()).toEqual(before);
    expect(project.synth("--force").code).toBe(0);
    expect(project.read(rules)).toContain("vector(0.995)");
  });

  test("a file that is no longer made is removed, with its empty folder", () => {
    const project = new Project();
    project.write("slos/search.ts", serviceFile("search", 'errors: errorRate({ below: "1%" })'));
    project.synth();
    expect(project.has("generated/prometheus/rules/search.yaml")).toBe(true);
    expect(project.has("generated/prometheus/proofs/search")).toBe(true);
    project.remove("slos/search.ts");
    const { code, stdout } = project.synth();
    expect(code).toBe(0);
    expect(stdout).toMatch(/, [1-9]\d* removed\n$/);
    expect(project.has("generated/prometheus/rules/search.yaml")).toBe(false);
    expect(project.has("generated/prometheus/proofs/search")).toBe(false);
    expect(project.has(rules)).toBe(true);
  });

  test("a file that is no longer made, and was edited, is kept until forced", () => {
    const project = new Project();
    project.write("slos/search.ts", serviceFile("search", 'errors: errorRate({ below: "1%" })'));
    project.synth();
    project.write("generated/prometheus/rules/search.yaml", "# mine\n");
    project.remove("slos/search.ts");
    const { code, stderr } = project.synth();
    expect(code).toBe(1);
    expect(stderr).toContain("generated/prometheus/rules/search.yaml: the file was changed");
    expect(project.read("generated/prometheus/rules/search.yaml")).toBe("# mine\n");
    expect(project.synth("--force").code).toBe(0);
    expect(project.has("generated/prometheus/rules/search.yaml")).toBe(false);
  });

  test("a file that was deleted by hand comes back", () => {
    const project = new Project();
    project.synth();
    project.remove(rules);
    expect(project.synth().code).toBe(0);
    expect(project.has(rules)).toBe(true);
  });

  test("files of others are never touched", () => {
    const project = new Project();
    project.write("generated/README.md", "ours\n");
    project.write("generated/prometheus/rules/legacy.yaml", "groups: []\n");
    project.synth();
    project.write("slos/search.ts", serviceFile("search", 'errors: errorRate({ below: "1%" })'));
    project.synth("--force");
    expect(project.read("generated/README.md")).toBe("ours\n");
    expect(project.read("generated/prometheus/rules/legacy.yaml")).toBe("groups: []\n");
  });

  test("a list that names files elsewhere removes nothing there", () => {
    const project = new Project();
    project.write("precious.txt", "keep me\n");
    const hash = createHash("sha256").update("keep me\n").digest("hex");
    project.write("generated/files.json", JSON.stringify({ files: { "../precious.txt": hash }, slos: [] }));
    expect(project.synth().code).toBe(0);
    expect(project.read("precious.txt")).toBe("keep me\n");
  });
});

describe("synth --check", () => {
  const project = new Project();

  test("fails where nothing was generated yet, and writes nothing", () => {
    const { code, stdout } = project.synth("--check");
    expect(code).toBe(1);
    expect(stdout).toMatch(/\.\.\. and [\d,]+ more lines of .*\n\.\.\. and \d+ more files\n/);
    expect(stdout.split("\n").length).toBeLessThan(210);
    expect(project.has("generated")).toBe(false);
  });

  test("is content with what synth wrote", () => {
    project.synth();
    expect(project.synth("--check")).toEqual({ code: 0, stdout: "generated is up to date.\n", stderr: "" });
  });

  test("shows a change as a diff, and writes nothing", () => {
    const before = project.snapshot();
    project.write("slos/support-chat.ts", better);
    const { code, stdout } = project.synth("--check");
    expect(code).toBe(1);
    expect(stdout).toMatch(/^--- a\/generated\/\S+\n\+\+\+ b\/generated\/\S+\n@@ /m);
    expect(stdout).toMatch(/^[-+] .*0\.99/m);
    expect(stdout).toContain("generated is stale. Run npm run synth and commit what it writes.\n");
    expect(project.snapshot()).toEqual(before);
  });

  test("shows files that would go, and edits by hand", () => {
    project.write("slos/support-chat.ts", serviceFile("chat", 'errors: errorRate({ below: "1%" })'));
    expect(project.synth("--check", "--format", "json").stdout).toContain('"prometheus/rules/support-chat.yaml"');
    project.synth();
    project.write("generated/prometheus/rules/chat.yaml", "# mine\n");
    const { code, stdout } = project.synth("--check");
    expect(code).toBe(1);
    expect(stdout).toContain("-# mine");
  });

  test("says the same of mistakes in slos/ as synth", () => {
    project.write("slos/support-chat.ts", broken);
    const { code, stderr } = project.synth("--check");
    expect(code).toBe(1);
    expect(stderr).toContain("[objective-out-of-range]");
  });
});

describe("renaming", () => {
  test("an SLO or a service starts a new budget, and synth says so", () => {
    const project = new Project();
    project.write("slos/search.ts", serviceFile("search", 'errors: errorRate({ below: "1%" })'));
    project.synth();
    project.write("slos/support-chat.ts", serviceFile("support-chat", '"error-rate": errorRate({ below: "1%" })'));
    project.write("slos/search.ts", serviceFile("find", 'errors: errorRate({ below: "1%" })'));
    const { code, stderr } = project.synth();
    expect(code).toBe(0);
    expect(stderr).toBe(
      "note: support-chat/errors is gone and support-chat/error-rate is new: a renamed SLO starts a new error budget\n" +
        "note: search is gone and find is new: a renamed service starts a new error budget\n",
    );
    expect(project.synth().stderr).toBe("");
  });

  test("adding and deleting need no word", () => {
    const project = new Project();
    project.synth();
    project.write(
      "slos/support-chat.ts",
      serviceFile("support-chat", 'errors: errorRate({ below: "1%" }), limits: rateLimitRate({ below: "1%" })'),
    );
    expect(project.synth().stderr).toBe("");
    project.write("slos/support-chat.ts", serviceFile("support-chat", 'limits: rateLimitRate({ below: "1%" })'));
    expect(project.synth().stderr).toBe("");
  });
});

describe("for machines", () => {
  test("--format json prints one object and nothing else", () => {
    const project = new Project();
    project.write("slos/support-chat.ts", `console.log("hello");\n${project.read("slos/support-chat.ts")}`);
    const { code, stdout } = project.synth("--format", "json");
    const found = JSON.parse(stdout);
    expect(code).toBe(0);
    expect(found).toMatchObject({
      diagnostics: [],
      notes: [],
      environments: [{ environment: "", services: [{ service: "support-chat", slos: 1 }] }],
    });
    expect(found.files.written).toContain("prometheus/rules/support-chat.yaml");
    expect(found.files).toMatchObject({ unchanged: 0, removed: [] });
  });

  test("problems are data too", () => {
    const project = new Project();
    project.write("slos/support-chat.ts", broken);
    const { code, stdout, stderr } = project.synth("--format", "json");
    expect(code).toBe(1);
    expect(stderr).toBe("");
    expect(JSON.parse(stdout)).toEqual({
      diagnostics: [
        {
          id: "objective-out-of-range",
          file: "slos/support-chat.ts",
          service: "support-chat",
          slo: "errors",
          field: "below",
          line: 7,
          column: 25,
          problem: "0% leaves no error budget (an objective of 100%)",
          instead: 'Use an objective from 50% to 99.999%, for example "1%".',
        },
      ],
      notes: [],
      environments: [],
    });
  });

  test("--annotations github puts problems beside their lines, escaped", () => {
    const project = new Project();
    project.write("slos/support-chat.ts", broken);
    const { code, stdout } = project.synth("--annotations", "github");
    expect(code).toBe(1);
    expect(stdout).toBe(
      "::error file=slos/support-chat.ts,line=7,col=25,title=objective-out-of-range::errors › below: 0%25 leaves no error budget " +
        '(an objective of 100%25). Use an objective from 50%25 to 99.999%25, for example "1%25". [objective-out-of-range]\n',
    );
  });
});

describe("the command line", () => {
  const project = new Project();

  test("help is no mistake, wrong usage is another than problems", () => {
    expect(project.run(["--help"])).toMatchObject({ code: 0, stderr: "" });
    expect(project.run(["synth", "--help"]).stdout).toContain("--annotations <system>");
    for (const args of [["synth", "--bogus"], ["sinth"], ["synth", "--format", "xml"], ["synth", "extra"], []]) {
      const { code, stderr } = project.run(args);
      expect({ args, code }).toEqual({ args, code: 2 });
      expect(stderr).not.toBe("");
    }
  });

  test("another folder of SLOs, another folder to write to", () => {
    const other = new Project();
    other.start(["-e", 'require("node:fs").renameSync("slos", "definitions")']);
    const { code } = other.synth("--slos", "./definitions/", "--out", "build/out");
    expect(code).toBe(0);
    expect(other.has("build/out/prometheus/rules/support-chat.yaml")).toBe(true);
    expect(other.has("generated")).toBe(false);
  });

  test("an environment has a folder of its own", () => {
    const staging = project.read("slos/stack.ts").replace("grafana.example.com", "grafana.staging.example.com");
    project.write("slos/stack.staging.ts", staging);
    const { code, stdout } = project.synth();
    expect(code).toBe(0);
    expect(stdout).toContain("staging:\n");
    expect(project.read(rules)).toContain("https://grafana.example.com");
    expect(project.read("generated/staging/prometheus/rules/support-chat.yaml")).toContain(
      "https://grafana.staging.example.com",
    );
  });
});

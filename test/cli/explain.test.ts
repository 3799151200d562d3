import { describe, expect, it } from "vitest";
import { Project, serviceFile } from "./project.ts";

const project = new Project();
project.write(
  "slos/support-chat.ts",
  serviceFile(
    "support-chat",
    'errors: errorRate({ below: "1%", expectedPerHour: 30 }), latency: latency({ percentile: 95, below: "2s" })',
  ),
);

describe("explain", () => {
  it("says what an SLO measures, what it allows, and when each arm fires", () => {
    const { code, stdout } = project.run(["explain", "support-chat/errors"]);
    expect(code).toBe(0);
    expect(stdout).toContain("error rate below 1%");
    expect(stdout).toContain("216 bad events at 30 an hour, or 7.2 h of total outage");
    expect(stdout).toMatch(/fast\s+│ critical │ 1h \/ 5m\s+│ 14\.4%\s+│ 14\.4\s+│ 2%\s+│ 2\d min/);
    expect(stdout).toContain("slo:events_bad:rate5m\n  sum(rate(llm_requests_total{");
  });

  it("says when it had to assume the traffic", () => {
    expect(project.run(["explain", "support-chat/latency"]).stdout).toContain(
      "1,000 an hour (assumed: set expectedPerHour)",
    );
  });

  it("gives the same facts as JSON", () => {
    const facts = JSON.parse(project.run(["explain", "support-chat/errors", "--format", "json"]).stdout) as Record<
      string,
      unknown
    >;
    expect(facts).toMatchObject({
      slo: "support-chat/errors",
      objective: "99%",
      budget: { badEvents: 216, minutesOfTotalOutage: 432 },
    });
  });

  it("says when a guardrail fires, and with which PromQL", () => {
    const guarded = new Project();
    guarded.write(
      "slos/support-chat.ts",
      serviceFile("support-chat", 'errors: errorRate({ below: "1%" })').replace(
        /\}\);\s*$/,
        'guardrails: { limits: { kind: "guardrail", guardrail: "rate-limit-pressure", spec: { above: "5%" } } } });\n',
      ),
    );
    const { code, stdout } = guarded.run(["explain", "support-chat/limits"]);
    expect(code).toBe(0);
    expect(stdout).toContain("rate-limited requests above 5%");
    expect(stdout).toContain("more than 5% of a feature's requests were refused by a rate limit over 10m");
    expect(stdout).toContain("LlmRateLimitPressure\n  sum by (feature)");
    expect(guarded.run(["explain", "support-chat/none"]).stderr).toContain("  support-chat/limits\n");
    const facts: unknown = JSON.parse(guarded.run(["explain", "support-chat/limits", "--format", "json"]).stdout);
    expect(facts).toMatchObject({ alert: "support-chat/limits", severity: "warning" });
  });

  it("names the SLOs there are where it knows no such one", () => {
    const { code, stderr } = project.run(["explain", "support-chat/nope"]);
    expect(code).toBe(2);
    expect(stderr).toContain(
      "There is no SLO support-chat/nope. There are:\n  support-chat/errors\n  support-chat/latency\n",
    );
  });

  it("says what is wrong with slos/", () => {
    const broken = new Project();
    broken.write("slos/support-chat.ts", serviceFile("support-chat", 'errors: errorRate({ below: "0%" })'));
    const { code, stderr } = broken.run(["explain", "support-chat/errors"]);
    expect(code).toBe(1);
    expect(stderr).toContain("[objective-out-of-range]");
  });
});

import { defineConfig } from "vitest/config";

// Both packages resolve to their sources, so that tests need no build.
const conditions = ["llm-slo-source", "node"];

export default defineConfig({
  resolve: { conditions },
  ssr: { resolve: { conditions } },
  test: {
    include: ["test/**/*.test.ts"],
    testTimeout: 120_000,
    hookTimeout: 120_000,
    pool: "forks",
    maxWorkers: 2,
  },
});

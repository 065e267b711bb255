import { defineConfig } from "vitest/config";

const conditions = ["@ns-graph/source"];

export default defineConfig({
  resolve: { conditions },
  ssr: { resolve: { conditions } },
  test: {
    reporters: ["default", "./tooling/tally-reporter.ts"],
    coverage: {
      include: ["packages/*/src/**/*.ts"],
      exclude: ["packages/{testkit,bench}/**", "**/*.test.ts"],
    },
    projects: [
      {
        extends: true,
        test: {
          name: "unit",
          // Property tests and large graphs take their time on a machine that is busy with something else.
          testTimeout: 120_000,
          // By default one processor is left to vitest itself, which has next to nothing to do.
          maxWorkers: "100%",
          include: ["packages/*/{src,test}/**/*.test.ts", "tooling/**/*.test.ts"],
          exclude: ["**/*.kernel.test.ts", "**/node_modules/**", "**/dist/**"],
          sequence: { groupOrder: 0 },
        },
      },
      {
        extends: true,
        test: {
          name: "kernel",
          include: ["packages/*/{src,test}/**/*.kernel.test.ts"],
          // Namespaces belong to the whole machine: one test would see what another one makes.
          fileParallelism: false,
          sequence: { groupOrder: 1 },
          testTimeout: 300_000,
          hookTimeout: 300_000,
        },
      },
    ],
  },
});

import { defineConfig, type Options } from "tsup";

const shared: Options = {
  entry: ["src/index.ts"],
  format: "esm",
  target: "node20",
  platform: "node",
  clean: true,
  // tsup 8 would turn `node:fs` into `fs`.
  removeNodeProtocol: false,
};

/** A published package: one entry with its types; what it depends on stays outside. */
export function library(overrides: Options = {}) {
  return defineConfig({
    ...shared,
    // The types build of tsup 8 sets `baseUrl`, which TypeScript 6 calls deprecated.
    dts: { compilerOptions: { ignoreDeprecations: "6.0" } },
    ...overrides,
  });
}

/**
 * A program: its entries with the named workspace packages inside, so that starting it reads few files.
 * What it imports dynamically becomes a chunk of its own.
 */
export function program(entry: string[], bundled: string[] = []) {
  return defineConfig({
    ...shared,
    entry,
    splitting: true,
    noExternal: bundled,
    // It finds its native part beside itself, so it stays where it is installed.
    external: ["koffi"],
    esbuildOptions(options) {
      options.conditions = ["@ns-graph/source"];
    },
  });
}

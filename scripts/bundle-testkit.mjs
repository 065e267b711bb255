import { join } from "node:path";
import { pathToFileURL } from "node:url";
import { build as bundle } from "tsup";
import { root } from "./set-up.mjs";

const testkit = join(root, "packages/testkit");
/** The programs that tests and demos start in processes of their own. */
export const programs = join(testkit, "src/real/programs");

/**
 * Bundles programs of the testkit, which is never built otherwise, and answers where each is. They lie below the testkit,
 * so that they find koffi.
 */
export async function bundleTestkit(name, entry) {
  const folder = join(testkit, "node_modules/.cache", name);
  await bundle({
    config: false,
    silent: true,
    entry: Object.fromEntries(Object.entries(entry).map(([key, file]) => [key, join(testkit, file)])),
    outDir: folder,
    outExtension: () => ({ js: ".mjs" }),
    format: "esm",
    target: "node20",
    platform: "node",
    noExternal: [/^@ns-graph\//],
    external: ["koffi"],
    removeNodeProtocol: false,
    esbuildOptions(options) {
      options.conditions = ["@ns-graph/source"];
    },
  });
  return Object.fromEntries(Object.keys(entry).map((key) => [key, join(folder, `${key}.mjs`)]));
}

/** Imports a bundled program. */
export function load(file) {
  return import(pathToFileURL(file).href);
}

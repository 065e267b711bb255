// Makes docs/api from the docstrings of the public libraries: `node scripts/api-reference.mjs [FOLDER]`.
import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { Application } from "typedoc";

const root = fileURLToPath(new URL("..", import.meta.url));

/** The libraries, each with a page of its own. */
const LIBRARIES = [
  "graph",
  "diagram",
  "render-dot",
  "render-json",
  "render-mermaid",
  "render-svg",
  "render-text",
  "renderer-testing",
  "sys",
];

/** Writes a page for each library into a folder. */
export async function writeApiReference(folder) {
  const scratch = mkdtempSync(join(tmpdir(), "ns-graph-api-"));
  try {
    const application = await Application.bootstrapWithPlugins({
      plugin: ["typedoc-plugin-markdown"],
      entryPoints: LIBRARIES.map((library) => join(root, "packages", library, "src/index.ts")),
      tsconfig: join(root, "tsconfig.json"),
      outputs: [{ name: "markdown", path: scratch }],
      readme: "none",
      disableSources: true,
      disableGit: true,
      excludeExternals: true,
      excludeInternal: true,
      excludePrivate: true,
      skipErrorChecking: true,
      sort: ["alphabetical"],
      outputFileStrategy: "modules",
      hideBreadcrumbs: true,
      hidePageHeader: true,
      useCodeBlocks: true,
      parametersFormat: "table",
      interfacePropertiesFormat: "table",
      typeAliasPropertiesFormat: "table",
      validation: false,
      logLevel: "Error",
    });
    const project = await application.convert();
    if (project === undefined) throw new Error("the docstrings could not be read");
    for (const module of project.children ?? []) module.name = module.name.replace(/\/src$/, "");
    await application.generateOutputs(project);
    mkdirSync(folder, { recursive: true });
    for (const page of readdirSync(scratch).filter((name) => name.endsWith(".md") && name !== "README.md")) {
      const text = readFileSync(join(scratch, page), "utf8").replace(/^# /, "# @ns-graph/");
      writeFileSync(join(folder, page), text);
    }
  } finally {
    rmSync(scratch, { recursive: true, force: true });
  }
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  await writeApiReference(process.argv[2] ?? join(root, "docs/api"));
}

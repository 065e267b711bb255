// Makes docs/api, or another folder, from the docstrings of the public libraries: `node scripts/api-reference.mjs [FOLDER]`.
import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { Application, ReflectionKind } from "typedoc";

const root = fileURLToPath(new URL("..", import.meta.url));

/** The libraries in the order in which one meets them, each with a page of its own. */
const LIBRARIES = [
  "graph",
  "sys",
  "render-json",
  "render-text",
  "render-dot",
  "render-mermaid",
  "render-svg",
  "renderer-testing",
  "diagram",
];

/**
 * Writes a page for each library into a folder, and one that lists them.
 *
 * @throws Error if a published package has no page, a name that it exports no docstring, or a link leads nowhere.
 */
export async function writeApiReference(folder = join(root, "docs/api")) {
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
      validation: { invalidLink: true, notDocumented: false, notExported: false },
      treatValidationWarningsAsErrors: true,
      logLevel: "Error",
    });
    const project = await application.convert();
    if (project === undefined) throw new Error("the docstrings could not be read");
    application.validate(project);
    if (application.logger.hasErrors()) throw new Error("the docstrings are not right: see above");
    for (const module of project.children ?? []) module.name = module.name.replace(/\/src$/, "");
    const bare = (project.children ?? []).flatMap(listUndocumented);
    if (bare.length > 0) throw new Error(`without a docstring: ${bare.join(", ")}`);
    await application.generateOutputs(project);
    mkdirSync(folder, { recursive: true });
    for (const page of readdirSync(scratch).filter((name) => name.endsWith(".md") && name !== "README.md")) {
      const text = readFileSync(join(scratch, page), "utf8").replace(/^# /, "# @ns-graph/");
      writeFileSync(join(folder, page), text);
    }
    writeFileSync(join(folder, "README.md"), listLibraries());
  } finally {
    rmSync(scratch, { recursive: true, force: true });
  }
}

/** What a library exports without a sentence about it or its members, and the library where it has none about itself. */
function listUndocumented(library) {
  const isBare = ({ comment, signatures, kind }) =>
    kind !== ReflectionKind.Reference &&
    ![comment, ...(signatures ?? []).map((signature) => signature.comment)].some((one) => one?.summary.length);
  // The objects in the type of something, or of its items. What several alternatives are, or what is answered, the sentence
  // about the whole says.
  const declaredIn = (type) => {
    if (type === undefined) return [];
    const parts = [type.elementType, type.target, ...(type.type === "intersection" ? type.types : [])];
    return [type.declaration, ...parts.flatMap(declaredIn)].filter((declaration) => declaration !== undefined);
  };
  const membersOf = ({ children = [], type }) => {
    const members = [...children, ...declaredIn(type).flatMap((declaration) => declaration.children ?? [])];
    return [...members, ...members.flatMap(membersOf)];
  };
  const hasSentence = ({ kind, type }) =>
    kind === ReflectionKind.Method || (kind === ReflectionKind.Property && type?.type !== "literal");
  const exported = library.children ?? [];
  const names = [...exported, ...exported.flatMap(membersOf).filter(hasSentence)]
    .filter(isBare)
    .map((one) => `${library.name}: ${one.getFriendlyFullName()}`);
  return library.comment === undefined ? [library.name, ...names] : names;
}

function listLibraries() {
  const manifests = readdirSync(join(root, "packages")).map((name) => [name, readManifest(name)]);
  const missing = manifests.filter(([name, { exports, private: hidden }]) => {
    return !hidden && exports["."] !== undefined && !LIBRARIES.includes(name);
  });
  if (missing.length > 0) throw new Error(`without a page: ${missing.map(([name]) => name).join(", ")}`);
  const rows = LIBRARIES.map((name) => `| [@ns-graph/${name}](${name}.md) | ${readManifest(name).description} |`);
  return `# The libraries\n\nIn the order in which one meets them.\n\n| library | |\n| --- | --- |\n${rows.join("\n")}\n`;
}

function readManifest(name) {
  return JSON.parse(readFileSync(join(root, "packages", name, "package.json"), "utf8"));
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  await writeApiReference(process.argv[2]);
}

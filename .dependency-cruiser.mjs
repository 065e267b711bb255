const tests = "[.]test[.]ts$|/test/";

/** Code that ships: everything in a `src` that is not a test. */
function shipped(...names) {
  return { path: `^packages/(${names.join("|")})/src/`, pathNot: tests };
}

/** What any file may import besides the packages named: its own package. */
function others(...allowed) {
  return { pathNot: ["^packages/$1/", ...allowed] };
}

const graph = "^packages/graph/src/index[.]ts$";
const diagram = "^packages/diagram/src/index[.]ts$";
const renderDot = "^packages/render-dot/src/index[.]ts$";
const koffi = "node_modules/koffi/";

/** @type {import("dependency-cruiser").IConfiguration} */
export default {
  forbidden: [
    {
      name: "graph-imports-nothing",
      comment:
        "The model also runs in a browser and is what every other package builds on: with nothing below it, it can be used anywhere and break nowhere.",
      severity: "error",
      from: shipped("graph"),
      to: others(),
    },
    {
      name: "diagram-imports-only-graph",
      comment:
        "What a picture shows is decided once, from the graph alone; which syntax it is written in is not its business.",
      severity: "error",
      from: shipped("diagram"),
      to: others(graph),
    },
    {
      name: "renderers-import-only-graph-and-diagram",
      comment:
        "A renderer is a pure function from a graph to chunks. Without node: it cannot read the environment or print, and a renderer of somebody else gets no less than ours.",
      severity: "error",
      from: shipped("render-(?!svg/)[^/]+"),
      to: others(graph, diagram),
    },
    {
      name: "render-svg-imports-graph-dot-and-graphviz",
      comment:
        "SVG is what Graphviz makes of our DOT, so this renderer may also use that one and a Graphviz, and nothing else.",
      severity: "error",
      from: shipped("render-svg"),
      to: others(graph, renderDot, "node_modules/(@viz-js/viz|@hpcc-js/wasm-graphviz)/"),
    },
    {
      name: "renderer-testing-imports-only-graph",
      comment: "The contract suite serves authors of any renderer; it may know no renderer and no system.",
      severity: "error",
      from: shipped("renderer-testing"),
      to: { ...others(graph, "node_modules/vitest/"), dependencyTypesNot: ["core"] },
    },
    {
      name: "sys-imports-graph-koffi-and-node",
      comment:
        "The probe answers the questions of the model. How an answer is drawn, or asked for on a command line, is not its business.",
      severity: "error",
      from: shipped("sys"),
      to: { ...others(graph, koffi), dependencyTypesNot: ["core"] },
    },
    {
      name: "names-are-loaded-when-asked-for",
      comment: "Most runs want no names of containers; what looks them up is no part of what starts.",
      severity: "error",
      from: { path: "^packages/sys/src/", pathNot: "^packages/sys/src/names/(?!container-names[.])" },
      to: { path: "^packages/sys/src/names/(?!container-names[.])", dynamic: false },
    },
    {
      name: "only-load-koffi-imports-koffi",
      comment:
        "What is loaded is decided in one file, and its calls are declared in one, so that a reader can check them, and another binding can take its place.",
      severity: "error",
      from: { path: "^packages/", pathNot: ["^packages/sys/src/kernel/load-koffi[.]ts$", "^packages/testkit/"] },
      to: { path: koffi },
    },
    {
      name: "not-to-testkit",
      comment: "The testkit is never published; what ships and imports it cannot be installed.",
      severity: "error",
      from: { path: "^packages/[^/]+/src/", pathNot: [tests, "^packages/(testkit|bench)/"] },
      to: { path: "^packages/testkit/" },
    },
    {
      name: "not-to-bench",
      comment: "The measurements look at the packages; nothing may come to depend on how it is measured.",
      severity: "error",
      from: { path: "^packages/([^/]+)/" },
      to: { path: "^packages/bench/", pathNot: "^packages/$1/" },
    },
    {
      name: "not-to-cli",
      comment: "The command wires the packages together. What another package needs of it belongs into a package.",
      severity: "error",
      from: { path: "^packages/([^/]+)/", pathNot: "^packages/(cli|bench)/" },
      to: { path: "^packages/cli/" },
    },
    {
      name: "no-internals-of-another-package",
      comment:
        "A package is what its entry point exports. A file behind it can then be moved, renamed or split freely.",
      severity: "error",
      from: { path: "^packages/([^/]+)/" },
      to: {
        path: "^packages/[^/]+/",
        pathNot: [
          "^packages/$1/",
          "^packages/[^/]+/src/index[.]ts$",
          // The testkit has three, so that what needs fast-check or vitest stands apart.
          "^packages/testkit/src/(arbitrary|contract)[.]ts$",
          "/package[.]json$",
        ],
      },
    },
    {
      name: "not-to-tests",
      comment: "A test that is imported runs twice; what tests share belongs into the testkit or a file beside them.",
      severity: "error",
      from: { path: "^packages/" },
      to: { path: "[.]test[.]ts$" },
    },
    {
      name: "no-circular",
      comment: "Files in a circle cannot be understood, tested or moved one at a time.",
      severity: "error",
      from: {},
      to: { circular: true },
    },
    {
      name: "no-orphans",
      comment: "Nothing imports this file and it imports nothing: it is dead, or somebody forgot to wire it.",
      severity: "error",
      from: {
        orphan: true,
        pathNot: [
          tests,
          "^packages/[^/]+/src/(index|bin)[.]ts$",
          "[.]config[.]ts$",
          // Given to the command by its path.
          "^packages/bench/renderers/",
        ],
      },
      to: {},
    },
    {
      name: "no-unresolvable",
      comment: "An import that leads nowhere fails at run time, if the compiler was not looking.",
      severity: "error",
      from: {},
      to: { couldNotResolve: true },
    },
    {
      name: "no-undeclared",
      comment:
        "A package that imports what its manifest does not name works here, by accident, and fails where it is installed.",
      severity: "error",
      from: { path: "^packages/[^/]+/src/", pathNot: [tests, "^packages/(testkit|bench)/"] },
      to: { dependencyTypes: ["npm-no-pkg", "npm-unknown", "npm-dev"], pathNot: "^packages/" },
    },
  ],
  options: {
    doNotFollow: { path: "node_modules" },
    exclude: { path: "/dist/" },
    tsPreCompilationDeps: true,
    tsConfig: { fileName: "tsconfig.json" },
    combinedDependencies: false,
    enhancedResolveOptions: {
      exportsFields: ["exports"],
      conditionNames: ["@ns-graph/source", "import", "types", "node", "default"],
    },
  },
};

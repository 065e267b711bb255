import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import ts from "typescript";
import { expect, test } from "vitest";

const root = fileURLToPath(new URL("..", import.meta.url));
const pages = join(root, "docs/api");

/** The programs below a heading "Example" of the reference, by the file that each would be. */
function readExamples(): Map<string, string> {
  const examples = new Map<string, string>();
  for (const page of readdirSync(pages)) {
    const text = readFileSync(join(pages, page), "utf8");
    for (const section of text.split(/^### /m).slice(1)) {
      const [name] = section.split(/\W/, 1);
      for (const [, program = ""] of section.matchAll(/^#+ Example\n\n```ts\n(.*?)^```$/gms)) {
        examples.set(join(root, "tooling", `${page}-${name}-${examples.size}.ts`), program);
      }
    }
  }
  return examples;
}

const examples = readExamples();

/** What the compiler says of programs that are not on disk; they import the sources of the libraries by their names. */
function check(programs: ReadonlyMap<string, string>): string[] {
  const config = ts.readConfigFile(join(root, "tsconfig.json"), ts.sys.readFile).config;
  const { options } = ts.convertCompilerOptionsFromJson(config.compilerOptions, root);
  const host = ts.createCompilerHost(options);
  const { fileExists, readFile, getSourceFile } = host;
  host.fileExists = (path) => programs.has(path) || fileExists(path);
  host.readFile = (path) => programs.get(path) ?? readFile(path);
  host.getSourceFile = (path, language, ...more) => {
    const text = programs.get(path);
    return text === undefined
      ? getSourceFile(path, language, ...more)
      : ts.createSourceFile(path, text, language as ts.CreateSourceFileOptions);
  };
  const program = ts.createProgram({
    rootNames: [...programs.keys()],
    options: { ...options, paths: { "@ns-graph/*": [join(root, "packages/*/src/index.ts")] } },
    host,
  });
  return ts
    .getPreEmitDiagnostics(program)
    .map(({ file, messageText }) => `${file?.fileName}: ${ts.flattenDiagnosticMessageText(messageText, " ")}`);
}

test.each([
  ["graph.md", "survey"],
  ["graph.md", "buildGraph"],
  ["graph.md", "defineRenderer"],
  ["graph.md", "Flag"],
  ["graph.md", "selectPidHierarchy"],
  ["graph.md", "selectProcesses"],
  ["graph.md", "selectProcessless"],
  ["graph.md", "selectSubject"],
  ["graph.md", "selectSubtree"],
  ["graph.md", "selectTypes"],
  ["renderer-testing.md", "describeRenderer"],
  ["sys.md", "createProbe"],
])("%s has an example of %s", (page, name) => {
  expect([...examples.keys()].filter((path) => path.includes(`/${page}-${name}-`))).toHaveLength(1);
});

test("the compiler accepts every example", () => expect(check(examples)).toEqual([]));

test("the compiler would say what is wrong with one", () => {
  const wrong = join(root, "tooling/wrong.ts");
  const found = check(new Map([[wrong, 'import { survey } from "@ns-graph/graph";\nsurvey(1);\n']]));
  expect(found).toEqual([expect.stringMatching(/^.*wrong\.ts: Argument of type 'number' is not assignable/)]);
});

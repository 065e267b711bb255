import { existsSync, readdirSync, readFileSync } from "node:fs";
import { basename, dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { describe, expect, test } from "vitest";

const root = fileURLToPath(new URL("..", import.meta.url));
const read = (path: string): string => readFileSync(join(root, path), "utf8");
const list = (folder: string): string[] =>
  readdirSync(join(root, folder), { withFileTypes: true }).map(({ name }) => name);

/** The names of all files of the packages, wherever they lie. */
const names = new Set(
  list("packages")
    .flatMap((name) => ["", "src", "test"].map((part) => join("packages", name, part)))
    .filter((folder) => existsSync(join(root, folder)))
    .flatMap((folder) => readdirSync(join(root, folder), { recursive: /(src|test)$/.test(folder) }) as string[])
    .map((path) => basename(path)),
);

/** What stands between backquotes and is a path from the root, or the name of a file of the code. */
function namedFiles(document: string): string[] {
  const outside = read(document).replace(/^( {4}|```)[^\n]*$/gm, "");
  const quoted = [...outside.matchAll(/`([\w.@/-]+)`/g)].map(([, text = ""]) => text);
  return [...new Set(quoted)].filter((text) =>
    /^(packages|docs|scripts|tooling|examples|\.\w+)\/|\.(ts|mjs|md)$/.test(text),
  );
}

describe.each(["ARCHITECTURE.md", "CONTRIBUTING.md"])("%s", (document) => {
  const files = namedFiles(document);

  test("names files", () => expect(files.length).toBeGreaterThan(5));

  test.each(files)("names %s, which there is", (path) => {
    expect(existsSync(join(root, path)) || names.has(path)).toBe(true);
  });

  test.each([...read(document).matchAll(/`(?:sudo )?(?:pnpm|npm) run ([\w:-]+)/g)].map(([, name]) => name))(
    "names the script %s, which there is",
    (name) => expect(Object.keys(JSON.parse(read("package.json")).scripts)).toContain(name),
  );
});

describe("ARCHITECTURE.md", () => {
  const rooms = ["graph", "sys", "cli"].flatMap((name) =>
    readdirSync(join(root, "packages", name, "src"), { withFileTypes: true })
      .filter((entry) => entry.isDirectory())
      .map((entry) => `packages/${name}/src/${entry.name}`),
  );
  const packages = list("packages").map((name) => `packages/${name}`);

  test.each([...rooms, ...packages])("has a row for %s", (room) => {
    expect(read("ARCHITECTURE.md")).toMatch(new RegExp(`^\\| \`${room}\` \\| .*\\w`, "m"));
  });
});

describe("the links to files", () => {
  const documents = [...list("."), ...list("docs").map((name) => `docs/${name}`)].filter((name) =>
    name.endsWith(".md"),
  );

  test.each(documents)("of %s lead somewhere", (document) => {
    const links = [...read(document).matchAll(/\]\((?!https?:)([^)#\s]+)(?:#[^)]*)?\)/g)].map(([, path = ""]) => path);
    expect(links.filter((path) => !existsSync(join(root, dirname(document), path)))).toEqual([]);
  });
});

import { existsSync, readdirSync } from "node:fs";
import { basename } from "node:path";
import { describe, expect, test } from "vitest";
import { commandLines, documents, headings, publishedPackages, readBlocks, readText } from "./read-docs.js";

const blocks = documents().flatMap(readBlocks);

describe("the documents", () => {
  const files = blocks.filter(({ mark }) => mark?.kind === "file");

  test("show files", () => expect(files.length).toBeGreaterThan(0));

  test.each(files)("show $mark.text as it is ($document:$line)", ({ mark, text }) => {
    expect(text).toBe(readText(mark?.text ?? ""));
  });

  test("show command lines in blocks, after prompts, over several lines and between backquotes", () => {
    const commands = documents()
      .flatMap(commandLines)
      .map(({ command }) => command);
    expect(commands).toContain("ns-graph --format dot | dot -Tsvg");
    expect(commands).toContain("sudo ns-graph show blue");
    expect(commands).toContain("ns-graph --format dot | dot -Tpng > namespaces.png");
    expect(commands.filter((command) => /^setpriv .* ns-graph --strict$/.test(command))).toHaveLength(1);
    expect(commands.filter((command) => command.includes("…"))).toEqual([]);
  });
});

test("what shells take for a pattern is quoted: where no file is like it, zsh runs nothing", () => {
  const patterns = documents()
    .flatMap(commandLines)
    .filter(({ command }) => /[[\]*?{}]/.test(command.replaceAll(/'[^']*'|"[^"]*"/g, "")));
  expect(patterns).toEqual([]);
});

describe("SECURITY.md", () => {
  const named = [...readText("SECURITY.md").matchAll(/`([a-z.-]+\.test\.ts)`/g)].map(([, name = ""]) => name);
  const root = new URL("../../../", import.meta.url);
  const packages = readdirSync(new URL("packages", root)).flatMap((name) => [
    `packages/${name}/src`,
    `packages/${name}/test`,
  ]);
  const files = new Set(
    [...packages, "tooling"]
      .filter((folder) => existsSync(new URL(folder, root)))
      .flatMap((folder) => readdirSync(new URL(folder, root), { recursive: true }) as string[])
      .map((path) => basename(path)),
  );

  test("names tests for what it promises", () => expect(named.length).toBeGreaterThan(20));

  test.each([...new Set(named)])("names %s, which there is", (name) => expect(files).toContain(name));
});

describe("the README of", () => {
  const order = ["When to use it", "Install", "Use", "API", "Compatibility", "Contribute", "Security"];

  test.each(publishedPackages())("%s has its parts in the order that all have", (folder) => {
    const document = `${folder}/README.md`;
    expect(headings(document).filter((heading) => order.includes(heading))).toEqual(order);
    const beginning = readText(document).split("\n## ")[0] ?? "";
    expect(beginning.split("\n\n").length, "says what it is before anything else").toBeGreaterThanOrEqual(2);
  });

  test.each(publishedPackages())("%s shows how to use it", (folder) => {
    const document = `${folder}/README.md`;
    const use = /\n## Use\n(.*?)\n## /s.exec(readText(document))?.[1] ?? "";
    expect(use).toMatch(/^(```| {4}\S)/m);
  });
});

import { readdirSync, readFileSync } from "node:fs";
import { join, relative } from "node:path";
import { fileURLToPath } from "node:url";
import ts from "typescript";
import { expect, test } from "vitest";

const PACKAGES = fileURLToPath(new URL("../../../", import.meta.url));
/** The packages whose words are made in one folder. */
const SPEAKERS = ["graph", "diagram", "render-text", "render-dot", "render-mermaid", "render-svg"];
const HOME = join("graph", "src", "words");
const NOUNS = /\b(?:process(?:es)?|zombies?|kernel threads?|threads?|descriptors?|sockets?|mounts?|uids?|gids?)\b/i;

function* sourcesOf(folder: string): Generator<string, void, undefined> {
  for (const entry of readdirSync(folder, { withFileTypes: true })) {
    const path = join(folder, entry.name);
    if (entry.isDirectory()) yield* sourcesOf(path);
    else if (path.endsWith(".ts") && !path.endsWith(".test.ts")) yield path;
  }
}

/** The texts of a source that are phrases: a single word, as `process` or `workload_`, is the name of a kind or a part of an id. */
function phrasesIn(path: string): readonly string[] {
  const phrases: string[] = [];
  const visit = (node: ts.Node): void => {
    if (ts.isImportDeclaration(node) || ts.isExportDeclaration(node) || ts.isLiteralTypeNode(node)) return;
    if ((ts.isStringLiteralLike(node) || ts.isTemplateLiteralToken(node)) && /\s/.test(node.text.trim()))
      phrases.push(node.text);
    // The name of a property is the name of a kind, too.
    if (ts.isPropertyAssignment(node)) visit(node.initializer);
    else ts.forEachChild(node, visit);
  };
  visit(ts.createSourceFile(path, readFileSync(path, "utf8"), ts.ScriptTarget.Latest, true));
  return phrases;
}

test.each(SPEAKERS)("%s has no words of its own about processes and what else holds namespaces", (name) => {
  const spoken = [...sourcesOf(join(PACKAGES, name, "src"))]
    .filter((path) => !relative(PACKAGES, path).startsWith(HOME))
    .flatMap((path) =>
      phrasesIn(path)
        .filter((phrase) => NOUNS.test(phrase))
        .map((phrase) => `${relative(PACKAGES, path)}: ${phrase}`),
    );
  expect(spoken).toEqual([]);
});

import { execFileSync, spawnSync } from "node:child_process";
import { readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { describe, expect, test } from "vitest";
import { readDocument } from "../src/index.js";
import { documentOf, schema, schemaErrors } from "./document-text.js";

const root = fileURLToPath(new URL("../../..", import.meta.url));
const example = `${root}/examples/ns-graph-render-csv`;
const page = readFileSync(`${root}/docs/json-format.md`, "utf8");

interface ObjectSchema {
  readonly properties: Readonly<Record<string, ObjectSchema>>;
  readonly required?: readonly string[];
}

const { properties, required, $defs } = schema as ObjectSchema & { readonly $defs: Record<string, ObjectSchema> };

/** The members in the table under a heading, and which of them are always there. */
function documented(heading: string): { members: string[]; always: string[] } {
  const begin = page.indexOf(`\n${heading}\n`);
  expect(begin, heading).toBeGreaterThan(0);
  const section = page.slice(begin, page.indexOf("\n#", begin + 1));
  const rows = [...section.matchAll(/^\| `(\w+)` \| (yes|) ?\|/gm)];
  const members = rows.map(([, member = ""]) => member);
  return { members, always: members.filter((_, row) => rows[row]?.[2] === "yes") };
}

describe("docs/json-format.md has the members of the schema, in their order:", () => {
  test.each<[heading: string, described: ObjectSchema | undefined]>([
    ["## The document", { properties, required: required ?? [] }],
    ["### `host`", properties.host],
    ["### `viewer`", properties.viewer],
    ["### `users`", properties.users],
    ["### `view`", properties.view],
    ["### `selection`", properties.selection],
    ["### `answer`", $defs.namespaceSharing],
    ["## Namespaces", $defs.namespace],
    ["## Processes", $defs.process],
    ["## Problems", $defs.problem],
    ["## Why a namespace without a process may be there", $defs.processless],
    ["## Workloads", $defs.workloadGroup],
    ["## Blind spots", $defs.blindSpot],
  ])("%s", (heading, described) => {
    const { members, always } = documented(heading);
    expect(members).toEqual(Object.keys(described?.properties ?? {}));
    expect(always).toEqual(described?.required ?? []);
  });
});

test("the example is a document as this version writes it", () => {
  const text = readFileSync(`${example}/machine.json`, "utf8");
  expect(schemaErrors(JSON.parse(text))).toEqual([]);
  expect(documentOf(readDocument(text))).toBe(text);
});

describe("the output of", () => {
  const blocks = [...page.matchAll(/```console\n\$ (.+)\n([^`]*)```/g)].map(([, command = "", output = ""]) => ({
    command,
    output,
  }));

  test("examples is shown", () => expect(blocks.length).toBeGreaterThan(5));

  test.for(blocks)("$command", ({ command, output }, context) => {
    const [program = ""] = command.split(" ");
    if (spawnSync(program, ["--version"]).error !== undefined) return context.skip(`needs ${program}`);
    expect(execFileSync("sh", ["-c", command], { cwd: example, encoding: "utf8" })).toBe(output);
  });
});

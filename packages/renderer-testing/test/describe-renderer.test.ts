import { spawnSync } from "node:child_process";
import { type AnyRenderer, defineRenderer, type NamespaceGraph } from "@ns-graph/graph";
import { describe, expect, test } from "vitest";
import { describeRenderer, sampleGraphs, type TestRunner } from "../src/index.js";

const good: AnyRenderer = defineRenderer<{ "show-types": boolean; order: "up" | "down" }>({
  name: "count",
  summary: "Counts namespaces.",
  mediaType: "text/plain",
  extension: "txt",
  flags: {
    "show-types": { type: "boolean", default: false, summary: "Name the types." },
    order: { type: "choice", choices: ["up", "down"], default: "up", summary: "Which comes first." },
  },
  needs: () => ["status"],
  *render(graph) {
    yield `${graph.namespaces().length}\n`;
  },
});

/** Runs the suite, or one test of it, and answers the messages of the tests that failed, by their titles. */
async function failures(renderer: AnyRenderer, only?: string): Promise<Record<string, string>> {
  const tests: [string, () => Promise<void>][] = [];
  const runner: TestRunner = { describe: (_title, body) => body(), test: (title, body) => tests.push([title, body]) };
  describeRenderer(renderer, runner);
  const failed: Record<string, string> = {};
  for (const [title, body] of tests) {
    if (only !== undefined && title !== only) continue;
    await body().catch((error: Error) => {
      failed[title] = error.message;
    });
  }
  return failed;
}

function* chunks(...items: unknown[]): Generator<string> {
  for (const item of items) yield item as string;
}

test("a renderer that keeps the contract passes", async () => {
  expect(await failures(good)).toEqual({});
});

test.for<[string, unknown, string]>([
  ["nothing", undefined, "it is undefined"],
  ["a name with a space", { ...good, name: "my format" }, 'its name is "my format", not letters, digits'],
  ["no summary", { ...good, summary: undefined }, "its summary is undefined, not a text"],
])("%s is refused before a test is defined", async ([, renderer, fault]) => {
  const define = () => failures(renderer as AnyRenderer);
  await expect(define()).rejects.toThrow(`what describeRenderer was given is not a renderer: ${fault}`);
  await expect(define()).rejects.toMatchObject({
    code: "BAD_RENDERER",
    hint: expect.stringContaining("A renderer is"),
  });
});

test("a table may say nothing of nothing when its header is not wanted", async () => {
  const table = defineRenderer<{ header: boolean }>({
    ...good,
    flags: { header: { type: "boolean", default: true, summary: "Begin with a header." } },
    *render(graph, { header }) {
      if (header) yield "type\n";
      yield* graph.namespaces().map(({ type }) => `${type}\n`);
    },
  });
  expect(await failures(table)).toEqual({});
});

test.for<[string, Partial<AnyRenderer>, string, string]>([
  [
    "a fact that there is not",
    { needs: () => ["weather"] as never },
    "needs facts that there are",
    'count is not a renderer: its needs answers "weather", which is no fact',
  ],
  ["nothing yielded", { render: () => chunks() }, "draws nothing at all", "nothing"],
  ["a number yielded", { render: () => chunks(1) }, "draws nothing at all", "a chunk is number"],
  ["no end", { render: endless }, "draws nothing at all", "more than"],
  ["other output each time", { render: () => chunks(String(Math.random())) }, "draws nothing at all", "two runs"],
  ["other output of an equal graph", { render: recall }, "draws nothing at all", "of other objects"],
  [
    "an escape sequence",
    { render: comms },
    "passes nothing on that steers a terminal or turns the direction of writing",
    "U+001b",
  ],
  ["a graph that is changed", { render: meddle }, "draws an ordinary machine", "changed"],
  ["a loop that is followed", { render: climb }, "draws loops, dangling ends and contradictions", "Maximum call stack"],
])("%s is found", async ([, fault, title, message]) => {
  const failed = await failures({ ...good, ...fault } as AnyRenderer, title);
  expect(failed[title]).toContain(message);
});

function* endless(): Generator<string> {
  for (;;) yield "x";
}

const met = new Map<NamespaceGraph, number>();

function* recall(graph: NamespaceGraph): Generator<string> {
  if (!met.has(graph)) met.set(graph, met.size);
  yield `graph ${met.get(graph)}`;
}

function* comms(graph: NamespaceGraph): Generator<string> {
  yield "commands\n";
  for (const { comm } of graph.processes()) yield `${comm?.split("\n")[0]?.replace("\r", "")}\n`;
}

function* meddle(graph: NamespaceGraph): Generator<string> {
  const [process] = graph.processes();
  if (process !== undefined) Object.assign(process, { comm: `${process.comm}!` });
  yield "done";
}

function* climb(graph: NamespaceGraph): Generator<string> {
  const depth = (namespace = graph.namespaces()[0]): number => {
    const parent = namespace && graph.parent(namespace);
    return parent === undefined ? 0 : 1 + depth(parent);
  };
  yield "depth ";
  for (const namespace of graph.namespaces().slice(0, 10)) yield String(depth(namespace));
}

test("the sample graphs are the same at each call", () => {
  const texts = () => sampleGraphs().map(({ title, graph }) => [title, JSON.stringify(graph.namespaces())]);
  expect(texts()).toEqual(texts());
});

describe("with node:test", () => {
  test("the runner's own functions are enough", () => {
    const script = `
      import { describe, test } from "node:test";
      import { describeRenderer } from "@ns-graph/renderer-testing";
      describeRenderer({ name: "one", summary: "One.", mediaType: "text/plain", extension: "txt", flags: {}, needs: () => [], render: () => ["1"] }, { describe, test });`;
    const { stdout, status } = spawnSync(
      process.execPath,
      ["--test-reporter=tap", "--input-type=module", "--eval", script],
      {
        cwd: new URL("..", import.meta.url),
        encoding: "utf8",
      },
    );
    expect(stdout).toMatch(/^# fail 0$/m);
    expect(stdout).toMatch(/^# tests [1-9]\d*$/m);
    expect(status).toBe(0);
  });
});

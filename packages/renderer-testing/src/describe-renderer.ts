import {
  type AnyRenderer,
  type Chunks,
  checkFacts,
  checkRenderer,
  DEFAULT_VIEW,
  defaultOptions,
  type Flag,
  MEMBER_STYLES,
  type NamespaceGraph,
  type Surface,
  TREE_RELATIONS,
} from "@ns-graph/graph";
import { copyGraph } from "./copy-graph.js";
import { sampleGraphs } from "./sample-graphs.js";

/** The two functions of a test runner that the suite is written with: those of vitest, node:test, mocha or jest. */
export interface TestRunner {
  /** Groups the tests that its body defines. */
  describe(title: string, body: () => void): unknown;
  /** Defines a test, which fails where its body rejects. */
  test(title: string, body: () => Promise<void>): unknown;
}

/** What the suite can't know of a format. */
export interface RendererExpectations {
  /**
   * Checks one whole output, such as by parsing it; throws if it is not what the format allows. It gets a text, or
   * bytes where the renderer yielded any.
   */
  readonly accept?: (output: string | Uint8Array, graph: NamespaceGraph) => void | Promise<void>;
}

/** More chunks than any of the sample graphs needs: a renderer that yields more does not end. */
const MOST_CHUNKS = 250_000;

const PLAIN: Surface = { color: false, columns: 80, unicode: true };
const SURFACES: readonly Surface[] = [
  PLAIN,
  { color: true, columns: 80, unicode: true },
  { color: false, columns: 40, unicode: false },
  { color: false, columns: undefined, unicode: true },
  { color: false, columns: undefined, wide: true, unicode: true },
];

function check(holds: boolean, otherwise: string): void {
  if (!holds) throw new Error(otherwise);
}

async function collect(chunks: Chunks): Promise<string | Uint8Array> {
  const parts: (string | Uint8Array)[] = [];
  for await (const chunk of chunks) {
    check(
      typeof chunk === "string" || chunk instanceof Uint8Array,
      `a chunk is ${chunk === null ? "null" : typeof chunk}, neither a string nor a Uint8Array`,
    );
    parts.push(chunk);
    check(parts.length <= MOST_CHUNKS, `it yielded more than ${MOST_CHUNKS} chunks for a small graph`);
  }
  if (parts.every((part) => typeof part === "string")) return parts.join("");
  const encoder = new TextEncoder();
  const bytes = parts.map((part) => (typeof part === "string" ? encoder.encode(part) : part));
  const whole = new Uint8Array(bytes.reduce((length, part) => length + part.length, 0));
  let at = 0;
  for (const part of bytes) {
    whole.set(part, at);
    at += part.length;
  }
  return whole;
}

function asText(output: string | Uint8Array): string {
  return typeof output === "string" ? output : String(output);
}

/** The facts of a graph, to see whether drawing changed it. */
function textOf(graph: NamespaceGraph): string {
  return JSON.stringify([
    graph.frame,
    graph.namespaces(),
    graph.processes(),
    graph.pins(),
    graph.problems(),
    graph.view,
  ]);
}

function flagsOf(renderer: AnyRenderer): [string, Flag<unknown>][] {
  return Object.entries(renderer.flags as object);
}

/** The values worth trying for a flag: all of a choice, both of a switch. */
function valuesOf(flag: Flag<unknown>): readonly unknown[] {
  const {
    type,
    default: standard,
    choices = [],
  } = flag as { default: unknown; type: string; choices?: readonly unknown[] };
  if (type === "boolean") return [true, false];
  return type === "choice" ? choices : [standard];
}

function checkNeeds(renderer: AnyRenderer): void {
  for (const tree of TREE_RELATIONS) {
    for (const members of MEMBER_STYLES) {
      const view = { ...DEFAULT_VIEW, tree, members };
      checkFacts(renderer.needs(defaultOptions(renderer), view), renderer.name);
    }
  }
}

/**
 * Defines the tests that every renderer has to pass, in a `describe` of the given runner.
 *
 * They check the parts of the contract (`Renderer` in `@ns-graph/graph`): known facts, chunks of strings or bytes that end, the same output twice and of an equal graph, nothing changed in the graph, no hostile text passed on that
 * could steer a terminal, and output for every sample graph, also for one whose edges contradict each other.
 *
 * @example
 * import { describe, test } from "node:test";
 * import { defineRenderer } from "@ns-graph/graph";
 * import { describeRenderer } from "@ns-graph/renderer-testing";
 *
 * const renderer = defineRenderer({
 *   name: "count",
 *   summary: "How many namespaces there are.",
 *   mediaType: "text/plain",
 *   extension: "txt",
 *   flags: {},
 *   needs: () => [],
 *   *render(graph) {
 *     yield `${graph.namespaces().length}\n`;
 *   },
 * });
 *
 * describeRenderer(renderer, { describe, test });
 *
 * @throws NsGraphError `BAD_RENDERER` at once where it is given no renderer, naming the part that is missing or wrong.
 */
export function describeRenderer(
  renderer: AnyRenderer,
  runner: TestRunner,
  expectations: RendererExpectations = {},
): void {
  checkRenderer(renderer, "what describeRenderer was given");
  const { describe, test } = runner;
  const options = (): object => defaultOptions(renderer);
  const draw = (graph: NamespaceGraph, chosen = options(), surface = PLAIN): Promise<string | Uint8Array> =>
    collect(renderer.render(graph, chosen, surface));

  describe(`the renderer ${renderer.name}`, () => {
    test("needs facts that there are", async () => checkNeeds(renderer));

    for (const { title, graph } of sampleGraphs()) {
      test(`draws ${title}`, async () => {
        const before = textOf(graph);
        const output = await draw(graph);
        check(output.length > 0, "it yielded nothing");
        check(textOf(graph) === before, "it changed the graph");
        check(asText(await draw(graph)) === asText(output), "two runs gave different output");
        const copied = asText(await draw(copyGraph(graph)));
        check(
          copied === asText(output),
          "an equal graph of other objects, as one from a document, gave different output",
        );
        await expectations.accept?.(output, graph);
      });
    }

    for (const [name, flag] of flagsOf(renderer)) {
      for (const value of valuesOf(flag)) {
        test(`draws everything with --${name} ${String(value)}`, async () => {
          for (const { graph } of sampleGraphs()) {
            const output = await draw(graph, { ...options(), [name]: value });
            // A table without its header has nothing to say of nothing.
            check(output.length > 0 || graph.namespaces().length === 0, "it yielded nothing");
            await expectations.accept?.(output, graph);
          }
        });
      }
    }

    test("draws on every surface", async () => {
      for (const { graph } of sampleGraphs()) {
        for (const surface of SURFACES) check((await draw(graph, options(), surface)).length > 0, "it yielded nothing");
      }
    });

    if (!renderer.binary) {
      test("passes nothing on that steers a terminal or turns the direction of writing", async () => {
        for (const { title, graph } of sampleGraphs()) {
          const output = await draw(graph);
          if (typeof output !== "string") continue;
          const found = /(?![\n\t])[\p{Cc}\u2028\u2029\u202a-\u202e\u2066-\u2069]/u.exec(output);
          check(
            found === null,
            `${title}: the output has U+${found?.[0].codePointAt(0)?.toString(16).padStart(4, "0")} at ${found?.index}`,
          );
        }
      });
    }
  });
}

import { arrange, defaultOptions, type NamespaceGraph, printable } from "@ns-graph/graph";
import { describeRenderer } from "@ns-graph/renderer-testing";
import { HOSTILE_TEXTS, HostBuilder, hostileHost, kubernetesHost, makeHost, plainHost } from "@ns-graph/testkit";
import { SaxesParser } from "saxes";
import { describe, expect, test, vi } from "vitest";
import { type SvgOptions, svgRenderer } from "../src/index.js";

vi.setConfig({ testTimeout: 300_000 });

async function draw(graph: NamespaceGraph, options: Partial<SvgOptions> = {}): Promise<string> {
  const surface = { color: false, columns: undefined, unicode: true };
  let svg = "";
  for await (const chunk of svgRenderer.render(graph, { ...defaultOptions(svgRenderer), ...options }, surface))
    svg += chunk;
  return svg;
}

interface Svg {
  readonly elements: ReadonlySet<string>;
  readonly attributes: ReadonlySet<string>;
  readonly ids: readonly string[];
  readonly texts: readonly string[];
}

/** Reads an SVG with a strict parser of XML; throws where it is not well-formed. */
function readSvg(source: string): Svg {
  const elements = new Set<string>();
  const attributes = new Set<string>();
  const ids: string[] = [];
  const texts: string[] = [];
  const parser = new SaxesParser();
  parser.on("opentag", ({ name, attributes: own }) => {
    elements.add(name);
    for (const [key, value] of Object.entries(own)) {
      attributes.add(key);
      if (key === "id") ids.push(value);
    }
    texts.push("");
  });
  parser.on("text", (text) => {
    texts[texts.length - 1] += text;
  });
  parser.on("closetag", () => {
    texts.push("");
  });
  parser.on("error", (error) => {
    throw error;
  });
  parser.write(source).close();
  return { elements, attributes, ids, texts };
}

describeRenderer(
  svgRenderer,
  { describe, test },
  {
    accept: (output) => {
      expect(readSvg(String(output)).elements).toContain("svg");
    },
  },
);

test("hostile names are text, and nothing else", async () => {
  const { elements, attributes, texts } = readSvg(await draw(hostileHost(), { detail: "normal" }));
  expect([...elements].sort()).toEqual(["a", "g", "path", "polygon", "polyline", "svg", "text", "title"]);
  expect([...attributes].filter((name) => /^on|href|style|src/i.test(name))).toEqual([]);
  for (const text of texts) expect(text.trim()).not.toMatch(/[\p{Cc}\u202a-\u202e\u2066-\u2069]/u);
});

test("each hostile name stands there as it is printed", async () => {
  const short = HOSTILE_TEXTS.filter((text) => text.trim() !== "" && text.length < 36);
  const host = new HostBuilder();
  host.process({ pid: 1, ppid: 0, comm: "init" });
  for (const comm of short) host.process({ comm, in: host.unshare(["mnt", "net"]) });
  const { texts } = readSvg(await draw(host.build(), { detail: "normal" }));
  // Behind the PIDs, which count from that of the init.
  for (const [at, text] of short.entries()) expect(texts).toContain(`${at + 2} ${printable(text)}`);
});

test("namespaces are found by their ids, and the fonts have fallbacks", async () => {
  const svg = await draw(plainHost(), { detail: "full" });
  expect(readSvg(svg).ids).toEqual(expect.arrayContaining(["net_4026531833", "user_4026531837"]));
  expect(svg).toContain('font-family="Verdana,DejaVu Sans,Geneva,sans-serif"');
  expect(svg).not.toContain('font-family="Verdana"');
});

test("two runs give the same picture", async () => {
  expect(await draw(kubernetesHost())).toBe(await draw(kubernetesHost()));
});

test("what is too large for the detail that was asked for is drawn in less, and says so", async () => {
  const { texts } = readSvg(await draw(makeHost({ processes: 20_000, namespaces: 20_000 }), { detail: "full" }));
  expect(texts).toContain("too much for an SVG with --detail full");
});

test("a graph that is too large altogether is refused, with what helps", async () => {
  const host = new HostBuilder();
  let inside = host.initial;
  for (let i = 0; i < 8_000; i++) inside = host.unshare(["pid"], inside);
  await expect(draw(arrange(host.build(), { tree: "parent" }))).rejects.toMatchObject({
    code: "RENDERER_FAILED",
    hint: expect.stringContaining("--format dot"),
  });
});

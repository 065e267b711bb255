import { arrange, type NamespaceGraph, selectSubject, TREE_RELATIONS } from "@ns-graph/graph";
import { hostileHost, kubernetesHost } from "@ns-graph/testkit";
import xterm from "@xterm/headless";
import { describe, expect, test, vi } from "vitest";
import { draw } from "./draw.js";

vi.setConfig({ testTimeout: 300_000 });

interface Screen {
  readonly lines: readonly string[];
  /** What the text did besides being shown. */
  readonly effects: readonly string[];
}

/** What a terminal makes of a text. */
async function show(text: string, cols: number): Promise<Screen> {
  const terminal = new xterm.Terminal({
    cols,
    rows: 24,
    scrollback: 1_000_000,
    convertEol: true,
    allowProposedApi: true,
  });
  const effects: string[] = [];
  terminal.onBell(() => effects.push("bell"));
  terminal.onTitleChange((title) => effects.push(`title ${title}`));
  terminal.onData((data) => effects.push(`answer ${JSON.stringify(data)}`));
  await new Promise<void>((resolve) => terminal.write(text, resolve));
  const { active } = terminal.buffer;
  const lines: string[] = [];
  for (let row = 0; row < active.baseY + active.cursorY; row++) {
    const line = active.getLine(row);
    if (line?.isWrapped) effects.push(`wrapped ${line.translateToString(true)}`);
    lines.push(line?.translateToString(true) ?? "");
  }
  if (active.type !== "normal") effects.push(`buffer ${active.type}`);
  if (active.cursorX !== 0) effects.push(`cursor in column ${active.cursorX}`);
  terminal.dispose();
  return { lines, effects };
}

function views(graph: NamespaceGraph): NamespaceGraph[] {
  return TREE_RELATIONS.map((tree) => arrange(graph, { tree, members: "comm" }));
}

describe("a terminal", () => {
  test.each([40, 80, 200])("shows hostile names and does nothing else (%i columns)", async (columns) => {
    for (const graph of views(hostileHost())) {
      for (const color of [false, true]) {
        const output = draw(graph, { columns, color });
        const { lines, effects } = await show(output, columns);
        expect(effects).toEqual([]);
        const plain = output
          .replace(/\u001b\[[0-9;]*m/g, "")
          .trimEnd()
          .split("\n");
        expect(lines).toEqual(plain);
      }
    }
  });

  test("shows single subjects as they were written", async () => {
    const graph = hostileHost();
    for (const { id } of graph.namespaces().slice(-40)) {
      const output = draw(selectSubject(graph, { kind: "namespace", id }), { columns: 60 });
      const { lines, effects } = await show(output, 60);
      expect(effects).toEqual([]);
      expect(lines).toEqual(output.trimEnd().split("\n"));
    }
  });

  test("shows what is wide in no more cells than were counted", async () => {
    const output = draw(arrange(kubernetesHost(), { members: "all" }), { columns: 80 });
    const { effects } = await show(output, 80);
    expect(effects).toEqual([]);
  });
});

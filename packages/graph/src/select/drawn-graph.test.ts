import { expect, test } from "vitest";
import { assembleGraph } from "../build/build-graph.js";
import { NO_LINK } from "../model/link.js";
import type { Namespace } from "../model/namespace.js";
import { selectSubject, selectTypes } from "./select.js";

const NET = "4:10";
const UTS = "4:11";

function namespace(id: string, type: "net" | "uts", more: Partial<Namespace> = {}): Namespace {
  return { id, type, dev: 4, ino: Number(id.slice(2)), parent: NO_LINK, owner: NO_LINK, ...more };
}

/** A whole graph with marks, as of a document of a selection that says nothing of the rest. */
const marked = assembleGraph({
  frame: { host: {}, viewer: { namespaces: {} }, sources: ["process"] },
  namespaces: [namespace(NET, "net", { context: true }), namespace(UTS, "uts")],
  processes: [{ pid: 7, namespaces: { net: NET, uts: UTS, user: "4:12" } }],
  pins: [
    { kind: "fd", namespace: NET, pid: 7, fd: 3 },
    { kind: "fd", namespace: "4:12", pid: 7, fd: 4 },
  ],
  problems: [],
});

test("what is asked for is no context, even where the whole has it as such", () => {
  const selected = selectSubject(marked, { kind: "namespace", id: NET });
  expect(selected.namespaces()).toEqual([namespace(NET, "net")]);
  expect(selected.namespace(NET)).toBe(selected.namespaces()[0]);
  expect(selected.pins()).toHaveLength(1);
  expect(marked.namespace(NET)?.context).toBe(true);
});

test("what is context in the whole is drawn for nobody's sake by a selection of types", () => {
  expect(selectTypes(marked, ["net", "uts"]).namespaces()).toEqual([namespace(UTS, "uts")]);
});

test("a namespace of a process that the graph lacks is not drawn, nor are its pins", () => {
  const selected = selectSubject(marked, { kind: "process", pid: 7 });
  expect(selected.processSets().map(({ namespaces }) => namespaces)).toEqual([{ net: NET, uts: UTS }]);
  expect(selected.pins().map((pin) => pin.namespace)).toEqual([NET]);
  expect(selected.process(7)?.namespaces.user).toBe("4:12");
});

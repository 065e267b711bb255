import { assembleGraph, NsGraphError, type Problem } from "@ns-graph/graph";
import { describe, expect, test } from "vitest";
import { exitCodeFor, exitCodeForError } from "./exit-code.js";

const graphWith = (...problems: Problem[]) =>
  assembleGraph({
    frame: { host: {}, viewer: { namespaces: {} }, sources: [] },
    namespaces: [],
    processes: [],
    pins: [],
    problems,
  });
const serious: Problem = { code: "PROCESS_UNREADABLE", errno: "EACCES", pid: 1 };
const harmless: Problem = { code: "INTERFACE_MISSING", what: "listns" };

describe("the exit status", () => {
  test("is 0 after a graph, even a partial one", () => {
    expect(exitCodeFor(graphWith(serious), false)).toBe(0);
  });
  test("is 3 with --strict where something may be missing", () => {
    expect(exitCodeFor(graphWith(harmless, serious), true)).toBe(3);
  });
  test("is 0 with --strict where nothing is missing", () => {
    expect(exitCodeFor(graphWith(harmless), true)).toBe(0);
  });
  test.each([
    ["USAGE", 2],
    ["NO_SUCH_FORMAT", 2],
    ["NO_SUCH_PROCESS", 1],
    ["NO_SUCH_SUBJECT", 1],
    ["BAD_RENDERER", 1],
    ["WRITE_FAILED", 1],
    ["BAD_DOCUMENT", 1],
    ["RUN_FAILED", 125],
  ] as const)("after %s is %i", (code, status) => {
    expect(exitCodeForError(new NsGraphError(code, "x"))).toBe(status);
  });
  test("after a fault of the program itself is 1", () => {
    expect(exitCodeForError(new TypeError("x"))).toBe(1);
  });
});

import { DEFAULT_LIMITS, FACTS, SOURCES } from "@ns-graph/graph";
import { describe, expect, test } from "vitest";
import { echo } from "../../test/fake-system.js";
import type { Format } from "../plugins/formats.js";
import { readCommandLine } from "./command-line.js";
import type { Request } from "./request.js";

const format: Format = { renderer: echo, origin: "built in" };
const understand = (line: string) => readCommandLine(line.split(" ").filter(Boolean), format);

function requestOf(line: string): Request {
  const understood = understand(line);
  if (understood.kind !== "draw" && understood.kind !== "show") throw new Error(`${line} is ${understood.kind}`);
  return understood.request;
}

describe("a command line becomes a request", () => {
  test("which says everything, where nothing was given", () => {
    expect(requestOf("")).toEqual({
      read: { probe: {}, survey: { sources: SOURCES, facts: [] }, names: false },
      select: { pids: [], subtree: undefined, isPidHierarchy: false, types: undefined, isProcessless: false },
      view: { arrangement: {}, flags: { shout: false, title: "" } },
      target: {
        format,
        output: undefined,
        mode: undefined,
        isWide: false,
        color: "auto",
        isVerbose: false,
        isStrict: false,
      },
    });
  });

  test.each([
    ["--from x", { from: "x" }],
    ["--quick 7 8", { survey: { sources: ["process"], facts: [], pids: [7, 8] } }],
    ["--names", { survey: { sources: SOURCES, facts: ["status", "cgroup"] }, names: true }],
    ["--facts", { survey: { sources: SOURCES, facts: FACTS } }],
    ["--tree workload", { survey: { facts: ["status", "cgroup"] } }],
    ["show 7", { survey: { facts: FACTS } }],
    ["7 web", { survey: { facts: ["status", "cgroup", "command-line"] } }],
    ["4026532281", { survey: { facts: ["status", "cgroup", "command-line"] } }],
    ["--subtree web", { survey: { facts: ["status", "cgroup", "command-line"] } }],
    ["show 7 --quick", { survey: { sources: ["process"], facts: FACTS.filter((fact) => fact !== "cgroup") } }],
    ["--limit mounts=5 --timeout 9", { probe: { limits: { mounts: 5 }, seconds: 9 } }],
    [
      "--limit none",
      { probe: { limits: Object.fromEntries(Object.keys(DEFAULT_LIMITS).map((kind) => [kind, Infinity])) } },
    ],
  ])("%s: what to read", (line, read) => {
    expect(requestOf(line).read).toMatchObject(read);
  });

  test.each([
    ["7 8", { pids: [7, 8] }],
    ["--subtree 7", { subtree: { pid: 7, type: "user" } }],
    ["--subtree 7 --pidns", { subtree: { pid: 7, type: "pid" }, isPidHierarchy: true }],
    ["-t uts,net", { types: ["net", "uts"] }],
    ["--processless", { isProcessless: true }],
  ])("%s: what to keep", (line, select) => {
    expect(requestOf(line).select).toMatchObject(select);
    expect(requestOf(line).named).toBeUndefined();
  });

  test.each([
    ["7 web net:[5] 8", [7, 8], { words: ["web", "net:[5]"] }],
    ["--subtree web", [], { words: [], subtree: { word: "web", type: "user" } }],
    ["--subtree web --pidns", [], { words: [], subtree: { word: "web", type: "pid" } }],
  ])("%s: what has to be told by the graph", (line, pids, named) => {
    expect(requestOf(line)).toMatchObject({ select: { pids, subtree: undefined }, named });
  });

  test.each([
    ["--pidns --all-pids", { arrangement: { tree: "parent", members: "pids" } }],
    ["--no-pids", { arrangement: { members: "none" } }],
    ["--shout --title x", { arrangement: {}, flags: { shout: true, title: "x" } }],
  ])("%s: how to show it", (line, view) => {
    expect(requestOf(line).view).toMatchObject(view);
  });

  test("-o x --mode 0640 --no-color -v --strict: where to", () => {
    const target = { output: "x", mode: 0o640, color: "never", isWide: false, isVerbose: true, isStrict: true };
    expect(requestOf("-o x --mode 0640 --no-color -v --strict").target).toMatchObject(target);
    expect(requestOf("--wide").target).toMatchObject({ isWide: true });
  });
});

test.each([
  ["show net:[5]", { kind: "show", subject: "net:[5]" }],
  ["completion bash", { kind: "completion", operands: ["bash"] }],
  ["--version 7", { kind: "version" }],
  ["--help", { kind: "help", topic: undefined }],
  ["show --help", { kind: "help", topic: "show" }],
  ["--list-formats json", { kind: "formats", names: ["json"] }],
])("%s is no graph of processes", (line, expected) => {
  expect(understand(line)).toMatchObject(expected);
});

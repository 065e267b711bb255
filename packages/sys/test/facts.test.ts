import { FACTS } from "@ns-graph/graph";
import { expect, test } from "vitest";
import { READERS } from "../src/facts/read-facts.js";

/** Those that are read of processes, and of the machine; `maps` and the like are read of namespaces. */
const ELSEWHERE = ["status", "cgroup", "command-line", "users"];

test("every fact is read of something", () => {
  const read = [...READERS.map(({ fact }) => fact), ...ELSEWHERE];
  expect([...new Set(read)].sort()).toEqual([...FACTS].sort());
});

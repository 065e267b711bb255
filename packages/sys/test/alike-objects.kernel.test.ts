import { spawn } from "node:child_process";
import { setFlagsFromString } from "node:v8";
import { requireNamespaces } from "@ns-graph/testkit";
import { expect, test, vi } from "vitest";
import { OF_PROCESSES } from "../src/places/table.js";
import type { ScannedProcess } from "../src/processes/scanned-process.js";
import { scan } from "./scan.js";

/*
 * There is one such object for each process. With a spread and some properties more, V8 gives each a shape of its own:
 * kilobytes each, and a fifth more time for a machine of thousands.
 */

setFlagsFromString("--allow-natives-syntax");
const haveSameMap = new Function("a", "b", "return %HaveSameMap(a, b)") as (a: object, b: object) => boolean;

test("what is read of processes has few shapes for V8", async (context) => {
  requireNamespaces(context);
  const seen: ScannedProcess[] = [];
  const [place] = OF_PROCESSES;
  if (place === undefined) throw new Error("nothing is searched in processes");
  const { search } = place;
  vi.spyOn(place, "search").mockImplementation((process) => {
    seen.push(process);
    search(process);
  });
  const idle = Array.from({ length: 20 }, () => spawn("sleep", ["300"], { stdio: "ignore" }));
  try {
    await scan();
  } finally {
    vi.restoreAllMocks();
    for (const one of idle) one.kill();
  }
  expect(seen.length).toBeGreaterThanOrEqual(idle.length);
  const shapes: ScannedProcess[] = [];
  for (const process of seen) if (!shapes.some((one) => haveSameMap(one, process))) shapes.push(process);
  // Some have more than others: places add to them.
  expect(shapes.length).toBeLessThan(5);
});

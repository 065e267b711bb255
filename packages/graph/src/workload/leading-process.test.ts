import { describe, expect, test } from "vitest";
import type { Process } from "../model/process.js";
import { leadingProcess } from "./leading-process.js";

describe("the leading process", () => {
  const process = (fields: Partial<Process> & { readonly pid: number }): Process => ({ namespaces: {}, ...fields });

  test("is the topmost, not the one with the lowest PID", () => {
    const processes = [process({ pid: 3, ppid: 900 }), process({ pid: 900, ppid: 1 })];
    expect(leadingProcess(processes)?.pid).toBe(900);
  });

  test("is the one that is 1 inside, alive and no kernel thread", () => {
    expect(
      leadingProcess([process({ pid: 3, ppid: 1, pids: [3, 7] }), process({ pid: 8, ppid: 1, pids: [8, 1] })])?.pid,
    ).toBe(8);
    const parent = process({ pid: 3, ppid: 1, pids: [3] });
    expect(leadingProcess([parent, process({ pid: 8, ppid: 3, pids: [8, 1] })])).toBe(parent);
    expect(leadingProcess([process({ pid: 3, state: "Z" }), process({ pid: 8 })])?.pid).toBe(8);
    expect(leadingProcess([process({ pid: 3, kernelThread: true }), process({ pid: 8 })])?.pid).toBe(8);
  });

  test("of none there is none, and of two that are each other's parents one is found", () => {
    expect(leadingProcess([])).toBeUndefined();
    expect(leadingProcess([process({ pid: 5, ppid: 6 }), process({ pid: 6, ppid: 5 })])?.pid).toBe(5);
  });
});

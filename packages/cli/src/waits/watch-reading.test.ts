import type { Probe } from "@ns-graph/graph";
import { fakeKernel } from "@ns-graph/testkit";
import { afterEach, beforeEach, describe, expect, test, vi } from "vitest";
import { clock, firstHandover } from "./handover.js";
import { openWatched, type Sys } from "./watch-reading.js";

/** A `@ns-graph/sys` that notes what it is called for. */
function fakeSys(reaped: readonly boolean[] = []) {
  const calls: string[] = [];
  const notes: unknown[] = [];
  const answers = [...reaped];
  const watchdog = { ask: vi.fn(), goOn: vi.fn(), end: () => void calls.push("end") };
  const sys = {
    createProbe: (): Probe => {
      calls.push("createProbe");
      return fakeKernel().probe();
    },
    Watchdog: {
      start: ({ note }: { readonly note: string }) => {
        calls.push("watchdog");
        notes.push(JSON.parse(note));
        return watchdog;
      },
    },
    reapChild: (pid: number): boolean => {
      calls.push(`reap ${pid}`);
      return answers.shift() ?? false;
    },
  } as unknown as Sys;
  return { sys, calls, notes };
}

/** What a run that was begun anew is told by one that had started a child. */
function newsOf(child: number) {
  const now = clock();
  const note = JSON.stringify({ ...firstHandover(), since: now - 5000, begun: now - 5000, patience: 5000, child });
  return { note, pid: 0, mountNamespace: 0, waited: false };
}

describe("a watched reading", () => {
  // Who is not root, and may not read processes of others, can't be made to wait.
  beforeEach(() => {
    vi.spyOn(process, "geteuid").mockReturnValue(0);
  });
  afterEach(() => {
    vi.restoreAllMocks();
  });

  test("tells the next run of the child, and ends the watch with the probe", async () => {
    const { sys, calls, notes } = fakeSys();
    const probe = await openWatched(sys, {}, undefined, 4711);
    expect(notes).toEqual([expect.objectContaining({ child: 4711 })]);
    expect(calls).toEqual(["watchdog", "createProbe"]);
    probe.close();
    expect(calls.at(-1)).toBe("end");
  });

  test("waits for the end of the child that the run before had, before anything is read", async () => {
    const { sys, calls, notes } = fakeSys([false, false, true]);
    await openWatched(sys, {}, newsOf(42), 4711);
    expect(calls).toEqual(["watchdog", "reap 42", "reap 42", "reap 42", "createProbe"]);
    expect(notes).toEqual([expect.objectContaining({ child: 4711, takeovers: 1 })]);
  });

  test("waits no longer than half a second for it", async () => {
    const { sys, calls } = fakeSys();
    const start = clock();
    await openWatched(sys, {}, newsOf(42));
    expect(clock() - start).toBeGreaterThanOrEqual(500);
    expect(calls.filter((call) => call === "reap 42").length).toBeLessThanOrEqual(52);
    expect(calls.at(-1)).toBe("createProbe");
  });
});

import { describe, expect, test } from "vitest";
import { clock, type Handover, leaveOutOf, mayBeginAnew, nextHandover, readHandover } from "./handover.js";

const FIRST: Handover = {
  since: 5,
  begun: 5,
  patience: 5000,
  takeovers: 0,
  slowness: 1,
  processes: [],
  uids: [],
  mountNamespaces: [],
};
const waiting = (pid: number, uid: number, mountNamespace = 0) => ({ pid, uid, mountNamespace });

describe("what a run hands over to the next", () => {
  test("a process is left out alone, and with the second of a user all of that user's", () => {
    const one = nextHandover(FIRST, waiting(7, 1000), false);
    expect(one).toEqual({ ...FIRST, takeovers: 1, processes: [[7, 1000]] });
    const other = nextHandover(one, waiting(8, 1001), false);
    expect(other.uids).toEqual([]);
    const second = nextHandover(other, waiting(9, 1000), false);
    expect(leaveOutOf(second)).toEqual({ pids: [7, 8, 9], uids: [1000], mountNamespaces: [], allMounts: false });
  });

  test("of root each process is left out alone", () => {
    const two = nextHandover(nextHandover(FIRST, waiting(7, 0), false), waiting(8, 0), false);
    expect(leaveOutOf(two)).toEqual({ pids: [7, 8], uids: [], mountNamespaces: [], allMounts: false });
  });

  test("while the mounts of a namespace are looked for, those are left out, and not the process", () => {
    const next = nextHandover(FIRST, waiting(7, 1000, 42), false);
    expect(leaveOutOf(next)).toEqual({ pids: [], uids: [], mountNamespaces: [42], allMounts: false });
  });

  test("after eight mount namespaces, and when the time is over, no mounts are looked for", async () => {
    expect(nextHandover(FIRST, waiting(7, 1000, 42), true).allMounts).toBe(true);
    let handover = FIRST;
    for (let inode = 1; !handover.allMounts && inode < 100; inode++)
      handover = nextHandover(handover, waiting(7, 1000, inode), false);
    expect(handover.mountNamespaces).toHaveLength(8);
    const news = { note: JSON.stringify(handover), pid: 7, mountNamespace: 0, waited: false };
    expect(await readHandover(news, 60_000)).toEqual({ ...handover, takeovers: 9, slowness: 2 });
  });

  test("when the time is over, and after very many, what was not read yet is left out", () => {
    expect(nextHandover(FIRST, waiting(7, 1000), true).from).toBe(7);
    let handover = FIRST;
    for (let pid = 1; handover.from === undefined && pid < 100; pid++)
      handover = nextHandover(handover, waiting(pid, pid), false);
    expect(handover.takeovers).toBe(33);
  });

  test("is ignored where it is something else", async () => {
    for (const note of [
      "",
      "{",
      "null",
      "[]",
      "{}",
      JSON.stringify({ ...FIRST, uids: ["0"] }),
      JSON.stringify({ ...FIRST, child: -1 }),
    ]) {
      const handover = await readHandover({ note, pid: 7, mountNamespace: 0, waited: true }, 60_000);
      expect(handover).toMatchObject({ takeovers: 0, processes: [] });
    }
  });

  test("nobody is left out where nothing waited, and the next answer is waited for longer", async () => {
    const note = JSON.stringify(FIRST);
    for (const news of [
      { pid: 7, waited: false },
      { pid: 0, waited: true },
    ])
      expect(await readHandover({ note, mountNamespace: 0, ...news }, 60_000)).toEqual({
        ...FIRST,
        takeovers: 1,
        slowness: 2,
      });
  });

  test("no run is begun anew once more where that came too soon, or too often", async () => {
    const note = JSON.stringify({ ...FIRST, begun: clock() });
    const tooSoon = await readHandover({ note, pid: 7, mountNamespace: 0, waited: true }, 60_000);
    expect(tooSoon.processes).toEqual([]);
    expect(mayBeginAnew(tooSoon)).toBe(false);
    let handover = FIRST;
    for (let times = 0; mayBeginAnew(handover); times++) {
      expect(times).toBeLessThan(5);
      const news = { note: JSON.stringify(handover), pid: 0, mountNamespace: 0, waited: true };
      handover = await readHandover(news, 60_000);
    }
    expect(mayBeginAnew({ ...FIRST, takeovers: 40 })).toBe(false);
  });

  test("whoever is asked and waited for is left out", async () => {
    const note = JSON.stringify({ ...FIRST, since: clock() });
    const news = { note, pid: process.pid, mountNamespace: 0, waited: true };
    const uid = process.getuid?.() ?? 0;
    expect((await readHandover(news, 60_000)).processes).toEqual([[process.pid, uid]]);
  });
});

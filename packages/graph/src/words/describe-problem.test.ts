import { describe, expect, it } from "vitest";
import { limitsCompleteness, type Problem } from "../model/problem.js";
import { describeProblem } from "./describe-problem.js";

describe("what the viewer's position hides", () => {
  it.each([
    [{ code: "SCOPE_PID" }, "child PID namespace"],
    [{ code: "SCOPE_USER" }, "child user namespace"],
    [{ code: "SCOPE_ROOT" }, "chroot"],
    [{ code: "SCOPE_CAPABILITY", what: "CAP_SYS_ADMIN" }, "CAP_SYS_ADMIN"],
    [{ code: "PROC_FOREIGN", namespace: "4:4026532402" }, "pid:[4026532402]"],
    [{ code: "PIDS_FOREIGN" }, "sockets"],
  ] satisfies [Problem, string][])("%j is told in words, and limits the graph", (problem, words) => {
    expect(describeProblem(problem)).toContain(words);
    expect(describeProblem(problem)).not.toContain("undefined");
    expect(limitsCompleteness(problem)).toBe(true);
  });
});

describe("a descriptor that was looked at all the same", () => {
  it("is told with what it is of", () => {
    const words = describeProblem({ code: "DESCRIPTOR_UNREADABLE", pid: 7, fd: 3, what: "io_uring" });
    expect(words).toBe("what descriptor 3 (io_uring) of process 7 holds could not be seen");
  });
});

describe("what is counted and not listed", () => {
  it.each([
    [{ code: "LINK_UNREADABLE" }, "more namespace# of process 7 could not be read"],
    [{ code: "CHILDREN_UNREADABLE" }, "more namespace# for children of process 7 could not be read"],
    [{ code: "DESCRIPTORS_UNREADABLE" }, "the descriptors of N more thread# of process 7 could not be listed"],
    [{ code: "DESCRIPTOR_UNREADABLE" }, "more descriptor# of process 7 could not be looked at"],
    [{ code: "SOCKETS_UNREADABLE" }, "the sockets of N more thread# of process 7 could not be asked for"],
    [{ code: "SOCKET_UNREADABLE" }, "more socket# of process 7 could not be asked for"],
  ] satisfies [Problem, string][])("%j reads well for one and for several", (problem, words) => {
    for (const count of [1, 9]) {
      const said = describeProblem({ ...problem, pid: 7, count });
      expect(said).toContain(words.replace("#", count === 1 ? "" : "s").replace("N", `${count}`));
      expect(said).not.toContain("undefined");
    }
  });

  it.each([
    [{ code: "MOUNT_UNREADABLE", count: 1 }, "1 more namespace that is mounted in mnt:[5] could not be opened"],
    [{ code: "MOUNT_UNREADABLE", count: 2 }, "2 more namespaces that are mounted in mnt:[5] could not be opened"],
    [{ code: "MOUNT_MAY_WAIT", count: 1 }, "1 more namespace that is mounted in mnt:[5] was not opened, because"],
    [{ code: "MOUNT_MAY_WAIT", count: 2 }, "2 more namespaces that are mounted in mnt:[5] were not opened, because"],
    [{ code: "LIST_UNREADABLE", count: 1 }, "1 more part of the kernel's own list of namespaces could not be used"],
    [{ code: "LIST_UNREADABLE", count: 2 }, "2 more parts of the kernel's own list of namespaces could not be used"],
    [{ code: "LIMIT_REACHED", count: 2, what: "mounts" }, "2 mounts of mnt:[5] were not looked at: there are more"],
    [{ code: "TIME_LIMIT", what: "mounts" }, "some mounts of mnt:[5] were not looked at: the time"],
  ] satisfies [Problem, string][])("%j of a mount namespace too", (problem, words) => {
    expect(describeProblem({ ...problem, namespace: "4:5", type: "mnt" })).toContain(words);
  });
});

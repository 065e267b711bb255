import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { assembleGraph } from "../build/build-graph.js";
import type { Viewer } from "../model/host.js";
import type { Problem } from "../model/problem.js";
import { summarizeProblems } from "./summarize-problems.js";

function summarize(problems: readonly Problem[], viewer: Partial<Viewer> = {}, processes = 10): string | undefined {
  return summarizeProblems(
    assembleGraph({
      frame: { host: {}, viewer: { namespaces: {}, ...viewer }, sources: [] },
      namespaces: [],
      processes: Array.from({ length: processes }, (_, index) => ({ pid: index + 1, namespaces: {} })),
      pins: [],
      problems,
    }),
  );
}

const unreadable = (pid: number, errno = "EACCES"): Problem => ({ code: "PROCESS_UNREADABLE", pid, errno });

describe("summarizeProblems", () => {
  test("says nothing where there is nothing to say", () => {
    expect(summarize([])).toBeUndefined();
  });

  test("says nothing of what limits nothing", () => {
    const problems = [
      { code: "INTERFACE_MISSING", what: "listns" },
      { code: "FACT_UNAVAILABLE", what: "uid_map", namespace: "4:1" },
    ];
    expect(summarize(problems)).toBeUndefined();
  });

  test("counts processes among all, with the errno and what would help", () => {
    expect(summarize([unreadable(1), unreadable(2), unreadable(3)], { euid: 1000 })).toBe(
      "3 of 10 processes could not be read (EACCES): run as root, or grant CAP_SYS_PTRACE",
    );
  });

  test("leaves out what would help where that is not asked for, and joins what it kept apart", () => {
    const graph = assembleGraph({
      frame: { host: {}, viewer: { namespaces: {}, euid: 1000 }, sources: [] },
      namespaces: [],
      processes: [{ pid: 1, namespaces: {} }],
      pins: [],
      problems: [unreadable(1), { code: "PROC_HIDES" }],
    });
    const words = "1 of 1 process could not be read (EACCES)";
    expect(summarizeProblems(graph)).toContain(`${words}: run as root, or grant CAP_SYS_PTRACE`);
    const plain = summarizeProblems(graph, graph.problems(), { remedies: false }) ?? "";
    expect(plain).toContain(words);
    expect(plain).not.toContain("run as root");
    expect(plain.split("; ")).toHaveLength(2);
  });

  test("does not take a selection for the whole", () => {
    const link = { state: "invisible" } as const;
    const graph = assembleGraph({
      frame: { host: {}, viewer: { namespaces: {}, euid: 1000 }, sources: [] },
      namespaces: [{ id: "4:1", type: "user", dev: 4, ino: 1, parent: link, owner: link, context: true }],
      processes: [],
      pins: [],
      problems: [unreadable(1), unreadable(2)],
    });
    expect(summarizeProblems(graph)).toBe(
      "2 processes could not be read (EACCES): run as root, or grant CAP_SYS_PTRACE",
    );
  });

  test("does not say of how many where the graph lacks one, because it is a selection then", () => {
    expect(summarize([unreadable(77)], { euid: 0 }, 1)).toBe(
      "1 process could not be read (EACCES): something forbids it even to root",
    );
  });

  test.each([
    [{ euid: 0 }, [{ code: "SCOPE_CAPABILITY", what: "CAP_SYS_PTRACE" }], "grant CAP_SYS_PTRACE"],
    [{ euid: 7 }, [{ code: "SCOPE_CAPABILITY", what: "CAP_SYS_PTRACE" }], "run as root, or grant CAP_SYS_PTRACE"],
    [{ euid: 7, capabilities: ["CAP_SYS_PTRACE"] }, [], "something forbids it even with CAP_SYS_PTRACE"],
    [{ euid: 0 }, [{ code: "SCOPE_USER" }], "run as root outside this user namespace"],
  ])("knows what would help %j", (viewer, problems, remedy) => {
    expect(summarize([unreadable(1), ...problems], viewer)).toContain(`(EACCES): ${remedy}`);
  });

  test("a remedy that serves several is told once", () => {
    const problems: Problem[] = [
      unreadable(1),
      { code: "MOUNTS_UNREADABLE", namespace: "4:5", type: "mnt", errno: "EACCES" },
    ];
    expect(summarize(problems, { euid: 7 })).toBe(
      "the mounts of mnt:[5] could not be read (EACCES), 1 of 10 processes could not be read (EACCES): run as root, or grant CAP_SYS_PTRACE",
    );
  });

  test("what has no remedy stands for itself", () => {
    expect(summarize([{ code: "SCOPE_PID" }, { code: "SCOPE_USER" }], { euid: 0 })).toBe(
      "this runs in a child PID namespace, and processes outside it can't be seen; this runs in a child user namespace, and what is owned above it can't be asked",
    );
  });

  test("what can't be read in part is not told of what can't be read at all", () => {
    const problems: Problem[] = [
      unreadable(1),
      { code: "DESCRIPTORS_UNREADABLE", pid: 1, errno: "EACCES" },
      { code: "DESCRIPTORS_UNREADABLE", pid: 2, errno: "EACCES" },
      { code: "THREADS_UNREADABLE", pid: 2, errno: "EACCES" },
    ];
    const summary = summarize(problems, { euid: 7 });
    expect(summary).toContain("1 of 10 processes could not be read (EACCES)");
    expect(summary).toContain("1 of 10 processes could be read only in part (EACCES)");
  });

  test("too many open files have a remedy of their own", () => {
    expect(summarize([{ code: "NAMESPACE_UNREADABLE", namespace: "4:5", type: "net", errno: "EMFILE" }])).toContain(
      "raise the limit of open files (ulimit -n)",
    );
  });

  test.each<[readonly Problem[], string]>([
    [
      [1, 2].map((pid) => ({ code: "LIMIT_REACHED", what: "descriptors", pid, count: 5 })),
      "10 descriptors of 2 processes were not looked at: there are more than the limit allows: raise it with --limit",
    ],
    [
      [
        { code: "LIMIT_REACHED", what: "threads", pid: 1, count: 5 },
        { code: "LIMIT_REACHED", what: "threads", pid: 2 },
      ],
      "more than 5 threads of 2 processes were not looked at: there are more than the limit allows: raise it with --limit",
    ],
    [
      [5, 6].map((ino) => ({ code: "LIMIT_REACHED", what: "mounts", namespace: `4:${ino}`, type: "mnt" as const })),
      "some mounts of 2 mount namespaces were not looked at: there are more than the limit allows: raise it with --limit",
    ],
    [
      [
        { code: "LIMIT_REACHED", what: "sockets", pid: 1, tid: 2, count: 1 },
        { code: "LIMIT_REACHED", what: "sockets", pid: 1, tid: 3, count: 1 },
      ],
      "2 sockets of 1 process were not looked at: there are more than the limit allows: raise it with --limit",
    ],
    [
      [{ code: "TIME_LIMIT", what: "processes", count: 3 }],
      "3 processes were not looked at: the time that was allowed was over: allow more with --timeout",
    ],
    [[1, 2].map((pid) => ({ code: "COMMAND_LINE_CUT", pid })), "only the beginning of 2 command lines was read"],
    [[{ code: "COMMAND_LINE_CUT", pid: 1 }], "only the beginning of the command line of process 1 was read"],
    [
      [1, 2].map((pid) => ({ code: "FILE_TOO_LONG", what: "status", pid })),
      "2 files of /proc are longer than the limit allows: raise it with --limit",
    ],
    [
      [{ code: "FILE_TOO_LONG", what: "status", pid: 1 }],
      "status of process 1 is longer than the limit allows: raise it with --limit",
    ],
    [
      [
        { code: "MOUNT_MAY_WAIT", path: "/a", namespace: "4:5", type: "mnt" },
        { code: "MOUNT_MAY_WAIT", namespace: "4:5", type: "mnt", count: 9 },
      ],
      "10 bind mounts were not opened, because a look-up there may wait for another's file system",
    ],
    [
      [
        { code: "MOUNT_UNREADABLE", path: "/a", namespace: "4:5", type: "mnt", errno: "EIO" },
        { code: "MOUNT_UNREADABLE", namespace: "4:5", type: "mnt", errno: "EIO", count: 9 },
      ],
      "10 bind mounts could not be opened (EIO)",
    ],
    [
      [1, 2].map((pid) => ({ code: "PROCESS_EXECUTING", pid })),
      "2 processes are in the middle of execve(2), and the kernel makes whoever looks at what they hold wait for the end of that",
    ],
    [
      [1, 2].map((id) => ({ code: "LIST_UNREADABLE", what: `namespace with id ${id}` })),
      "2 parts of the kernel's own list of namespaces could not be used",
    ],
  ])("tells %j together", (problems, words) => {
    expect(summarize(problems, { euid: 0 })).toBe(words);
  });

  test("looks at the graph a few times, however many kinds of trouble there are", () => {
    let looks = 0;
    const problems = Array.from(
      { length: 20_000 },
      (_, pid): Problem => ({ code: `NEW_${pid}`, pid, errno: "EACCES" }),
    );
    const whole = assembleGraph({
      frame: { host: {}, viewer: { namespaces: {} }, sources: [] },
      namespaces: [],
      processes: [{ pid: 1, namespaces: {} }],
      pins: [],
      problems,
    });
    const watched = new Proxy(whole, {
      get(target, name) {
        looks++;
        const value: unknown = Reflect.get(target, name, target);
        return typeof value === "function" ? value.bind(target) : value;
      },
    });
    expect(summarizeProblems(watched)).toMatch(/; and 19995 more problems$/);
    expect(looks).toBeLessThan(100);
  });

  test("many kinds of trouble are cut, and counted", () => {
    const problems = Array.from({ length: 9 }, (_, index): Problem => ({ code: `NEW_${index}` }));
    expect(summarize(problems)).toMatch(/; and 4 more problems$/);
  });

  test("whatever the problems are, it is one line that steers no terminal", () => {
    // Any of them, lone surrogates too.
    const codeUnit = fc.nat(0xffff).map((code) => String.fromCharCode(code));
    const text = fc.oneof(
      fc.string({ unit: codeUnit, maxLength: 8 }),
      fc.constantFrom("\n", "\u001b[2J", "\u202e", "EACCES"),
    );
    const problem = fc.record(
      {
        code: fc.oneof(text, fc.constantFrom("PROC_UNREADABLE", "MOUNT_UNREADABLE", "SCOPE_CAPABILITY")),
        errno: text,
        path: text,
        what: text,
        pid: fc.nat(),
      },
      { requiredKeys: ["code"] },
    );
    fc.assert(
      fc.property(fc.array(problem, { maxLength: 8 }), (problems) => {
        expect(summarize(problems) ?? "").not.toMatch(/[\p{Cc}\p{Cs}\u2028-\u202e\u2066-\u2069]/u);
      }),
    );
  });
});

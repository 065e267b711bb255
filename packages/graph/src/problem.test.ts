import { describe, expect, it } from "vitest";
import { describeProblem, limitsCompleteness, type Problem } from "./problem.js";

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

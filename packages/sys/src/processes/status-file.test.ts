import { describe, expect, test } from "vitest";
import { parseStatusFile } from "./status-file.js";

/** The lines of Linux 6.18 that are read, and some around them. */
const BASH = `Name:	bash
Umask:	0022
State:	S (sleeping)
Tgid:	4711
Ngid:	0
Pid:	4711
PPid:	4700
TracerPid:	0
Uid:	1000	0	1000	1000
Gid:	1000	1000	1000	1000
FDSize:	256
Groups:	1000 
NStgid:	4711	12	1
NSpid:	4711	12	1
NSpgid:	4711	12	1
NSsid:	4711	12	0
Kthread:	0
VmPeak:	    8000 kB
VmSize:	    8000 kB
VmExe:	    1000 kB
VmLib:	       0 kB
Threads:	3
SigQ:	1/94000
`;

function change(...changes: [string | RegExp, string][]): Buffer {
  return Buffer.from(changes.reduce((text, [from, to]) => text.replace(from, to), BASH));
}

describe("/proc/PID/status", () => {
  test("a process in three PID namespaces", () => {
    expect(parseStatusFile(Buffer.from(BASH))).toEqual({
      comm: "bash",
      state: "S",
      ppid: 4700,
      uid: 0,
      user: 1000,
      pids: [4711, 12, 1],
      threads: 3,
      kernelThread: false,
      mainThreadExited: false,
      ending: false,
      isExecuting: false,
    });
  });

  test("with memory of which nothing can be executed, it is in the middle of execve(2)", () => {
    expect(parseStatusFile(change(["VmExe:	    1000", "VmExe:	       0"]))?.isExecuting).toBe(true);
    expect(
      parseStatusFile(change(["VmExe:	    1000", "VmExe:	       0"], ["VmLib:	       0", "VmLib:	     100"]))
        ?.isExecuting,
    ).toBe(false);
    expect(parseStatusFile(change([/Vm.*\n/g, ""]))?.isExecuting).toBe(false);
  });

  test("a kernel thread says so since Linux 6.10", () => {
    const bytes = change(["Kthread:	0", "Kthread:	1"], [/Vm.*\n/g, ""]);
    expect(parseStatusFile(bytes)?.kernelThread).toBe(true);
  });

  test("without memory it is ending since then, unless it is dead", () => {
    expect(parseStatusFile(change([/Vm.*\n/g, ""]))).toMatchObject({ ending: true, kernelThread: false });
    const zombie = change([/Vm.*\n/g, ""], ["S (sleeping)", "Z (zombie)"], ["Threads:	3", "Threads:	1"]);
    expect(parseStatusFile(zombie)).toMatchObject({ ending: false, mainThreadExited: false });
  });

  test("a zombie with more threads than itself has lost its main thread only", () => {
    expect(parseStatusFile(change(["S (sleeping)", "Z (zombie)"]))?.mainThreadExited).toBe(true);
  });

  test("before, one without memory is a kernel thread, unless it is a zombie", () => {
    const older: [string | RegExp, string][] = [
      ["Kthread:	0\n", ""],
      [/Vm.*\n/g, ""],
    ];
    expect(parseStatusFile(change(...older))?.kernelThread).toBe(true);
    for (const state of ["Z (zombie)", "X (dead)"]) {
      expect(parseStatusFile(change(...older, ["S (sleeping)", state]))?.kernelThread).toBe(false);
    }
  });

  test("one that is just being reaped has a thread", () => {
    expect(parseStatusFile(change(["Threads:	3", "Threads:	0"]))?.threads).toBe(1);
  });

  test("without NStgid (before Linux 4.1) the PIDs are not known", () => {
    expect(parseStatusFile(change([/NStgid.*\n/, ""]))?.pids).toBeUndefined();
  });

  test.for([
    ["a) R (b", "a) R (b"],
    ["new\\nline", "new\nline"],
    ["back\\\\slash\\\\n", "back\\slash\\n"],
    [" ", " "],
    ["", ""],
    ["tab\there", "tab\there"],
    ["State:\tZ", "State:\tZ"],
    ["Grüße", "Grüße"],
  ] as const)("the name %j", ([written, comm]) => {
    expect(parseStatusFile(change(["bash", () => written] as never))?.comm).toBe(comm);
  });

  test("a name of broken UTF-8", () => {
    const bytes = Buffer.concat([Buffer.from("Name:\t"), Buffer.of(0xff), change([/^Name:\tbash/, ""])]);
    expect(parseStatusFile(bytes)?.comm).toBe("\udcff");
  });

  test.for(["", "Name:\tx\n", "Pid:\t1\n", "\0".repeat(100), BASH.replace(/PPid.*\n/, "")])(
    "what is no such file is not read as one: %j",
    (text) => {
      expect(parseStatusFile(Buffer.from(text))).toBeUndefined();
    },
  );
});

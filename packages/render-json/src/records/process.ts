import type { Executable, Process } from "@ns-graph/graph";
import { named } from "../codec/codec.js";
import { listOf } from "../codec/lists.js";
import { optional, recordOf, required } from "../codec/record.js";
import { text, yes } from "../codec/scalars.js";
import { evidence, membership, natural, pid, uid } from "./basics.js";

const executable = recordOf<Executable>({
  path: optional(
    text,
    "Where /proc/PID/exe says that the file is, in the process's own mount namespace. Hostile text.",
  ),
  borneOut: required(
    evidence,
    "Whether it is the file that the viewer sees at that path, in a file system of the machine's, and root alone can change or replace it.",
  ),
});

const record = recordOf<Process>(
  {
    pid: required(pid, "PID, as the viewer's /proc has it."),
    ppid: optional(natural, "PID of the parent; 0 where it has none in that PID namespace."),
    comm: optional(
      text,
      "Command name (proc_pid_comm(5)). Hostile text: bytes that are not UTF-8 stand as U+DC80 to U+DCFF.",
    ),
    uid: optional(uid, "Effective uid, in terms of the viewer's user namespace."),
    state: optional(text, "State letter of proc_pid_status(5); Z is a zombie."),
    mainThreadExited: optional(
      yes,
      "Its main thread has exited and others run on: its state is Z, and it is no zombie.",
    ),
    ending: optional(
      yes,
      "It has let go of its memory, and will be a zombie. An init stays so until the last process in its pid namespace is reaped. Since Linux 6.10.",
    ),
    kernelThread: optional(yes, "It is a kernel thread."),
    pids: optional(
      listOf(natural, 1024),
      "Its PID in each PID namespace it is in, outermost first (NStgid, Linux 4.1).",
    ),
    cgroup: optional(text, "Path of its cgroup, relative to the viewer's cgroup namespace. Hostile text."),
    commandLine: optional(
      text,
      "Its arguments, separated by single spaces (proc_pid_cmdline(5)), where they were asked for, or name a container or a sandbox. Hostile text.",
    ),
    executable: optional(
      executable,
      "What it runs. Looked at only where it has a name that monitors of containers are told by, or one that sandboxes are, and then is apart from the viewer.",
    ),
    namespaces: required(membership),
    context: optional(
      yes,
      "There only so that it is told who holds what was asked for; not part of that. In documents of ns-graph 0.1.0 its namespaces are left out.",
    ),
  },
  "kept",
);

export const process = named("process", record, "A process.");

import type { NamespaceType } from "@ns-graph/graph";
import { type DescribedOption, OPTIONS } from "../../arguments/options.js";

/** The options of unshare(1) that make a namespace of each type, and what that is. */
export const TYPE_OPTIONS: Readonly<Record<NamespaceType, { readonly name: string } & DescribedOption>> = {
  pid: inNew("pid", "p", "PID namespace: the command is 1 in it"),
  net: inNew("net", "n", "network namespace: no interface but a loopback that is down"),
  uts: inNew("uts", "u", "UTS namespace: a hostname of its own"),
  ipc: inNew("ipc", "i", "IPC namespace: no System V IPC and POSIX queues but its own"),
  mnt: inNew("mount", "m", "mount namespace: what it mounts nobody else sees"),
  user: inNew("user", "U", "user namespace: capabilities over what is in it"),
  cgroup: inNew("cgroup", "C", "cgroup namespace: its cgroup is the root"),
  time: inNew("time", "T", "time namespace: clocks that may be shifted"),
};

function inNew(name: string, short: string, what: string): { readonly name: string } & DescribedOption {
  return { name, type: "boolean", short, summary: `in a new ${what}` };
}

/** The options of `ns-graph run`, by their long names without dashes. */
export const RUN_OPTIONS: Readonly<Record<string, DescribedOption>> = {
  ...Object.fromEntries(Object.values(TYPE_OPTIONS).map((option) => [option.name, option])),
  "map-root-user": {
    type: "boolean",
    short: "r",
    summary: "be root in the new user namespace; implies --user",
  },
  "mount-proc": {
    type: "boolean",
    summary:
      "mount /proc anew, so that the command sees the processes of its own PID namespace; implies --pid and --mount",
  },
  graph: {
    type: "format",
    placeholder: "FORMAT",
    short: "g",
    summary: "draw the namespaces that ns-graph and the command are in, just before the command starts",
  },
  output: {
    type: "file",
    placeholder: "FILE",
    short: "o",
    summary: "write the graph to FILE instead of standard output",
  },
  mode: OPTIONS.mode,
  verbose: {
    type: "boolean",
    short: "v",
    summary: "print on standard error what happens: the PIDs outside and inside, what is new and who owns it",
  },
  help: { type: "boolean", short: "h", summary: "print this help" },
};

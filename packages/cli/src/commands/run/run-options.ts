import type { NamespaceType } from "@ns-graph/graph";
import { type DescribedOption, OPTIONS } from "../../arguments/options.js";

/** The letters of unshare(1), by type. */
const LETTERS: Readonly<Record<NamespaceType, string>> = {
  pid: "p",
  net: "n",
  uts: "u",
  ipc: "i",
  mnt: "m",
  user: "U",
  cgroup: "C",
  time: "T",
};

/** The long options of unshare(1), by type. */
export const TYPE_OPTIONS: Readonly<Record<NamespaceType, string>> = {
  pid: "pid",
  net: "net",
  uts: "uts",
  ipc: "ipc",
  mnt: "mount",
  user: "user",
  cgroup: "cgroup",
  time: "time",
};

const WHAT: Readonly<Record<NamespaceType, string>> = {
  pid: "PID namespace: the command is 1 in it",
  net: "network namespace: no interface but a loopback that is down",
  uts: "UTS namespace: a hostname of its own",
  ipc: "IPC namespace: no System V IPC and POSIX queues but its own",
  mnt: "mount namespace: what it mounts nobody else sees",
  user: "user namespace: capabilities over what is in it",
  cgroup: "cgroup namespace: its cgroup is the root",
  time: "time namespace: clocks that may be shifted",
};

const types = Object.keys(LETTERS) as NamespaceType[];

/** The options of `ns-graph run`, by their long names without dashes. */
export const RUN_OPTIONS: Readonly<Record<string, DescribedOption>> = {
  ...Object.fromEntries(
    types.map((type): [string, DescribedOption] => [
      TYPE_OPTIONS[type],
      { type: "boolean", short: LETTERS[type], summary: `in a new ${WHAT[type]}` },
    ]),
  ),
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

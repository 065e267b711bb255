import type { NamedCommand } from "../arguments/commands.js";

/** What the command is for, in one sentence. */
export const PURPOSE = "Finds every Linux namespace on a machine, says what keeps it alive, and draws it.";

/** The same, short enough for the first line of a manual page. */
export const SUMMARY = "finds every Linux namespace, says what keeps it alive, and draws it";

/** What the command does and how it is meant, a paragraph each. */
export const DESCRIPTION: readonly string[] = [
  "ns-graph looks wherever the kernel lets a namespace live: in processes and their threads, in what their next children will be in, in open descriptors and sockets, in bind mounts of every mount namespace it can reach, and in the kernel's own list (Linux 6.19). It asks each namespace for its owner, its parent and its creator, and climbs to every ancestor. Threads of a process always share its user and PID namespace.",
  "Without arguments it draws the user namespaces, each with what it owns. Arguments leave only the namespaces of the processes that are meant: PIDs, containers, pods, units and whatever else show takes; a namespace means its members. It only looks: nothing is entered, mounted, changed or sent anywhere.",
  "A file given to --output is there whole or not at all, and the caller alone can read it, unless --mode says otherwise. A file that is there is replaced, with the same permissions as a new one, or fewer if it had fewer. What another user owns, or may have put there, is not written to, replaced or followed, be it a file, a pipe or a symbolic link: that is an error, and says what to do.",
  "What may not be read is left out and counted on standard error; that is no failure. As root, or with the capability CAP_SYS_PTRACE, more can be read. Namespaces above what the viewer may see are called invisible; that a namespace is an initial one is said only where it is known.",
];

/** A term and what it means. */
export type Entry = readonly [term: string, explanation: string];

/** Command lines worth knowing, and what each is for. */
export const EXAMPLES: readonly Entry[] = [
  ["sudo ns-graph", "every namespace of this machine"],
  ["ns-graph --format dot | dot -Tpng > namespaces.png", "a picture, drawn by Graphviz"],
  ["ns-graph --format json -o host.json", "a document to keep"],
  ["ns-graph --from host.json --tree workload", "the same machine later, or elsewhere"],
  ["ns-graph --namespaces net,pid --show-comm", "two types, with the commands in them"],
  ["ns-graph --pidns --all-pids", "each process's PID in every PID namespace"],
  ["sudo ns-graph --processless", "namespaces in which no process was seen, why, and who holds them"],
  ["sudo ns-graph run --mount-proc -v -- sh", "be PID 1, and see what that means"],
  ["sudo ns-graph show 'net:[4026532281]'", "why is this one still alive?"],
  ["sudo ns-graph show web", "what does this container share, and with whom?"],
];

/** Every exit status and what it means. */
export const EXIT_STATUSES: readonly Entry[] = [
  ["0", "done, even if something could not be read"],
  ["1", "could not be done"],
  ["2", "wrong usage"],
  ["3", "with --strict: something could not be read"],
];

/** Environment variables that matter, and how. */
export const ENVIRONMENT: readonly Entry[] = [
  ["NO_COLOR", "no colours, if it is set to anything"],
  ["FORCE_COLOR", "colours even without a terminal; none if it is 0"],
  ["COLUMNS", "the width to draw for, in cells"],
  ["LC_ALL, LC_CTYPE, LANG", "the first that is set decides whether characters beyond ASCII are drawn"],
  ["NS_GRAPH_DEBUG", "print where in the program an error happened"],
];

/** What the manual says of one command, besides its options. */
export interface CommandManual {
  readonly purpose: string;
  /** What its operands or answers mean. */
  readonly list: { readonly heading: string; readonly entries: readonly Entry[] };
}

/** What the manual says of each command. */
export const COMMAND_MANUALS: Readonly<Record<NamedCommand, CommandManual>> = {
  show: {
    purpose:
      "Shows everything known about one namespace, process or workload: owner and parent, members, what keeps it alive, with whom it shares its namespaces, how to enter it. All facts are read. A path where no namespace was found to be mounted is looked up, which waits if its file system does not answer; Ctrl-C ends that. Where a word has more than one meaning, the error says what to type for each.",
    list: {
      heading: "What can be named",
      entries: [
        ["PID", "a process"],
        ["net:[INO]", "a namespace, by its type and inode number, as in /proc/PID/ns"],
        ["INO", "the same by the inode number alone"],
        [
          "PATH",
          "what is mounted there, or what a file of /proc is of: /run/netns/blue, /proc/12/ns/net, /proc/12/fd/7",
        ],
        [
          "NAME",
          "the network namespace that ip netns exec NAME enters; where a PID or INO is such a name too, its path says which",
        ],
        [
          "NAME",
          "a container, pod, unit of systemd, application, machine or sandbox: web, shop/cart, nginx.service, or as drawings call it, 'docker web (3f2a91c04b7d)'. What engines call containers is looked up as with --names where nothing else is called so, or only a container when it was started",
        ],
        ["ID", "a container or pod by the id that its engine gave it, or the first digits of that, four or more"],
      ],
    },
  },
  run: {
    purpose:
      "Starts a command in new namespaces, through unshare(1), as one does to learn how they work. Signals, terminal and exit status are the command's own. What --graph and --verbose show is there before the command starts: the namespaces are made, and a process with the PID and the name of the command waits in them. What the command makes itself is not in it. Where ns-graph is killed, so is the command, unless it has changed its credentials or setpriv(1) of util-linux is missing.",
    list: {
      heading: "Exit status",
      entries: [
        ["125", "the namespaces could not be made"],
        ["126", "the command was found, but could not be started"],
        ["127", "the command was not found"],
        ["128+N", "signal N ended the command"],
        ["other", "the command's own"],
      ],
    },
  },
  completion: {
    purpose:
      "Prints a script with which a shell completes command lines of ns-graph: options, formats, PIDs, names and paths. It asks no container engine: of containers it offers ids, and names only where the cgroup of the container is called so.",
    list: {
      heading: "How a shell reads it",
      entries: [
        ["source <(ns-graph completion bash)", "in bash, from 4.4 on"],
        ["source <(ns-graph completion zsh)", "in zsh; or keep it as a file _ns-graph in a folder of $fpath"],
        ["ns-graph completion fish | source", "in fish"],
      ],
    },
  },
};

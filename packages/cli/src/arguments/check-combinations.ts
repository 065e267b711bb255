import { NsGraphError } from "@ns-graph/graph";
import type { Given } from "./parse-arguments.js";

/** What a command line asks for, as far as its options may exclude each other. */
interface Asked {
  readonly given: Given;
  /** Whether PIDs are named. */
  readonly hasPids: boolean;
  /** Whether a subject is to be shown instead of the graph. */
  readonly isShow: boolean;
}

interface Rule {
  readonly isBroken: (asked: Asked) => boolean | undefined;
  readonly message: string;
  readonly hint?: string;
}

const hidesPids = ({ given }: Asked): boolean => given["no-pids"] === true || given.pids === "none";

/** Options that exclude each other, each rule with the sentence that says why. The first that is broken is told. */
const RULES: readonly Rule[] = [
  {
    isBroken: ({ hasPids, given }) => hasPids && given.subtree !== undefined,
    message: "PIDs and --subtree can't be combined: one names processes, the other a whole subtree",
  },
  {
    isBroken: ({ given }) => given.namespaces !== undefined && given.pidns,
    message: "--namespaces and --pidns can't be combined: --pidns shows PID namespaces alone",
  },
  {
    isBroken: ({ given, isShow }) => isShow && given["all-pids"],
    message: "show can't be combined with --all-pids: of a process it shows the PID at each level anyway",
  },
  {
    isBroken: ({ given }) => given["all-pids"] && given.pidns !== true,
    message: "--all-pids works only with --pidns",
  },
  {
    isBroken: (asked) => hidesPids(asked) && asked.given["show-comm"],
    message: "--no-pids and --show-comm can't be combined: one hides the members, the other describes them",
  },
  {
    isBroken: (asked) => hidesPids(asked) && asked.given["all-pids"],
    message: "--no-pids and --all-pids can't be combined: one hides the members, the other describes them",
  },
  {
    isBroken: ({ given }) => given["show-comm"] && given["all-pids"],
    message: "--show-comm and --all-pids can't be combined: each is a way to show a member",
  },
  {
    isBroken: ({ given }) => given["no-pids"] && given.pids !== undefined && given.pids !== "none",
    message: "--no-pids and --pids can't be combined",
  },
  {
    isBroken: ({ given }) => given.mode !== undefined && given.output === undefined,
    message: "--mode works only with --output: they are the permissions of the file that it writes",
  },
  {
    isBroken: ({ given }) => given["no-color"] && given.color !== undefined && given.color !== "never",
    message: "--no-color and --color can't be combined",
  },
  {
    isBroken: ({ given }) => given.pidns && given.tree !== undefined && given.tree !== "parent",
    message: "--pidns and --tree can't be combined: --pidns shows the PID namespaces below their parents",
  },
  {
    isBroken: ({ given, hasPids }) => given.processless && hasPids,
    message: "--processless and PIDs can't be combined: namespaces without processes have no PIDs",
  },
  {
    isBroken: ({ given }) => given.processless && (given["show-comm"] || given["all-pids"]),
    message: "--processless can't be combined with --show-comm or --all-pids: there are no members to show",
  },
  {
    isBroken: ({ given }) => given.processless && given.quick,
    message: "--processless and --quick can't be combined: --quick does not look where such namespaces hide",
  },
  {
    isBroken: ({ given }) => given.quick && given.tree === "workload",
    message: "--quick and --tree workload can't be combined: --quick does not read the cgroups that tell workloads",
  },
  {
    isBroken: ({ given }) => given.quick && given.facts,
    message: "--quick and --facts can't be combined: one reads less, the other more",
  },
  {
    isBroken: ({ given }) => given.quick && given.names,
    message: "--quick and --names can't be combined: --quick does not read which containers there are",
  },
  {
    isBroken: ({ given }) => given.from !== undefined && given.names,
    message: "--names has no meaning with --from: a document holds what it holds",
    hint: "Save the document with --names.",
  },
  {
    isBroken: ({ given }) => given.from !== undefined && given.quick,
    message: "--quick has no meaning with --from: nothing is read from this machine",
  },
  {
    isBroken: ({ given }) => given.from !== undefined && (given.limit !== undefined || given.timeout !== undefined),
    message: "--limit and --timeout have no meaning with --from: nothing is read from this machine",
  },
  {
    isBroken: ({ given }) => given.from !== undefined && given.facts,
    message: "--facts has no meaning with --from: a document holds what it holds",
    hint: "Save the document with --facts.",
  },
  {
    isBroken: ({ given, isShow }) =>
      isShow && (given.subtree !== undefined || given.namespaces !== undefined || given.pidns || given.processless),
    message: "show can't be combined with --subtree, --namespaces, --pidns or --processless: it shows one thing",
  },
];

/**
 * Checks which options stand together.
 *
 * @throws NsGraphError `USAGE` for the first rule that is broken.
 */
export function checkCombinations(asked: Asked): void {
  for (const { isBroken, message, hint = "See ns-graph --help." } of RULES) {
    if (isBroken(asked) === true) throw new NsGraphError("USAGE", message, { hint });
  }
}

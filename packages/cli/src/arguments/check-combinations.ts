import { NsGraphError } from "@ns-graph/graph";
import { NOT_WITH_SHOW } from "./commands.js";
import type { OptionName } from "./options.js";
import type { Arguments } from "./parse-arguments.js";
import { SEE_HELP } from "./usage-error.js";

/** A command line, as far as its options may exclude each other. */
interface Asked extends Pick<Arguments, "given" | "typed"> {
  /** Whether PIDs are named. */
  readonly hasPids: boolean;
  /** Whether a subject is to be shown instead of the graph. */
  readonly isShow: boolean;
}

/** A part of a command line as it was typed; undefined where the line has no such part. */
type Part = (asked: Asked) => string | undefined;

/** What is wrong with a command line, and what helps; undefined where it keeps the rule. */
type Rule = (asked: Asked) => { readonly message: string; readonly hint?: string } | undefined;

const option =
  (name: OptionName, counts = (value: unknown): boolean => value !== false): Part =>
  ({ given, typed }) =>
    given[name] !== undefined && counts(given[name]) ? typed[name] : undefined;
const either =
  (...parts: readonly Part[]): Part =>
  (asked) =>
    parts.map((part) => part(asked)).find((typed) => typed !== undefined);

const PIDS: Part = ({ hasPids }) => (hasPids ? "PIDs" : undefined);
const SHOW: Part = ({ isShow }) => (isShow ? "show" : undefined);
const HIDDEN = either(
  option("no-pids"),
  option("pids", (how) => how === "none"),
);

const apart =
  (one: Part, other: Part, why: string): Rule =>
  (asked) => {
    const [first, second] = [one(asked), other(asked)];
    if (first === undefined || second === undefined) return undefined;
    return { message: `${first} and ${second} can't be combined: ${why}` };
  };
const onlyWith =
  (one: Part, other: OptionName, why = ""): Rule =>
  (asked) => {
    const first = one(asked);
    if (first === undefined || option(other)(asked) !== undefined) return undefined;
    return { message: `${first} works only with --${other}${why}` };
  };
const notWithDocuments =
  (one: Part, why: string, hint?: string): Rule =>
  (asked) => {
    const first = one(asked);
    if (first === undefined || asked.given.from === undefined) return undefined;
    return { message: `${first} has no meaning with --from: ${why}`, ...(hint !== undefined && { hint }) };
  };

/** The rules in the order in which they are checked. */
const RULES: readonly Rule[] = [
  apart(PIDS, option("subtree"), "one names processes, the other a whole subtree"),
  apart(option("namespaces"), option("pidns"), "--pidns shows PID namespaces alone"),
  apart(SHOW, option("all-pids"), "of a process it shows the PID at each level anyway"),
  onlyWith(option("all-pids"), "pidns"),
  apart(HIDDEN, option("show-comm"), "one hides the members, the other describes them"),
  apart(HIDDEN, option("all-pids"), "one hides the members, the other describes them"),
  apart(option("show-comm"), option("all-pids"), "each is a way to show a member"),
  apart(
    option("no-pids"),
    option("pids", (how) => how !== "none"),
    "one hides the members, the other shows them",
  ),
  onlyWith(option("mode"), "output", ": they are the permissions of the file that it writes"),
  apart(
    option("no-color"),
    option("color", (when) => when !== "never"),
    "they contradict each other",
  ),
  apart(
    option("pidns"),
    option("tree", (relation) => relation !== "parent"),
    "--pidns shows the PID namespaces below their parents",
  ),
  apart(option("processless"), PIDS, "namespaces without processes have no PIDs"),
  apart(option("processless"), either(option("show-comm"), option("all-pids")), "there are no members to show"),
  apart(option("processless"), option("quick"), "--quick does not look where such namespaces hide"),
  apart(
    option("quick"),
    option("tree", (relation) => relation === "workload"),
    "--quick does not read the cgroups that tell workloads",
  ),
  apart(option("quick"), option("facts"), "one reads less, the other more"),
  apart(option("quick"), option("names"), "--quick does not read which containers there are"),
  notWithDocuments(option("names"), "a document holds what it holds", "Save the document with --names."),
  notWithDocuments(either(option("quick"), option("limit"), option("timeout")), "nothing is read from this machine"),
  notWithDocuments(option("facts"), "a document holds what it holds", "Save the document with --facts."),
  apart(SHOW, either(...NOT_WITH_SHOW.map((name) => option(name))), "it shows one thing"),
];

/**
 * Checks which options stand together; the error names them as they were typed.
 *
 * @throws NsGraphError `USAGE` for the first rule that is broken.
 */
export function checkCombinations(asked: Asked): void {
  for (const rule of RULES) {
    const broken = rule(asked);
    if (broken !== undefined) throw new NsGraphError("USAGE", broken.message, { hint: broken.hint ?? SEE_HELP });
  }
}

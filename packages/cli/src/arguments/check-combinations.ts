import { NOT_WITH_SHOW } from "./commands.js";
import type { OptionName } from "./options.js";
import type { Arguments } from "./parse-arguments.js";
import type { Operand } from "./read-value.js";
import { quote, usageError } from "./usage-error.js";

/** A command line, as far as its options may exclude each other. */
interface Asked extends Pick<Arguments, "given" | "typed"> {
  /** What is named of which processes are drawn. */
  readonly operands: readonly Operand[];
  /** Whether a subject is to be shown instead of the graph. */
  readonly isShow: boolean;
}

/** A part of a command line; an option perhaps with the value that it has to have, or must not have (`!`). */
type Part = "PIDs" | "names" | "show" | `--${OptionName}${"" | `=${"" | "!"}${string}`}`;

/** Parts that don't go together, any of the first with any of the others, and why. */
type Conflict = readonly [one: readonly Part[], other: readonly Part[], why: string];

/** In the order in which they are checked. */
const CONFLICTS: readonly Conflict[] = [
  [["PIDs"], ["--subtree"], "one names processes, the other a whole subtree"],
  [["--namespaces"], ["--pidns"], "--pidns shows PID namespaces alone"],
  [["show"], ["--all-pids"], "of a process it shows the PID at each level anyway"],
  [["--no-pids", "--pids=none"], ["--show-comm", "--all-pids"], "one hides the members, the other describes them"],
  [["--show-comm"], ["--all-pids"], "each is a way to show a member"],
  [["--no-pids"], ["--pids=!none"], "one hides the members, the other shows them"],
  [["--no-color"], ["--color=!never"], "they contradict each other"],
  [["--pidns"], ["--tree=!parent"], "--pidns shows the PID namespaces below their parents"],
  [["--processless"], ["PIDs"], "namespaces without processes have no PIDs"],
  [["--processless"], ["--show-comm", "--all-pids"], "there are no members to show"],
  [["--processless"], ["--quick"], "--quick does not look where such namespaces hide"],
  [["--quick"], ["--tree=workload"], "--quick does not read the cgroups by which workloads are known"],
  [["--quick"], ["--facts"], "one reads less, the other more"],
  [["names"], ["--quick"], "--quick reads nothing by which anything but a process is known"],
  [["--quick"], ["--names"], "--quick does not read which containers there are"],
  [["show"], NOT_WITH_SHOW.map((name): Part => `--${name}`), "it shows one thing"],
];

/** Options that need another one, and why. */
const NEEDS: readonly (readonly [one: Part, other: Part, why: string])[] = [
  ["--all-pids", "--pidns", ""],
  ["--mode", "--output", ": they are the permissions of the file that it writes"],
];

/** Options that say what to read of this machine. */
const OF_MACHINE = ["names", "quick", "limit", "timeout", "facts"] as const satisfies readonly OptionName[];

/**
 * Checks which options stand together; the error names them as they were typed.
 *
 * @throws NsGraphError `USAGE` for the first rule that is broken.
 */
export function checkCombinations(asked: Asked): void {
  const find = (parts: readonly Part[]) => parts.map((part) => findPart(asked, part)).find((typed) => typed);
  for (const [one, other, why] of CONFLICTS) {
    const [first, second] = [find(one), find(other)];
    if (first && second) throw usageError(`${first} and ${second} can't be combined: ${why}`);
  }
  for (const [one, other, why] of NEEDS) {
    const first = find([one]);
    if (first && !find([other])) throw usageError(`${first} works only with ${other}${why}`);
  }
  for (const name of asked.given.from === undefined ? [] : OF_MACHINE) {
    const first = find([`--${name}`]);
    if (first === undefined) continue;
    const isSaved = name === "names" || name === "facts";
    const why = isSaved ? "a document holds what it holds" : "nothing is read from this machine";
    throw usageError(
      `${first} has no meaning with --from: ${why}`,
      isSaved ? `Save the document with ${first}.` : undefined,
    );
  }
}

/** The part as it was typed; undefined where the line has no such part. */
function findPart({ given, typed, operands, isShow }: Asked, part: Part): string | undefined {
  if (part === "PIDs" || part === "names") {
    const word = [...operands, ...(part === "names" ? [given.subtree] : [])].find((one) => typeof one === "string");
    return word === undefined ? (part === "PIDs" && operands.length > 0 ? part : undefined) : quote(word);
  }
  if (part === "show") return isShow ? part : undefined;
  const [, name = "", not, wanted] = /^--([a-z-]+)(?:=(!?)(.*))?$/.exec(part) ?? [];
  const value = given[name as OptionName];
  if (value === undefined || value === false) return undefined;
  return wanted === undefined || (value === wanted) === (not === "") ? typed[name] : undefined;
}

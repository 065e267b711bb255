import type { LeftOutKind } from "../model/problem.js";

/**
 * What is counted when it is left out: the word that a problem has for it (`what`), and how one and several are called.
 * What one of something has several of stays several.
 */
const NOUNS: Readonly<Record<LeftOutKind, readonly [one: string, many: string]>> = {
  descriptors: ["descriptor", "descriptors"],
  sockets: ["socket", "sockets"],
  threads: ["thread", "threads"],
  mounts: ["mount", "mounts"],
  processes: ["process", "processes"],
  holders: ["process's threads and descriptors", "processes' threads and descriptors"],
  "mount namespaces": ["mount namespace's mounts", "mount namespaces' mounts"],
  lists: ["list of the kernel", "lists of the kernel"],
  files: ["file of /proc", "files of /proc"],
  facts: ["namespace's facts", "namespaces' facts"],
};

const HAD_SEVERAL: ReadonlySet<string> = new Set(["holders", "mount namespaces", "facts"]);

const REASONS: Readonly<Record<string, string>> = {
  LIMIT_REACHED: "there are more than the limit allows",
  TIME_LIMIT: "the time that was allowed was over",
};

/** Things that were left out. */
export interface LeftOut {
  readonly code: string;
  readonly what: string;
  /** How many; undefined where that is not known. */
  readonly count: number | undefined;
  /** Whether there may be more than that. */
  readonly isLeast?: boolean;
  /** Whose they are, in words. */
  readonly of?: string | undefined;
}

/** What was left out and why, as a sentence without a full stop. */
export function describeLeftOut({ code, what, count, isLeast = false, of }: LeftOut): string {
  const nouns = Object.hasOwn(NOUNS, what) ? NOUNS[what as LeftOutKind] : undefined;
  const isOne = count === 1 && !isLeast;
  const noun = nouns?.[isOne ? 0 : 1] ?? what;
  const number = count === undefined ? "some" : `${isLeast ? "more than " : ""}${count}`;
  const whose = of === undefined ? "" : ` of ${of}`;
  return `${number} ${noun}${whose} ${isOne && !HAD_SEVERAL.has(what) ? "was" : "were"} not looked at: ${REASONS[code] ?? code}`;
}

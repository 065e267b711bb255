import { spawnSync } from "node:child_process";
import { readFileSync, readlinkSync } from "node:fs";
import { isInitialInode, NAMESPACE_TYPES, type NamespaceType } from "@ns-graph/graph";
import type { RunPlan } from "./plan.js";
import { TYPE_OPTIONS } from "./run-options.js";

/** How deep namespaces nest below the initial one: create_user_ns (kernel/user_namespace.c), create_pid_namespace (kernel/pid_namespace.c). */
const DEEPEST: Readonly<Partial<Record<NamespaceType, number>>> = { user: 33, pid: 32 };

/** So many milliseconds one try may take. */
const LONGEST_TRY = 5000;

/** What is known where the kernel makes no more namespaces of a type: ENOSPC of unshare(2). */
export interface Shortage {
  readonly type: NamespaceType;
  /** The user namespace that this runs in, as the kernel spells it. */
  readonly user: string;
  /** For whom namespaces are counted there. */
  readonly euid: number;
  /** The limit there, namespaces(7); undefined where it can't be read. */
  readonly limit: number | undefined;
  /** In how many pid namespaces the process has a PID, as far as /proc shows. */
  readonly pidLevels: number;
}

/** The type of which there can be no more, of those that were asked for; undefined where unshare(1) failed for another reason. */
export function findShortage({ types }: RunPlan): Shortage | undefined {
  // A new user namespace comes first, and the rest is made in it.
  const first: readonly NamespaceType[] = types.includes("user") ? ["user"] : [];
  const others = NAMESPACE_TYPES.filter((one) => one !== "user" && types.includes(one));
  const type = [...first, ...others].find((one) => isShort(new Set([...first, one])));
  const user = type && linkOf("/proc/self/ns/user");
  if (type === undefined || user === undefined) return undefined;
  const limit = Number.parseInt(read(`/proc/sys/user/max_${type}_namespaces`), 10);
  return {
    type,
    user,
    euid: process.geteuid?.() ?? 0,
    limit: Number.isNaN(limit) ? undefined : limit,
    pidLevels: /^NSpid:(.*)$/m.exec(read("/proc/self/status"))?.[1]?.trim().split(/\s+/).length ?? 0,
  };
}

/** Tries once more, in words that are the same everywhere. */
function isShort(types: ReadonlySet<NamespaceType>): boolean {
  const options = Array.from(types, (type) => `--${TYPE_OPTIONS[type].name}`);
  const { status, stderr } = spawnSync("unshare", [...options, "--", "true"], {
    stdio: ["ignore", "ignore", "pipe"],
    env: { ...process.env, LC_ALL: "C" },
    encoding: "utf8",
    timeout: LONGEST_TRY,
  });
  // Nothing was said where it could not be started.
  return status !== 0 && stderr?.includes("No space left on device") === true;
}

function linkOf(path: string): string | undefined {
  try {
    return readlinkSync(path);
  } catch {
    return undefined;
  }
}

function read(path: string): string {
  try {
    return readFileSync(path, "latin1");
  } catch {
    return "";
  }
}

/**
 * Which limit it is, as a sentence. The kernel counts what somebody has made in their user namespace, what the maker of that
 * has in the one above, and so on, and does not tell which of these limits it was. A depth is reported by the same errno.
 */
export function describeShortage({ type, user, euid, limit, pidLevels }: Shortage): string {
  const name = `user.max_${type}_namespaces`;
  const deepest = DEEPEST[type];
  if (limit === 0) return `${name} of ${user} is 0, so nobody can make a ${type} namespace in it.`;
  if (type === "pid" && deepest !== undefined && pidLevels > deepest)
    return `This runs in the ${deepest}nd pid namespace below the initial one, and there are no deeper ones.`;
  const isInitial = isInitialInode("user", Number(/\d+/.exec(user)?.[0]));
  const number = limit === undefined ? "" : `, ${limit},`;
  const reasons = [`uid ${euid} has as many as ${name} of ${user}${number} allows`];
  if (!isInitial) reasons.push("the same limit is reached in a user namespace above");
  if (deepest !== undefined && !(isInitial && type === "user"))
    reasons.push(`this is ${deepest} levels below the initial ${type} namespace, and there are no deeper ones`);
  return reasons.length === 1 ? `${capitalized(reasons[0])}.` : `Either ${reasons.join(", or ")}.`;
}

function capitalized(text = ""): string {
  return text.charAt(0).toUpperCase() + text.slice(1);
}

import type { Held, Keeper } from "./keeper.js";
import { namespaceNamed, namespaceOf, type RealNamespace } from "./real-namespace.js";

/** How deep user namespaces nest below the initial one (create_user_ns, kernel/user_namespace.c). */
export const MAX_USER_DEPTH = 33;
/** How deep PID namespaces nest below the initial one (MAX_PID_NS_LEVEL, include/linux/pid_namespace.h). */
export const MAX_PID_DEPTH = 32;

/** A chain of nested namespaces. */
export interface Nested {
  readonly held: Held;
  /** The process in the innermost one. */
  readonly pid: number;
  /** From the outermost new one to the innermost. */
  readonly levels: readonly RealNamespace[];
  /** The namespace that the outermost was made in. */
  readonly above: RealNamespace;
  /** The first process of each level, where one is left there. */
  readonly processes: readonly number[];
}

/** Options of nesting. */
export interface NestOptions {
  /** How many levels; as many as the kernel allows where it is Infinity. */
  readonly depth?: number;
  /** Who makes them; 0 by default. */
  readonly uid?: number;
}

/*
 * Each level runs the same text again. Where as many as possible are wanted, each is tried first, so that it stops
 * where a kernel's or an administrator's limit is.
 */
function nestingScript(file: string, options: string): string {
  return `
    readlink /proc/self/ns/${file}
    if [ "$1" != 0 ] && { [ "$2" = all ] || unshare ${options} true 2>/dev/null; }; then
      exec unshare ${options} sh -c "$NEST" sh $(($1 - 1)) "$2"
    fi
    echo ready
    read -r line || :`;
}

async function nest(
  keeper: Keeper,
  type: "pid" | "user",
  options: string,
  { depth = 3, uid = 0 }: NestOptions,
): Promise<Nested> {
  const script = nestingScript(type, options);
  const identity = uid === 0 ? [] : ["setpriv", "--reuid", String(uid), "--regid", String(uid), "--clear-groups"];
  const wanted = depth === Number.POSITIVE_INFINITY ? ["100", "possible"] : [String(depth), "all"];
  const held = await keeper.start([...identity, "sh", "-c", script, "sh", ...wanted], { env: { NEST: script } });
  const [above, ...below] = held.lines.map(namespaceNamed);
  if (above === undefined) throw new Error("the chain says nothing");
  if (depth !== Number.POSITIVE_INFINITY && below.length !== depth)
    throw new Error(`only ${below.length} of ${depth} levels could be made`);
  const processes = held.chain.filter((pid) => namespaceOf(pid, type).id !== above.id);
  return { held, pid: held.pid, levels: below, above, processes };
}

/**
 * User namespaces one in the other, each made by the process that then goes on into the next: all but the innermost
 * have no process. Each maps its maker's uid to 0, so each was made by `uid` as seen from outside.
 */
export function nestUserNamespaces(keeper: Keeper, options: NestOptions = {}): Promise<Nested> {
  return nest(keeper, "user", "--user --map-root-user", options);
}

/** PID namespaces one in the other, each with a process that waits for the next one's. */
export function nestPidNamespaces(keeper: Keeper, options: Pick<NestOptions, "depth"> = {}): Promise<Nested> {
  return nest(keeper, "pid", "--pid --fork", options);
}

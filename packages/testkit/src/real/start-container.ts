import type { NamespaceType } from "@ns-graph/graph";
import type { Held, Keeper } from "./keeper.js";
import { waitingShell } from "./keeper.js";
import { namespaceOf, type RealNamespace } from "./real-namespace.js";
import { typeOption, unshareOptions } from "./requirement.js";

/** A process in new namespaces. */
export interface Contained {
  readonly held: Held;
  /** The process inside, as seen from here. */
  readonly pid: number;
  /** The new namespaces, by type. */
  readonly namespaces: Readonly<Partial<Record<NamespaceType, RealNamespace>>>;
  /** The namespaces that the maker was in. */
  readonly outside: Readonly<Partial<Record<NamespaceType, RealNamespace>>>;
  /** The start of a command line that runs the rest of it inside, as root there. */
  readonly enter: readonly string[];
}

/** The start of a command line that runs the rest of it in namespaces of a process. */
export function enterCommand(pid: number, types: readonly NamespaceType[]): string[] {
  return [
    "nsenter",
    "--target",
    String(pid),
    ...types.map(typeOption),
    ...(types.includes("user") ? ["--setuid=0", "--setgid=0"] : []),
  ];
}

/**
 * Starts a process in new namespaces of the given types. With `proc`, /proc inside shows its own PID namespace; `through`
 * is the start of a command line that makes them, such as `asUser()`.
 */
export async function startContained(
  keeper: Keeper,
  types: readonly NamespaceType[],
  options: { readonly proc?: boolean; readonly through?: readonly string[] } = {},
): Promise<Contained> {
  const proc = options.proc === true ? ["--mount-proc"] : [];
  const held = await keeper.start([
    ...(options.through ?? []),
    "unshare",
    ...unshareOptions(types),
    ...proc,
    ...waitingShell(),
  ]);
  const { pid } = held;
  const all = proc.length > 0 && !types.includes("mnt") ? [...types, "mnt" as const] : types;
  return {
    held,
    pid,
    namespaces: Object.fromEntries(all.map((type) => [type, namespaceOf(pid, type)])),
    outside: Object.fromEntries(all.map((type) => [type, namespaceOf("self", type)])),
    enter: enterCommand(pid, all),
  };
}

/** `unshare --user --map-root-user --mount --mount-proc --pid --fork`: root in a container that sees its own processes alone. */
export function startContainer(keeper: Keeper): Promise<Contained> {
  return startContained(keeper, ["user", "mnt", "pid"], { proc: true });
}

/** `unshare --pid --fork` without a /proc of its own: what it reads in /proc is about another PID namespace. */
export function startWithForeignProc(keeper: Keeper): Promise<Contained> {
  return startContained(keeper, ["pid"]);
}

/** `unshare --user --pid --fork`: the PID namespace is owned by the new user namespace. */
export function unshareUserAndPid(keeper: Keeper): Promise<Contained> {
  return startContained(keeper, ["user", "pid"]);
}

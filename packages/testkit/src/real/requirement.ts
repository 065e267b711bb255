import { spawnSync } from "node:child_process";
import { accessSync, closeSync, constants, openSync } from "node:fs";
import { release } from "node:os";
import { delimiter, join } from "node:path";
import type { NamespaceType } from "@ns-graph/graph";

/** The part of a test's context that skips it. */
export interface Skippable {
  skip(reason?: string): void;
}

/** Skips a test that needs Linux. */
export function requireLinux(context: Skippable): void {
  if (process.platform !== "linux") context.skip("needs Linux");
}

/** Skips a test that needs to be root. */
export function requireRoot(context: Skippable): void {
  requireLinux(context);
  if (process.geteuid?.() !== 0) context.skip("needs root");
}

/** Where a program is on PATH (and in the administrator's folders); undefined where it is not. */
export function findProgram(name: string): string | undefined {
  const folders = [...(process.env.PATH ?? "").split(delimiter), "/usr/sbin", "/sbin"];
  return folders
    .filter((folder) => folder !== "")
    .map((folder) => join(folder, name))
    .find((path) => {
      try {
        accessSync(path, constants.X_OK);
        return true;
      } catch {
        return false;
      }
    });
}

/** Skips a test that needs certain programs. */
export function requireProgram(context: Skippable, ...names: string[]): void {
  const missing = names.filter((name) => findProgram(name) === undefined);
  if (missing.length > 0) context.skip(`needs ${missing.join(", ")}`);
}

/** Skips a test that needs file systems in user space. */
export function requireFuse(context: Skippable): void {
  requireRoot(context);
  try {
    closeSync(openSync("/dev/fuse", constants.O_RDWR));
  } catch (error) {
    context.skip(`needs /dev/fuse (${(error as NodeJS.ErrnoException).code})`);
  }
}

/** Compares two kernel releases by their leading numbers: `6.19.8-cloud` is greater than `6.19`. */
export function compareReleases(a: string, b: string): number {
  const numbers = (text: string) => (/^\d+(\.\d+)*/.exec(text)?.[0] ?? "").split(".").map(Number);
  const left = numbers(a);
  const right = numbers(b);
  for (let i = 0; i < Math.max(left.length, right.length); i++) {
    const difference = (left[i] ?? 0) - (right[i] ?? 0);
    if (difference !== 0) return difference;
  }
  return 0;
}

/**
 * Skips a test that needs a kernel. A release alone tells little (stable kernels get features late, and sandboxes
 * lack them), so the feature itself can be tried.
 */
export function requireKernel(context: Skippable, since: string, isThere: () => boolean = () => true): void {
  requireLinux(context);
  if (compareReleases(release(), since) < 0) context.skip(`needs Linux ${since}, and this is ${release()}`);
  if (!isThere()) context.skip(`needs a feature of Linux ${since} that ${release()} lacks here`);
}

/** The option of unshare(1) and nsenter(1) that stands for a type. */
export function typeOption(type: NamespaceType): string {
  return type === "mnt" ? "--mount" : `--${type}`;
}

/** What unshare(1) needs besides. */
const BESIDES: Readonly<Partial<Record<NamespaceType, readonly string[]>>> = {
  pid: ["--fork"],
  user: ["--map-root-user"],
};

/** The options of unshare(1) that make new namespaces of these types. */
export function unshareOptions(types: readonly NamespaceType[]): string[] {
  return types.flatMap((type) => [typeOption(type), ...(BESIDES[type] ?? [])]);
}

const refusals = new Map<NamespaceType, string | undefined>();

/** Skips a test where no namespaces of these types can be made (a container's seccomp filter, an old kernel). */
export function requireNamespaces(context: Skippable, ...types: NamespaceType[]): void {
  requireRoot(context);
  requireProgram(context, "sh", "mkfifo", "mount", "nsenter", "setpriv", "taskset", "unshare");
  for (const type of types) {
    if (!refusals.has(type)) {
      const { status, stderr, error } = spawnSync("unshare", [...unshareOptions([type]), "true"], { encoding: "utf8" });
      refusals.set(type, status === 0 ? undefined : (error?.message ?? stderr.trim()));
    }
    const refusal = refusals.get(type);
    if (refusal !== undefined) context.skip(`no ${type} namespace can be made here: ${refusal}`);
  }
}

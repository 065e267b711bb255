import { hostname, release } from "node:os";
import {
  type Host,
  isInitialInode,
  type Membership,
  NAMESPACE_TYPES,
  type NamespaceType,
  type Problem,
  parseNamespaceId,
  type Viewer,
} from "@ns-graph/graph";
import type { Share } from "../budget/scan-budget.js";
import { capabilityNames } from "../kernel/capabilities.js";
import { AT_FDCWD, readFileAt, readLinkTextAt } from "../kernel/libc.js";
import { readMountinfo } from "../kernel/mountinfo.js";
import { parseNsfsName } from "../kernel/nsfs.js";
import type { ScanContext } from "./scan-context.js";

/** The capabilities that show everything; docs/permissions.md says what each is for. */
const FULL_PICTURE = ["CAP_DAC_READ_SEARCH", "CAP_NET_ADMIN", "CAP_SYS_ADMIN", "CAP_SYS_PTRACE"] as const;

/** Runs a call that the whole survey stands on, and once more where it failed: a failure may pass. */
export function insist<T>(run: () => T | number): T | number {
  const result = run();
  return typeof result === "number" && result < 0 ? run() : result;
}

function readText(path: string): string | undefined {
  const bytes = insist(() => readFileAt(AT_FDCWD, path, "records"));
  return typeof bytes === "number" ? undefined : bytes.toString("latin1");
}

function readLink(path: string): string | undefined {
  const text = insist(() => readLinkTextAt(AT_FDCWD, path));
  return typeof text === "number" ? undefined : text;
}

/** The machine. */
export function readHost(): Host {
  const bootId = readText("/proc/sys/kernel/random/boot_id")?.trim();
  return { hostname: hostname(), kernel: release(), ...(bootId ? { bootId } : {}), takenAt: new Date().toISOString() };
}

/** PID of this process in the PID namespace that /proc shows; undefined where it is not in there. */
export function ownPidInProc(): number | undefined {
  const pid = Number(readLink("/proc/self"));
  return Number.isSafeInteger(pid) && pid > 0 ? pid : undefined;
}

/** Who looks, and what that position hides: the kernel leaves things out without a word, so that it has to be worked out here. */
export function readViewer(membership: Membership, share: Share): { viewer: Viewer; problems: Problem[] } {
  const status = readText("/proc/self/status");
  const mask = /^CapEff:\s*([0-9a-f]+)$/m.exec(status ?? "")?.[1];
  const capabilities = mask === undefined ? undefined : capabilityNames(BigInt(`0x${mask}`));
  const viewer: Viewer = {
    pid: process.pid,
    ...(process.geteuid === undefined ? {} : { euid: process.geteuid() }),
    ...(capabilities === undefined ? {} : { capabilities }),
    namespaces: membership,
  };
  const problems: Problem[] = [];
  // A /proc of another PID namespace shows processes outside of the viewer's.
  if (isForeignProc(status)) problems.push(foreignProc(membership));
  else if (isBelowInitial(membership, "pid")) problems.push({ code: "SCOPE_PID" });
  if (isBelowInitial(membership, "user")) problems.push({ code: "SCOPE_USER" });
  for (const what of FULL_PICTURE)
    if (capabilities !== undefined && !capabilities.includes(what)) problems.push({ code: "SCOPE_CAPABILITY", what });
  const seesAll = capabilities?.includes("CAP_SYS_PTRACE") && !isBelowInitial(membership, "user");
  const hiding = seesAll ? undefined : hidingOption(share);
  if (hiding !== undefined) problems.push({ code: "PROC_HIDES", what: hiding });
  return { viewer, problems };
}

function isBelowInitial(membership: Membership, type: "pid" | "user"): boolean {
  const ino = parseNamespaceId(membership[type] ?? "")?.ino;
  return ino !== undefined && !isInitialInode(type, ino);
}

/** Whether /proc was mounted in another PID namespace than this process is in: it has no `self`, or shows more levels than one. */
export function isForeignProc(status = readText("/proc/self/status")): boolean {
  const levels = /^NStgid:\t(.*)$/m.exec(status ?? "")?.[1]?.split("\t");
  return levels === undefined ? Number(readLink("/proc/self")) !== process.pid : levels.length > 1;
}

/** Whether /proc shows the initial PID namespace, and so the whole machine. */
export function showsMachine({ own, isProcForeign }: Pick<ScanContext, "own" | "isProcForeign">): boolean {
  if (!isProcForeign) return !isBelowInitial(own, "pid") && own.pid !== undefined;
  const shown = parseNsfsName(readLink("/proc/1/ns/pid") ?? "");
  return shown !== undefined && isInitialInode("pid", shown.ino);
}

/** The namespace that /proc shows is that of the process which is 1 in it. */
function foreignProc(membership: Membership): Problem {
  const shown = parseNsfsName(readLink("/proc/1/ns/pid") ?? "");
  const dev = parseNamespaceId(Object.values(membership)[0] ?? "")?.dev;
  return {
    code: "PROC_FOREIGN",
    ...(shown === undefined || dev === undefined ? {} : { namespace: `${dev}:${shown.ino}`, type: "pid" }),
  };
}

/** The mount option of /proc by which the kernel hides processes (hidepid of 2 and 4, proc(5)), of the mount that lies on top. */
function hidingOption(share: Share): string | undefined {
  let options = "";
  insist(() => {
    const { failed } = readMountinfo(AT_FDCWD, "/proc/self/mountinfo", share, (mount) => {
      if (mount.path === "/proc" && mount.fileSystem === "proc") options = mount.superOptions;
    });
    return failed;
  });
  return options.split(",").find((option) => /^hidepid=(2|4|invisible|ptraceable)$/.test(option));
}

/** The viewer's own namespaces' links, by type: undefined where the kernel has no such type. */
export function readOwnLinks(): ReadonlyMap<NamespaceType, number> {
  const links = new Map<NamespaceType, number>();
  for (const type of NAMESPACE_TYPES) {
    const name = parseNsfsName(readLink(`/proc/self/ns/${type}`) ?? readLink(`/proc/thread-self/ns/${type}`) ?? "");
    if (name !== undefined) links.set(type, name.ino);
  }
  return links;
}

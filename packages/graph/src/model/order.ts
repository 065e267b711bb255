import type { Namespace } from "./namespace.js";
import { PIN_KINDS, type Pin, pinKey } from "./pin.js";
import { type Problem, problemKey } from "./problem.js";
import type { Process } from "./process.js";

/*
 * The one canonical order: namespaces by type, st_dev and st_ino; processes by pid; pins by namespace, kind
 * and holder. Texts are compared by UTF-16 code units, never by locale, so that every machine agrees.
 */

/** Compares two texts by code units. */
export function compareText(a: string, b: string): number {
  return a < b ? -1 : a > b ? 1 : 0;
}

/** Canonical order of namespaces. */
export function compareNamespaces(a: Namespace, b: Namespace): number {
  return compareText(a.type, b.type) || a.dev - b.dev || a.ino - b.ino || compareText(a.id, b.id);
}

/** Canonical order of processes. */
export function compareProcesses(a: Process, b: Process): number {
  return a.pid - b.pid;
}

function kindRank(pin: Pin): number {
  return pin.kind === "other" ? PIN_KINDS.length : PIN_KINDS.indexOf(pin.kind);
}

function compareIds(a: string, b: string): number {
  return a.length - b.length || compareText(a, b);
}

/** Canonical order of pins. */
export function comparePins(a: Pin, b: Pin): number {
  return (
    compareIds(a.namespace, b.namespace) ||
    kindRank(a) - kindRank(b) ||
    ("pid" in a && "pid" in b ? a.pid - b.pid : 0) ||
    ("fd" in a && "fd" in b ? a.fd - b.fd : 0) ||
    ("tid" in a && "tid" in b ? (a.tid ?? 0) - (b.tid ?? 0) : 0) ||
    // The keys of mounts hold whole paths: to make one for each comparison costs more than all the rest.
    (a.kind === "mount" && b.kind === "mount"
      ? compareText(a.mountNamespace, b.mountNamespace) || compareText(a.path, b.path)
      : compareText(pinKey(a), pinKey(b)))
  );
}

function compareOptional(a: string | undefined, b: string | undefined): number {
  return a === b ? 0 : a === undefined ? -1 : b === undefined ? 1 : compareText(a, b);
}

/** Canonical order of problems. */
export function compareProblems(a: Problem, b: Problem): number {
  return (
    compareText(a.code, b.code) ||
    (a.pid ?? 0) - (b.pid ?? 0) ||
    (a.tid ?? 0) - (b.tid ?? 0) ||
    (a.fd ?? 0) - (b.fd ?? 0) ||
    compareOptional(a.namespace, b.namespace) ||
    compareOptional(a.type, b.type) ||
    compareOptional(a.path, b.path) ||
    compareOptional(a.what, b.what) ||
    compareOptional(a.errno, b.errno) ||
    // Costs a hundred times what the others cost.
    compareText(problemKey(a), problemKey(b))
  );
}

import type { Interface, Outcome } from "./guest-report.js";
import { hasChange, type KernelVersion } from "./kernel-version.js";

/** What is expected from a kernel on, until the next step. */
interface Step {
  /** The releases that brought it, as `hasChange` takes them; absent for any kernel. */
  readonly since?: readonly string[];
  readonly outcome: Outcome;
  /** Interfaces that have to be among those that led there. */
  readonly by?: readonly Interface[];
}

/** A thing that is tried in each guest. */
export interface Expectation {
  readonly id: string;
  /** Which question it belongs to, as a heading of the table. */
  readonly group: "where a namespace can hide" | "what is said" | "who looks";
  readonly steps: readonly Step[];
}

/** Reading another mount namespace by its id or descriptor: listmount(2) with mnt_ns_id. */
const LISTMOUNT = ["6.11"];
/** /proc/PID/fdinfo shows the whole names of files that are registered in an io_uring. */
const RING_NAMES = ["6.14"];
/** File handles of namespaces. */
const NSFS_HANDLES = ["6.18"];
/** NS_MNT_GET_NEXT. */
const WALK = ["6.12"];
/** listns(2). */
const LISTNS = ["6.19"];
/** NS_MNT_GET_NEXT for the initial PID namespace only; 6.16 and 6.17 never got it. */
const WALK_RESTRICTED = ["6.12.75", "6.18.16", "6.19.10", "7.0"];
/** listns(2) of everything for the initial PID namespace only. */
const LISTNS_RESTRICTED = ["6.19.10", "7.0"];

const HIDE = "where a namespace can hide";
const SAY = "what is said";
const LOOK = "who looks";
const always = (...by: Interface[]): readonly Step[] => [{ outcome: "found", by }];
/** What is only reported until some interface came. */
const later = (since: readonly string[], ...by: Interface[]): readonly Step[] => [
  { outcome: "reported" },
  { since, outcome: "found", by },
];

export const EXPECTATIONS: readonly Expectation[] = [
  { id: "one descriptor", group: HIDE, steps: always("fd") },
  { id: "sockets", group: HIDE, steps: always("SIOCGSKNS") },
  { id: "a watch", group: HIDE, steps: later(NSFS_HANDLES, "fdinfo") },
  {
    id: "a registered file",
    group: HIDE,
    steps: [
      { outcome: "reported" },
      { since: RING_NAMES, outcome: "partly", by: ["fdinfo"] },
      { since: LISTNS, outcome: "found", by: ["fdinfo", "listns"] },
    ],
  },
  { id: "a tree of mounts", group: HIDE, steps: later(LISTMOUNT, "statmount") },
  { id: "ancestors without processes", group: HIDE, steps: always("relatives") },
  { id: "relations", group: HIDE, steps: always("ns links") },
  { id: "two names", group: HIDE, steps: always("mountinfo") },
  { id: "a name in another mount namespace", group: HIDE, steps: always("mountinfo") },
  { id: "a thread of its own", group: HIDE, steps: always("task") },
  { id: "threads of a process whose main thread has ended", group: HIDE, steps: always("task") },
  { id: "time namespace for children", group: HIDE, steps: always("for_children") },
  { id: "time namespace for children of a thread", group: HIDE, steps: always("for_children") },
  ...["PID namespace before its first process", "PID namespace before its first process, of a thread"].map(
    (id): Expectation => ({
      id,
      group: HIDE,
      steps: [
        { outcome: "reported" },
        { since: ["6.11"], outcome: "found", by: ["PIDFD_GET_*"] },
        { since: ["7.1"], outcome: "found", by: ["for_children"] },
      ],
    }),
  ),
  { id: "PID namespace whose init was reaped", group: HIDE, steps: always("for_children") },
  { id: "user, PID and mount namespaces without processes", group: HIDE, steps: always("mountinfo") },
  {
    id: "a name in a mount namespace without processes",
    group: HIDE,
    steps: [
      { outcome: "reported" },
      { since: LISTMOUNT, outcome: "partly", by: ["listmount"] },
      { since: LISTNS, outcome: "found", by: ["listmount", "listns"] },
    ],
  },
  { id: "user namespaces, eight deep", group: HIDE, steps: always("relatives") },
  { id: "PID namespaces, eight deep", group: HIDE, steps: always("ns links") },
  { id: "creator", group: HIDE, steps: always("fd", "relatives") },
  { id: "a covered mount", group: HIDE, steps: always("mountinfo") },
  { id: "a mount outside of every root", group: HIDE, steps: later(LISTMOUNT, "listmount") },
  { id: "odd mount points", group: HIDE, steps: always("mountinfo") },
  { id: "in flight", group: HIDE, steps: later(LISTNS, "listns") },
  {
    id: "a mount namespace in flight",
    group: HIDE,
    steps: [
      { outcome: "reported" },
      { since: WALK, outcome: "found", by: ["NS_MNT_GET_NEXT"] },
      { since: LISTNS, outcome: "found", by: ["listns"] },
    ],
  },
  {
    id: "a name in a mount namespace in flight",
    group: HIDE,
    steps: [
      { outcome: "reported" },
      { since: WALK, outcome: "partly", by: ["listmount"] },
      { since: LISTNS, outcome: "found", by: ["listmount", "listns"] },
    ],
  },
  { id: "zombie", group: SAY, steps: always() },
  { id: "kernel threads", group: SAY, steps: always() },
  { id: "PIDs in every PID namespace", group: SAY, steps: always() },
  { id: "odd names", group: SAY, steps: always() },
  { id: "text and JSON alike", group: SAY, steps: always() },
  { id: "an ordinary user", group: LOOK, steps: always() },
  { id: "a container", group: LOOK, steps: always() },
  { id: "a /proc of another PID namespace", group: LOOK, steps: always() },
  { id: "hidepid=2", group: LOOK, steps: always() },
  {
    id: "in flight, seen from a child PID namespace",
    group: LOOK,
    steps: [
      { outcome: "reported" },
      { since: LISTNS, outcome: "found" },
      { since: LISTNS_RESTRICTED, outcome: "reported" },
    ],
  },
  {
    id: "a mount namespace in flight, seen from a child PID namespace",
    group: LOOK,
    steps: [
      { outcome: "reported" },
      { since: WALK, outcome: "found" },
      { since: WALK_RESTRICTED, outcome: "reported" },
    ],
  },
];

/** What a kernel should show. */
export function expectedOf(expectation: Expectation, version: KernelVersion): Step {
  const step = expectation.steps.findLast(({ since }) => since === undefined || hasChange(version, since));
  if (step === undefined) throw new Error(`nothing is expected of ${expectation.id}`);
  return step;
}

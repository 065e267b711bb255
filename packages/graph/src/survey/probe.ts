import type { Host, Source, Users, Viewer } from "../model/host.js";
import type { NamespaceFacts } from "../model/namespace.js";
import type { NamespaceId } from "../model/namespace-id.js";
import type { NamespaceType } from "../model/namespace-type.js";
import type { Pin } from "../model/pin.js";
import type { Problem } from "../model/problem.js";
import type { Process } from "../model/process.js";
import type { Fact } from "../model/renderer.js";

/** What a survey wants to know: which places to search, and which facts to read. */
export interface SurveyRequest {
  /** The places to search. */
  readonly sources: ReadonlySet<Source>;
  /** The facts to read; no others are. */
  readonly facts: ReadonlySet<Fact>;
}

/** What a namespace answered about a relative. */
export type RelativeAnswer =
  | { readonly state: "open"; readonly handle: NamespaceHandle }
  | { readonly state: "none" }
  | { readonly state: "invisible" }
  | { readonly state: "failed"; readonly problem: Problem };

/** What a namespace answered about itself: the value, nothing (this kernel has no such answer), or why not. */
export type ValueAnswer<T> = { readonly value: T } | { readonly problem: Problem } | undefined;

/** A namespace that was opened. The probe owns it, and keeps it open until the probe itself is closed. */
export interface NamespaceHandle {
  /** Which namespace it is: device and inode of its file, as fstat(2) has them. */
  readonly id: NamespaceId;
  /** Its type. */
  readonly type: NamespaceType;
  /** NS_GET_USERNS (Linux 4.9): the owning user namespace; for a user namespace also its parent. */
  owner(): RelativeAnswer;
  /** NS_GET_PARENT (Linux 4.9): asked of pid namespaces only. */
  parent(): RelativeAnswer;
  /** NS_GET_OWNER_UID (Linux 4.11): asked of user namespaces only. */
  ownerUid(): ValueAnswer<number>;
  /** NS_GET_ID (Linux 6.18), in decimal. */
  nsId(): ValueAnswer<string>;
}

/**
 * The result of opening a namespace that was seen.
 *
 * - `changed`: what is there now is another namespace than the one that was seen
 * - `gone`: nothing is there any more
 */
export type Opened =
  | { readonly state: "open"; readonly handle: NamespaceHandle }
  | { readonly state: "changed" }
  | { readonly state: "gone" }
  | { readonly state: "failed"; readonly problem: Problem };

/** A namespace seen at a place other than a process's own links. */
export interface Sighting {
  /** The namespace that was seen. */
  readonly id: NamespaceId;
  /** Its type, where the place shows it. */
  readonly type?: NamespaceType;
  /** What holds it there; absent where it is only known to exist. */
  readonly pin?: Pin;
  /** Opens it. Called at most once, and only if nothing with that id was opened before. */
  open(): Opened;
}

/** What was found in one place. */
export interface Finding {
  /** The namespaces that were seen; one may be among them several times. */
  readonly sightings: readonly Sighting[];
  /** What could not be looked at. */
  readonly problems: readonly Problem[];
}

/** One process, as it was read. */
export interface ProcessReading extends Finding {
  /** The process, with the facts that were asked for. */
  readonly process: Process;
}

/**
 * The kernel, as a survey asks it. An implementation never throws for what a single process or namespace
 * answers: that is a `Problem`. It throws `NsGraphError` only where nothing can be answered.
 *
 * It is for one survey. `viewer` begins that, and a second call, or any call but `close` after `close`, throws
 * `NsGraphError` with the code `PROBE_USED`; so do the handles that came from it. `ProbeUse` keeps that for an implementation.
 */
export interface Probe {
  /** The types of namespaces that this kernel has, in canonical order. */
  readonly types: readonly NamespaceType[];
  /** The machine that is looked at. */
  host(): Host;
  /** Who asks, and what the viewer's position hides. */
  viewer(): { readonly viewer: Viewer; readonly problems: readonly Problem[] };
  /** Names of the machine's uids. */
  users(): Users;
  /** The PIDs in /proc, ascending, without repetition. */
  pids(): Finding & { readonly pids: readonly number[] };
  /**
   * Reads a process: its membership, the facts that were asked for, and what its threads, descriptors and
   * sockets hold. Undefined where it has gone. All that is answered is of one process, also where its PID
   * was given to another meanwhile. Equal memberships are one object.
   */
  readProcess(pid: number, request: SurveyRequest): ProcessReading | undefined;
  /** Opens the namespace that a process was just read to be in. */
  openMember(pid: number, type: NamespaceType, id: NamespaceId): Opened;
  /** The nsfs mounts in one mount namespace; `members` are some processes in it, which may have gone. */
  readMounts(id: NamespaceId, members: readonly number[]): Finding;
  /**
   * What can be said only once all processes and mount namespaces were read: mount namespaces and others that the kernel itself lists
   * (NS_MNT_GET_NEXT, Linux 6.12; listns(2), Linux 6.19), and, for the source `fd`, what descriptors hold of which it had to be known first
   * where else it is (trees of mounts, sockets in rings).
   */
  readKernelLists(request: SurveyRequest): Finding;
  /** The facts of one namespace; `members` are some processes in it, which may have gone. */
  readFacts(
    id: NamespaceId,
    type: NamespaceType,
    members: readonly number[],
    facts: ReadonlySet<Fact>,
  ): { readonly facts: NamespaceFacts; readonly problems: readonly Problem[] };
  /** What was noticed over the whole scan, such as an interface this kernel lacks. */
  remarks(): readonly Problem[];
  /** Closes everything the probe opened. It may be called again. */
  close(): void;
}

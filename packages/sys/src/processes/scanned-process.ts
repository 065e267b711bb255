import type { SurveyRequest } from "@ns-graph/graph";
import type { Share } from "../budget/scan-budget.js";
import type { Findings } from "../places/findings.js";
import type { ScanContext } from "../scan/scan-context.js";

/** A thread, main or not, and where the kernel shows it. */
export interface Thread {
  /** How pins and problems name it: the main thread by its process alone. */
  readonly who: { readonly pid: number; readonly tid?: number };
  /** What its paths begin at: the process's directory, or that of all its threads. */
  readonly directory: number;
  /** What its paths begin with. */
  readonly prefix: string;
}

/** One that is not the main thread. */
export interface OtherThread extends Thread {
  readonly who: { readonly pid: number; readonly tid: number };
}

/** A socket, or a descriptor of a file system's name for one, among the descriptors of a process. */
export interface SocketDescriptor {
  readonly fd: number;
  readonly dev: number;
  readonly ino: number;
  /** Whether it is the character device of tun and tap, each opening of which has a socket of its own (drivers/net/tun.c). */
  readonly isTun: boolean;
  /** Whether another table, which may be the same, has that device by the same number. */
  readonly isAgain: boolean;
}

/** What of a file table has to be asked further, and a thread that has it. */
export interface DescriptorsOfThread {
  readonly thread: Thread;
  readonly sockets: readonly SocketDescriptor[];
  /** Descriptors of anonymous inodes: watches and rings are among them. */
  readonly anonymous: readonly number[];
  /** Those of them that another table has by the same number, which may be the same table: all have one inode. */
  readonly anonymousAgain: readonly number[];
}

/** A process while it is read. */
export interface Reading extends SurveyRequest {
  readonly pid: number;
  /** How much of it is looked at. */
  readonly share: Share;
  /** Where what is found goes. */
  readonly findings: Findings;
  /** Whether it was seen to have gone. */
  hasGone: boolean;
}

/** A process while places are searched for what it holds. */
export interface ScannedProcess extends Omit<Reading, "hasGone"> {
  readonly context: ScanContext;
  /** Whether it is the one that scans. */
  readonly isSelf: boolean;
  /** Descriptor of /proc/PID: it never leads to another process. */
  readonly directory: number;
  /** Inodes of its namespaces in the canonical order of the types; 0 where a link could not be read. */
  readonly inodes: Float64Array;
  /** Whether its main thread has exited: it has no links but user and pid. */
  readonly isZombie: boolean;
  readonly threads: number;
  /** Whether its links could not be read at all. */
  readonly isUnreadable: boolean;
  /** Its threads besides the main one. */
  others: readonly OtherThread[];
  /** Those of its descriptors that have to be asked further, once all were read. */
  descriptors?: readonly DescriptorsOfThread[];
}

export function mainThread({ pid, directory }: ScannedProcess): Thread {
  return { who: { pid }, directory, prefix: "" };
}

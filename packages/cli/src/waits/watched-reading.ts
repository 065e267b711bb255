/** What two threads share: what is read, and who takes care of it. */
export interface WatchedReading {
  /** What the probe asks: `asked` of its options. */
  readonly asked: Uint32Array<SharedArrayBuffer>;
  /** One element: a `Stage`. */
  readonly stage: Int32Array<SharedArrayBuffer>;
  /** So many milliseconds without any progress, and what is asked is taken to make the run wait. */
  readonly patience: number;
  /** `--timeout`, in milliseconds. */
  readonly timeout: number;
  /** The command line that is run again. */
  readonly program: string;
  readonly args: readonly string[];
  readonly handover: Handover;
}

/** How far a watched reading is. */
export const Stage = { reading: 0, over: 1, takenOver: 2 } as const;

/** What a run that takes over is told by the one before it. */
export interface Handover {
  /** When the first one began to read, by the clock that process.hrtime(2) reads, in milliseconds. */
  readonly since: number;
  /** How often it was begun anew. */
  readonly takeovers: number;
  /** Processes that made it wait, and whose they are. */
  readonly processes: readonly (readonly [pid: number, uid: number])[];
  /** Users whose processes are all left out. */
  readonly uids: readonly number[];
  /** Mount namespaces, by inode number, whose mounts are not looked for. */
  readonly mountNamespaces: readonly number[];
  /** Whether no mounts are looked for any more. */
  readonly allMounts?: boolean;
  /** Processes from this PID on are left out. */
  readonly from?: number;
}

/** Milliseconds on a clock that goes on over a takeover. */
export function clock(): number {
  return Number(process.hrtime.bigint() / 1_000_000n);
}

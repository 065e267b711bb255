import { LIMITED, type Limited, type Problem, type ScanLimits } from "@ns-graph/graph";
import { now } from "../kernel/clock.js";
import type { Watch } from "../kernel/watchdog.js";

/** How many times as much as one may have is common to all, and as much is divided among them. */
const TOGETHER = 4;
/** How much of what is common is for root's processes alone. */
const OF_ROOT = 1;

/** Who makes a process: a uid as the viewer sees it. */
export type Principal = () => number;

/** What every process may have looked at, however many they are and whatever the others use up. */
const LEAST: ScanLimits = { descriptors: 64, sockets: 16, threads: 16, mounts: 64, bytes: 16_384 };

type Amounts = Record<Limited, number>;

function amounts(of: (kind: Limited) => number): Amounts {
  return Object.fromEntries(LIMITED.map((kind) => [kind, of(kind)])) as Amounts;
}

const nothing = (): Amounts => ({ descriptors: 0, sockets: 0, threads: 0, mounts: 0, bytes: 0 });

/**
 * What a scan may spend: on each process and mount namespace, on all of them, and in time.
 *
 * Everybody has a part of their own, an equal one of what all may have together, which nobody else can use up. What goes
 * beyond it comes from what is common, as long as there is some, and up to the limit for one: for one process, and for all
 * processes of one user. A quarter of it is kept for root. So who has very much of something has it looked at only in part,
 * and whoever has little has all of it looked at.
 */
export class ScanBudget {
  readonly #most: ScanLimits;
  readonly #common: Amounts;
  readonly #ofRoot: Amounts;
  /** How much each user but root has spent of what is common. */
  readonly #spentBy = new Map<number, Amounts>();
  #own: Amounts = nothing();
  readonly #end: number;
  readonly #last: number;
  readonly #skipped = new Map<string, number>();
  readonly #watch: Watch | undefined;

  /** `seconds` after its making the search for holders ends, and after twice as many the reading of processes. */
  constructor(limits: ScanLimits, seconds: number, watch?: Watch) {
    this.#watch = watch;
    this.#most = limits;
    this.#common = amounts((kind) => limits[kind] * (TOGETHER - OF_ROOT));
    this.#ofRoot = amounts((kind) => limits[kind] * OF_ROOT);
    const time = now();
    this.#end = time + seconds * 1000;
    this.#last = time + seconds * 2000;
    this.expect(1);
  }

  /** How many processes there are, among which what all may have is divided. */
  expect(processes: number): void {
    this.#own = amounts((kind) => {
      const most = this.#most[kind];
      const part = Math.floor((most * TOGETHER) / Math.max(1, processes));
      return Math.min(most, Math.max(LEAST[kind], part));
    });
  }

  /** The share of one more process or mount namespace. Whose it is, is asked only where more than its own part is wanted. */
  share(principal: Principal = () => 0): Share {
    return new Share(this, principal);
  }

  /** Whether nothing more is to be searched. */
  get isOver(): boolean {
    this.#watch?.goOn();
    return now() > this.#end;
  }

  /** Whether nothing more is to be read at all. */
  get isLongOver(): boolean {
    return now() > this.#last;
  }

  /** Counts something that was left out because the time was over. */
  skip(what: string): void {
    this.#skipped.set(what, (this.#skipped.get(what) ?? 0) + 1);
  }

  /** What was left out of the whole. */
  problems(): Problem[] {
    return [...this.#skipped].map(([what, count]) => ({ code: "TIME_LIMIT", what, count }));
  }

  /** How many of `wanted` are granted to somebody who has spent that many already. */
  grant(kind: Limited, spent: number, wanted: number, principal: Principal): number {
    if (this.isOver) return 0;
    const own = Math.min(wanted, Math.max(0, this.#own[kind] - spent));
    if (own === wanted) return own;
    const allowed = Math.max(0, this.#most[kind] - spent - own);
    return own + this.#takeCommon(kind, Math.min(wanted - own, allowed), principal());
  }

  #takeCommon(kind: Limited, wanted: number, uid: number): number {
    if (uid === 0) {
      const kept = Math.min(wanted, this.#ofRoot[kind]);
      this.#ofRoot[kind] -= kept;
      const beyond = Math.min(wanted - kept, this.#common[kind]);
      this.#common[kind] -= beyond;
      return kept + beyond;
    }
    const spent = this.#spentBy.get(uid) ?? nothing();
    this.#spentBy.set(uid, spent);
    const granted = Math.min(wanted, this.#most[kind] - spent[kind], this.#common[kind]);
    spent[kind] += granted;
    this.#common[kind] -= granted;
    return granted;
  }
}

/** What is spent on one process or mount namespace. */
export class Share {
  readonly #budget: ScanBudget;
  readonly #principal: Principal;
  #spent: Amounts | undefined;

  constructor(budget: ScanBudget, principal: Principal) {
    this.#budget = budget;
    this.#principal = principal;
  }

  /** Spends on bytes of files, as `readFileAt` asks for them. */
  readonly bytes = (wanted: number): number => this.take("bytes", wanted);

  /** Spends on things of a kind; answers how many of them may be looked at. */
  take(kind: Limited, wanted: number): number {
    this.#spent ??= nothing();
    const granted = this.#budget.grant(kind, this.#spent[kind], wanted, this.#principal);
    this.#spent[kind] += granted;
    return granted;
  }

  /** Why things of a process or mount namespace were left out; how many, where that is known. */
  leftOut(what: Limited, of: Pick<Problem, "pid" | "namespace" | "type">, count?: number): Problem {
    const code = this.#budget.isOver ? "TIME_LIMIT" : "LIMIT_REACHED";
    return { code, what, ...of, ...(count === undefined ? {} : { count }) };
  }
}

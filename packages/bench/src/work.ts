import type { CallCounts } from "./call-counts.js";
import type { Cost } from "./cost.js";
import type { LoadSize } from "./load.js";

/** A command with a name. */
export interface Candidate {
  readonly name: string;
  readonly command: readonly string[];
  /** Whether its output is kept: it measures itself. */
  readonly reports?: boolean;
}

/** One step of what is done inside: a load is made, the candidates are run under it, and it is taken away. */
export interface Step {
  readonly load: LoadSize;
  /** How often each is run. */
  readonly rounds: number;
  readonly candidates: readonly Candidate[];
  /** Whether their calls are counted instead. */
  readonly counting: boolean;
}

/** What is to be done inside. */
export interface Work {
  /** The folder of the helper programs, where there are any. */
  readonly helpers: string | undefined;
  readonly steps: readonly Step[];
}

/** One candidate, run once. */
export interface Result {
  /** Number of the step. */
  readonly step: number;
  readonly candidate: string;
  readonly round: number;
  readonly cost?: Cost;
  readonly calls?: CallCounts;
}

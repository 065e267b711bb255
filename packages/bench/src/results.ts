import type { CallCounts } from "./call-counts.js";
import type { Cost } from "./cost.js";
import type { Candidate, Result, Step } from "./work.js";

/** What came back from inside, by step and candidate. */
export class Results {
  readonly #steps: readonly Step[];
  readonly #results: Result[] = [];

  constructor(steps: readonly Step[]) {
    this.#steps = steps;
  }

  add(result: Result): void {
    this.#results.push(result);
  }

  #of(step: Step, { name }: Candidate): Result[] {
    const number = this.#steps.indexOf(step);
    return this.#results
      .filter((result) => result.step === number && result.candidate === name)
      .sort((a, b) => a.round - b.round);
  }

  /** A number of each round; empty where it was not measured. */
  series(step: Step, candidate: Candidate, pick: (cost: Cost) => number | undefined): number[] {
    return this.#of(step, candidate)
      .map(({ cost }) => cost && pick(cost))
      .filter((value) => value !== undefined);
  }

  /** The calls of a candidate that was counted. */
  calls(step: Step, candidate: Candidate): CallCounts {
    return this.#of(step, candidate)[0]?.calls ?? {};
  }
}

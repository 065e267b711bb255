import { NsGraphError } from "../model/errors.js";

/**
 * How far a probe has been used, for whoever implements `Probe`. It is for one survey: what it may spend, in time as well, and
 * what it remembers of processes and namespaces are those of one look at the machine.
 */
export class ProbeUse {
  #state: "new" | "begun" | "closed" = "new";

  /**
   * To be called by `viewer`, with which a survey begins.
   *
   * @throws NsGraphError `PROBE_USED` where one had begun, or the probe is closed
   */
  begin(): void {
    this.check();
    if (this.#state === "begun") throw refusal("this probe was used for a survey before");
    this.#state = "begun";
  }

  /**
   * To be called by whatever else asks the kernel.
   *
   * @throws NsGraphError `PROBE_USED` where the probe is closed
   */
  check(): void {
    if (this.#state === "closed") throw refusal("this probe was closed");
  }

  /** To be called by `close`. */
  end(): void {
    this.#state = "closed";
  }
}

function refusal(why: string): NsGraphError {
  return new NsGraphError("PROBE_USED", `a probe is for one survey, and ${why}`, {
    hint: "Make a probe for each survey, and close it afterwards.",
  });
}

import { lookAtThread } from "./look-at-thread.js";
import { Stage, type WatchedReading } from "./watched-reading.js";

/** So many times in succession the thread that reads is seen to wait, before that is believed. */
const LOOKS = 10;

/**
 * Looks again and again whether the main thread waits for the answer to one question, until its reading is over. If it
 * does for too long, the run is begun anew without what makes it wait.
 */
export async function watch(reading: WatchedReading): Promise<void> {
  const { asked, stage, patience } = reading;
  let before: string | undefined;
  // A run that was stopped, or gets no processor, is not looked at either: looks are counted, and not the time.
  for (let looks = 0; Atomics.wait(stage, 0, Stage.reading, patience / LOOKS) === "timed-out"; ) {
    const pid = Atomics.load(asked, 0);
    const thread = pid === 0 ? undefined : lookAtThread();
    const now = thread && `${pid} ${Atomics.load(asked, 1)} ${thread.rest}`;
    looks = now !== undefined && now === before ? looks + 1 : 0;
    before = now;
    if (looks > 0 && thread?.signal !== undefined) (await import("./take-over.js")).endBySignal(thread.signal);
    if (looks < LOOKS) continue;
    await (await import("./take-over.js")).takeOver(reading);
    return;
  }
}

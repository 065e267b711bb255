import { statSync } from "node:fs";

/** From so many processes on it pays: loading what sets the flags takes as long as reading a hundred of them. */
const MANY_PROCESSES = 1_000;

/** The newest major version of V8 that is known to take the flags. One that did not would say so on standard error. */
const NEWEST_V8 = 14;

const FLAGS = [
  // V8 doubles the space for new objects again and again, though nearly all of them are soon of no use. Without that the
  // peak of memory is a sixth lower, and the survey takes no longer.
  "--semi-space-growth-factor=1",
  // What a survey calls most is optimized at a fifth of its way, and most of the rest just before it is over. With four
  // times the patience (67584 is the default) less is optimized in vain: a quarter of the processor time is spared.
  "--interrupt-budget=300000",
];

/** Sets V8 up for the survey of a large machine: it takes a lot of memory and time to become fast at what is soon over. */
export function tuneEngine(): void {
  // The number of processes is in the link count (proc_root_getattr, fs/proc/root.c).
  const { nlink = 0 } = statSync("/proc", { throwIfNoEntry: false }) ?? {};
  if (nlink < MANY_PROCESSES || Number.parseInt(process.versions.v8, 10) > NEWEST_V8) return;
  const v8 = process.getBuiltinModule("node:v8");
  for (const flag of FLAGS) v8.setFlagsFromString(flag);
}

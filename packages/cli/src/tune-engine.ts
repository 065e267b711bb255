import { statSync } from "node:fs";

/** With this many processes it pays: loading what sets the flags takes as long as reading a hundred of them. */
const MANY_PROCESSES = 1_000;

/** Flags of V8, and the newest of its major versions that is known to take each: another would say so on standard error. */
const FLAGS = [
  // V8 doubles the space for new objects again and again, though nearly all of them are soon of no use. Without that the
  // peak of memory is a sixth lower, and the survey takes no longer.
  { flag: "--semi-space-growth-factor=1", newest: 14 },
  // Much of what V8 optimizes is over before that has paid. With more than four times the usual patience (67584) up to a
  // quarter of the processor time is spared. The flag that took its place in later versions spares little.
  { flag: "--interrupt-budget=300000", newest: 11 },
];

/** Sets V8 up for the survey of a large machine, which is over soon after V8 has made room and become fast for it. */
export function tuneEngine(): void {
  // The number of processes is in the link count (proc_root_getattr, fs/proc/root.c).
  const { nlink = 0 } = statSync("/proc", { throwIfNoEntry: false }) ?? {};
  if (nlink < MANY_PROCESSES) return;
  const version = Number.parseInt(process.versions.v8, 10);
  const v8 = process.getBuiltinModule("node:v8");
  for (const { flag, newest } of FLAGS) if (version <= newest) v8.setFlagsFromString(flag);
}

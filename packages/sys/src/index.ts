export type { LeaveOut } from "./budget/asking.js";
export { endBySignal, type Replacement, replaceProgram } from "./kernel/libc.js";
export { findMountAt, type MountAt } from "./kernel/mount-at.js";
export { findDistrust, type Permissions, rootAndCaller, type Trust, trustedLike } from "./kernel/trusted-path.js";
export { PLACES, type Place } from "./places/table.js";
export { createProbe, type ProbeOptions } from "./probe.js";

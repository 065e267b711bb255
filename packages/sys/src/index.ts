export type { LeaveOut } from "./asking.js";
export { endBySignal, type Replacement, replaceProgram } from "./libc.js";
export { PLACES, type Place } from "./places/table.js";
export { createProbe, type ProbeOptions } from "./probe.js";
export { findDistrust, type Permissions, rootAndCaller, type Trust, trustedLike } from "./trusted-path.js";

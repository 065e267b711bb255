export type { LeaveOut } from "./budget/asking.js";
export { endBySignal, type Replacement, replaceProgram } from "./kernel/libc.js";
export { findDistrust, type Permissions, rootAndCaller, type Trust, trustedLike } from "./kernel/trusted-path.js";
export { findContainerNames } from "./names/container-names.js";
export { createProbe, type ProbeOptions } from "./scan/probe.js";

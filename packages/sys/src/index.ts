export { PLACES, type Place } from "./places/table.js";
export { createProbe, type ProbeOptions } from "./probe.js";
export { findDistrust, type Permissions, rootAndCaller, type Trust, trustedLike } from "./trusted-path.js";

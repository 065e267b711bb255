export { PLACES, type Place } from "./places/table.js";
export { createProbe } from "./probe.js";
export { findDistrust, type Permissions, type Trust, trustedLike } from "./trusted-path.js";

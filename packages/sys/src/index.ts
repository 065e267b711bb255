export type { LeaveOut } from "./budget/asking.js";
export { findDistrust, type Permissions, rootAndCaller, type Trust, trustedLike } from "./kernel/trusted-path.js";
export { type News, readNews, type Watch, Watchdog, type WatchdogOptions } from "./kernel/watchdog.js";
export { PLACES, type Place } from "./places/table.js";
export { createProbe, type ProbeOptions } from "./probe.js";

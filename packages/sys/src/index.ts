/**
 * The Linux probe. {@linkcode createProbe} gives one; `survey` of `@ns-graph/graph` asks it, and whoever made it closes it.
 * docs/permissions.md lists where it looks. The rest is what the command needs of the system besides.
 *
 * @packageDocumentation
 */
export type { LeaveOut } from "./budget/asking.js";
export { reapChild, setThreadName } from "./kernel/libc.js";
export { findMountAt, type MountAt } from "./kernel/mount-at.js";
export { findDistrust, type Permissions, rootAndCaller, type Trust, trustedLike } from "./kernel/trusted-path.js";
export { type News, readNews, type Watch, Watchdog, type WatchdogOptions } from "./kernel/watchdog.js";
export { findContainerNames } from "./names/container-names.js";
export { createProbe, type ProbeOptions } from "./scan/probe.js";

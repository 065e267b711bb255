import { hostname as readHostname } from "node:os";
import type { FactReader } from "./fact-reader.js";

/**
 * The hostname of a UTS namespace. The kernel shows it only to those who are in it (uname(2); /proc/sys/kernel/hostname
 * is the reader's own), so it is known of the viewer's namespace alone.
 */
export const hostname: FactReader = {
  fact: "hostname",
  type: "uts",
  what: "hostname",
  look: (_context, { isOwn }) => (isOwn ? { hostname: readHostname() } : undefined),
  ask: () => undefined,
};

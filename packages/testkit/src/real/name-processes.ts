import { decodeText, encodeText } from "./byte-text.js";
import type { Held, Keeper } from "./keeper.js";

/** Names of processes that break a careless reader of /proc/PID/stat, a terminal, a quoting rule or a decoder; at most 15 bytes each. */
export const HOSTILE_COMMS: readonly string[] = [
  "a) R (b",
  ") Z 1 1 1 (",
  "\u001b[31mred\u001b[0m",
  "\u001b]0;x\u0007\u009b2J",
  "\u001b[2J\u001b[H",
  "\"'`$(id)",
  "back\\slash\\",
  "</script>",
  "<!--&amp;]]>",
  "new\nline",
  "ends\n",
  "\r\n\ttab",
  "\u202eevil\u202c",
  "\u2028\u2029",
  "\udcff\udcfe\udcc3(",
  "\udced\udca0\udc80",
  "日本語 ñ",
  "{{x}} $y %s",
  "-->|x|",
  " ",
  "\u007f\u0001\b",
];

/** Processes with names of their own choice. */
export interface NamedProcesses {
  readonly held: readonly Held[];
  /** The PID of each name; U+DC80 … U+DCFF stand for bytes that are not UTF-8. */
  readonly pids: ReadonlyMap<string, number>;
}

/** The name that the kernel keeps of a longer one: 15 bytes, wherever that cuts a character. */
export function keptComm(comm: string): string {
  return decodeText(encodeText(comm).subarray(0, 15));
}

/** Starts a process for each name, in the caller's namespaces. */
export async function nameProcesses(keeper: Keeper, comms: readonly string[] = HOSTILE_COMMS): Promise<NamedProcesses> {
  const held: Held[] = [];
  const pids = new Map<string, number>();
  for (const comm of comms) {
    // A shell may name itself, and the name stays until it executes something.
    const octal = Array.from(encodeText(comm), (byte) => `\\0${byte.toString(8).padStart(3, "0")}`).join("");
    const script = `printf '%b' "$1" >/proc/$$/comm; echo ready; read -r line`;
    const process = await keeper.start(["sh", "-c", script, "sh", octal]);
    held.push(process);
    pids.set(keptComm(comm), process.pid);
  }
  return { held, pids };
}

import { readFileSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { PROGRAM } from "./run-inside.js";
import type { Candidate } from "./work.js";

const cliFolder = new URL("../../cli/", import.meta.url);
const { bin } = JSON.parse(readFileSync(new URL("package.json", cliFolder), "utf8")) as {
  readonly bin: Readonly<Record<string, string>>;
};
const CLI = fileURLToPath(new URL(bin["ns-graph"] ?? "", cliFolder));
const NEEDS_NOTHING = fileURLToPath(new URL("../renderers/needs-nothing.mjs", import.meta.url));

function nsGraph(...args: string[]): Candidate {
  return { name: ["ns-graph", ...args].join(" "), command: [process.execPath, CLI, ...args] };
}

/** The least that a program of Node can cost. */
export const NODE: Candidate = { name: "node -e 0", command: [process.execPath, "-e", "0"] };
export const LSNS: Candidate = { name: "lsns", command: ["/usr/bin/env", "lsns"] };
export const VERSION = nsGraph("--version");
export const TEXT = nsGraph();
export const QUICK_TEXT = nsGraph("--quick");
export const QUICK_NAMESPACES = nsGraph("--quick", "--no-pids");
export const QUICK_JSON = nsGraph("--quick", "--format", "json");
export const JSON_ALL = nsGraph("--format", "json");
/** What remains of a quick survey when no fact is read. */
export const NO_FACTS: Candidate = {
  ...nsGraph("--quick", "--no-pids", "--format", NEEDS_NOTHING),
  name: "ns-graph --quick, no facts",
};
/** The surveys alone, without the start of Node and without drawing. */
export const QUICK_SCAN = scan("quick");
export const FULL_SCAN = scan("full");

function scan(kind: "quick" | "full"): Candidate {
  return { name: `${kind} survey`, command: [process.execPath, PROGRAM, "scan", kind], reports: true };
}

/** Eight readlinks a process in C. */
export function readlinksIn(helpers: string): Candidate {
  return { name: "its readlinks in C", command: [join(helpers, "readlinks")], reports: true };
}

/** All calls for each process in C. */
export function callsIn(helpers: string): Candidate {
  return { name: "its calls in C", command: [join(helpers, "calls")], reports: true };
}

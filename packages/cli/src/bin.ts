#!/usr/bin/env node
import { writeSync } from "node:fs";
import manifest from "ns-graph/package.json" with { type: "json" };
import { keepInspectorClosed } from "./keep-inspector-closed.js";

// Before anything else.
const settleInspector = keepInspectorClosed();
const args = process.argv.slice(2);
if (!printVersion()) void run();

/** The version alone is asked for by scripts, and answered before anything else is loaded. */
function printVersion(): boolean {
  if (args.length !== 1 || (args[0] !== "--version" && args[0] !== "-V")) return false;
  try {
    writeSync(1, `${manifest.version}\n`);
    return true;
  } catch {
    // What is wrong with the output is explained by the rest of the program.
    return false;
  }
}

async function run(): Promise<void> {
  const { main, realSystem } = await import("./program.js");
  await settleInspector();
  const status = await main(args, { ...realSystem, version: manifest.version });
  // All is written; a timer or socket that a plugin left behind is not waited for.
  process.exit(status);
}

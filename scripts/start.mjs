import { join } from "node:path";
import { pathToFileURL } from "node:url";
import { build, root } from "./set-up.mjs";

build();

// npm changes to the root of the workspace; paths on the command line are meant from where it was called.
if (process.env.npm_lifecycle_event === "start" && process.env.INIT_CWD) process.chdir(process.env.INIT_CWD);

// Not a process of its own: exit code, signals and descriptors are then the program's own, and it starts sooner.
process.argv[1] = join(root, "packages/cli/dist/bin.js");
await import(pathToFileURL(process.argv[1]).href);

import { join } from "node:path";
import { pathToFileURL } from "node:url";
import { build, root } from "./set-up.mjs";

build();

await import(pathToFileURL(join(root, "packages/bench/dist/index.js")).href);

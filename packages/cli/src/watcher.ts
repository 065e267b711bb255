import { workerData } from "node:worker_threads";
import { watch } from "./waits/watch.js";
import type { WatchedReading } from "./waits/watched-reading.js";

/* What runs in the thread that watches the reading: as little as can be, until there is something to do. */
void watch(workerData as WatchedReading);

export { PLACES, type Place } from "./places/table.js";
export { createProbe, type ProbeOptions } from "./probe.js";

export { createProbe } from "./probe.js";

export { type ArbitraryGraphOptions, arbitraryGraph, arbitraryObservations } from "./arbitrary-graph.js";
export { type ArbitraryKernelOptions, arbitraryKernel } from "./arbitrary-kernel.js";
export { arbitraryText } from "./arbitrary-text.js";

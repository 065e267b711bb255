export { type ArbitraryGraphOptions, arbitraryGraph, arbitraryObservations } from "./fake/arbitrary-graph.js";
export { type ArbitraryKernelOptions, arbitraryKernel } from "./fake/arbitrary-kernel.js";
export { arbitraryText } from "./fake/arbitrary-text.js";

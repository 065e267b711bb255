export { describeRenderer, type RendererExpectations, type TestRunner } from "./describe-renderer.js";
export { emptyGraph, HOSTILE_TEXTS, type SampleGraph, sampleGraphs } from "./sample-graphs.js";

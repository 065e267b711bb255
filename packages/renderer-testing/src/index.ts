/**
 * The tests that every renderer has to pass: {@linkcode describeRenderer} defines them. {@linkcode sampleGraphs} are the graphs that
 * they draw, for tests of your own, and {@linkcode HOSTILE_TEXTS} the names in these.
 *
 * @packageDocumentation
 */
export { describeRenderer, type RendererExpectations, type TestRunner } from "./describe-renderer.js";
export { emptyGraph, HOSTILE_TEXTS, type SampleGraph, sampleGraphs } from "./sample-graphs.js";

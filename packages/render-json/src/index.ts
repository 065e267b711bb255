/**
 * The versioned document. {@linkcode jsonRenderer} writes a graph, and {@linkcode readDocument} reads one; {@linkcode FORMAT} and
 * {@linkcode FORMAT_VERSION} are what a document begins with.
 *
 * @packageDocumentation
 */
export { FORMAT, FORMAT_VERSION } from "./format.js";
export { type ReadOptions, readDocument } from "./reading/read-document.js";
export { jsonRenderer } from "./renderer.js";

import manifest from "@ns-graph/render-json/package.json" with { type: "json" };

/** What a document calls its format. */
export const FORMAT = "ns-graph";

/** The version of the format that is written, and the only one that is read. */
export const FORMAT_VERSION = 1;

/** What a document names as its maker. All packages of ns-graph are released together, under one version. */
export const TOOL = { name: "ns-graph", version: manifest.version } as const;

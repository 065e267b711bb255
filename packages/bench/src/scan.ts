import { buildGraph, DEFAULT_VIEW, type SurveyOptions, survey } from "@ns-graph/graph";
import { jsonRenderer } from "@ns-graph/render-json";
import { createProbe } from "@ns-graph/sys";

/** Scans this machine once, as a fresh process does, and answers the nanoseconds from opening the probe to the graph. */
export function timeScan(options: SurveyOptions): number {
  const start = process.hrtime.bigint();
  const probe = createProbe();
  try {
    buildGraph(survey(probe, options));
    return Number(process.hrtime.bigint() - start);
  } finally {
    probe.close();
  }
}

/** What is read of processes and namespaces for a document. */
export const jsonFacts = jsonRenderer.needs({}, DEFAULT_VIEW);

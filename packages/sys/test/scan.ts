import { buildGraph, type NamespaceGraph, type SurveyOptions, survey } from "@ns-graph/graph";
import { countDescriptors, expectNoLeak } from "@ns-graph/testkit";
import { createProbe } from "../src/index.js";

/** The graph of this machine at this moment; throws if the scan left a descriptor open. */
export function scan(options: SurveyOptions = {}): Promise<NamespaceGraph> {
  // koffi and Node open what they keep when they are first used.
  countDescriptors();
  return expectNoLeak(() => {
    const probe = createProbe();
    try {
      return buildGraph(survey(probe, { facts: ["status", "maps"], ...options }));
    } finally {
      probe.close();
    }
  });
}

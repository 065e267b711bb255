import { defineRenderer } from "@ns-graph/graph";
import { writeDocument } from "./writing/write-document.js";

/**
 * The renderer `json`: the versioned document, one item a line. It has no options: `jq` lays it out otherwise.
 */
export const jsonRenderer = defineRenderer<Record<never, never>>({
  name: "json",
  summary: "a versioned document of all that is known, to keep, to query and to draw again with --from",
  mediaType: "application/json",
  extension: "json",
  flags: {},
  needs(_options, view) {
    const facts = ["maps", "time-offsets", "users"] as const;
    return view.members === "none" ? facts : ["status", "cgroup", ...facts];
  },
  render(graph) {
    return writeDocument(graph);
  },
});

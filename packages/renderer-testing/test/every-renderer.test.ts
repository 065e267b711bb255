import { jsonRenderer, readDocument } from "@ns-graph/render-json";
import textRenderer from "@ns-graph/render-text";
import { describe, expect, test } from "vitest";
import { describeRenderer } from "../src/index.js";

describeRenderer(textRenderer, { describe, test });

describeRenderer(
  jsonRenderer,
  { describe, test },
  {
    accept: (output, graph) => {
      const read = readDocument(output);
      expect(read.namespaces().map(({ id }) => id)).toEqual(graph.namespaces().map(({ id }) => id));
      expect(read.pins()).toEqual(graph.pins());
    },
  },
);

import { describeRenderer } from "@ns-graph/renderer-testing";
import { describe, expect, test, vi } from "vitest";
import { jsonRenderer, readDocument } from "../src/index.js";
import { documentOf, schemaErrors } from "./document-text.js";

vi.setConfig({ testTimeout: 300_000 });

describeRenderer(
  jsonRenderer,
  { describe, test },
  {
    accept(output) {
      const text = String(output);
      expect(schemaErrors(JSON.parse(text))).toEqual([]);
      expect(documentOf(readDocument(text))).toBe(text);
    },
  },
);

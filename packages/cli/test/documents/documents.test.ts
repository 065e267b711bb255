import { fileURLToPath } from "node:url";
import { svgRenderer } from "@ns-graph/render-svg";
import { describe, expect, test } from "vitest";
import { loadBuiltIn } from "../../src/plugins/formats.js";
import { manPage } from "./man-page.js";
import { commandPage } from "./markdown.js";

const path = (relative: string): string => fileURLToPath(new URL(relative, import.meta.url));

describe("the documents that are made from the table of options", async () => {
  const renderers = [...(await loadBuiltIn()), svgRenderer];

  test("the manual page is up to date", async () => {
    await expect(manPage(renderers)).toMatchFileSnapshot(path("../../man/ns-graph.1"));
  });

  test("docs/cli.md is up to date", async () => {
    await expect(commandPage(renderers)).toMatchFileSnapshot(path("../../../../docs/cli.md"));
  });
});

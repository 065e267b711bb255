import { expect, test } from "vitest";
import { documentSchema } from "../src/records/document.js";
import { layOut } from "./lay-out.js";

test("the published schema is what the records declare", async () => {
  await expect(layOut(documentSchema())).toMatchFileSnapshot("../schema/ns-graph-1.schema.json");
});

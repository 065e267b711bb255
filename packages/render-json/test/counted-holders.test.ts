import { selectSubject } from "@ns-graph/graph";
import { countedHost } from "@ns-graph/testkit";
import { expect, test } from "vitest";
import { readDocument } from "../src/index.js";
import { chunksOf } from "./document-text.js";

test("the answer counts what a holder stands for, and the holder comes back with its number", () => {
  const { graph, id } = countedHost();
  const text = chunksOf(selectSubject(graph, { kind: "namespace", id })).join("");
  const document = JSON.parse(text) as { answer: { why: string }; pins: { more?: number }[] };
  expect(document.answer.why).toBe("It is alive because of 10 open descriptors, and vanishes when all 10 are gone.");
  expect(document.pins.map(({ more }) => more)).toEqual([9]);
  expect(readDocument(text).pins(id)[0]?.more).toBe(9);
});

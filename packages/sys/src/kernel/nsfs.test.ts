import { NAMESPACE_TYPES } from "@ns-graph/graph";
import { expect, test } from "vitest";
import { CLONE_FLAGS, parseNsfsName, typeOfFlag } from "./nsfs.js";

test.for([
  ["net:[4026531833]", { type: "net", ino: 4026531833 }],
  ["time:[1]", { type: "time", ino: 1 }],
] as const)("%s names a namespace", ([text, name]) => {
  expect(parseNsfsName(text)).toEqual(name);
});

test.for([
  "",
  "net",
  "net:4026531833",
  "net:[]",
  "net:[-1]",
  "net:[1]x",
  "xnet:[1]",
  "colour:[1]",
  "net:[1] (deleted)",
  "NET:[1]",
  "/",
  "socket:[1]",
  "net:[99999999999999999999]",
])("%j names none", (text) => {
  expect(parseNsfsName(text)).toBeUndefined();
});

test("each CLONE_NEW* constant stands for its type", () => {
  for (const type of NAMESPACE_TYPES) expect(typeOfFlag(CLONE_FLAGS[type])).toBe(type);
  expect(typeOfFlag(0)).toBeUndefined();
});

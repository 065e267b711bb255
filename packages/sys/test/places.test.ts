import { SOURCES } from "@ns-graph/graph";
import { expect, test } from "vitest";
import { OF_KERNEL, OF_MOUNT_NAMESPACES, OF_PROCESSES } from "../src/places/table.js";

test("every source has a place", () => {
  const searched = [...OF_PROCESSES, ...OF_MOUNT_NAMESPACES, ...OF_KERNEL].map(({ source }) => source);
  // The links of a process are what its reading begins with.
  expect(new Set(["process", ...searched])).toEqual(new Set(SOURCES));
});

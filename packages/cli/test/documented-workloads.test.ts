import { describeWorkload, workloadOf } from "@ns-graph/graph";
import { describe, expect, test } from "vitest";
import { readText } from "./read-docs.js";

/** What stands for an id in the documents is this one. */
const ID = "fa7f0ec4fbcbb70c69565a5b2d269926e04ec5601dff59235199d6e60198e95c";
const rows = [...readText("docs/workloads.md").matchAll(/^\| `(\/\S+)` \| (.+) \|$/gm)];

describe("the documented paths of cgroups", () => {
  test.each(rows.map(([, path = "", words = ""]) => ({ path, words })))("$path is $words", ({ path, words }) => {
    const cgroup = path.replaceAll("ID", ID);
    const workload = workloadOf({ pid: 1, namespaces: {}, cgroup });
    expect(workload && describeWorkload(workload)).toBe(words);
  });

  test("are there", () => expect(rows.length).toBeGreaterThan(0));
});

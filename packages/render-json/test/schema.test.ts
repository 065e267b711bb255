import { NAMESPACE_TYPES, NsGraphError, selectSubject } from "@ns-graph/graph";
import { describe, expect, test } from "vitest";
import { readDocument } from "../src/index.js";
import { documentOf, schema, schemaErrors } from "./document-text.js";
import { fullDocument } from "./full-document.js";
import { objectsIn, pointerTo, replace, type Schema, Violations } from "./violations.js";

function refusal(document: unknown): NsGraphError | undefined {
  try {
    readDocument(JSON.stringify(document));
    return undefined;
  } catch (error) {
    if (error instanceof NsGraphError) return error;
    throw error;
  }
}

/** Every part of the schema that describes a property. */
function* describedProperties(part: unknown): Generator<unknown> {
  if (typeof part !== "object" || part === null) return;
  for (const [keyword, value] of Object.entries(part)) {
    if (keyword === "if") continue;
    if (keyword === "properties") yield* Object.values(value as object).filter((property) => property !== true);
    yield* describedProperties(value);
  }
}

/** A pointer as errors have it: long names are cut. */
function asTold(pointer: string): string {
  return pointer.replaceAll(/([^/]{39})[^/]{2,}/g, "$1…");
}

const SHARING = {
  id: "4:4026532281",
  state: "shared",
  certain: false,
  processCount: 1,
  others: [{ name: "docker log", leader: 13, processCount: 2 }],
};

describe("the schema and the reader agree", () => {
  test("on a document that has everything", () => {
    expect(schemaErrors(fullDocument)).toEqual([]);
    expect(JSON.parse(documentOf(readDocument(JSON.stringify(fullDocument))))).toEqual(fullDocument);
  });

  test("on every statement of the schema", { timeout: 60_000 }, () => {
    const byNamespace = new Violations(schema as Schema, fullDocument);
    const byProcess = new Violations(
      schema as Schema,
      replace(
        replace(
          replace(replace(fullDocument, ["pids"], [12]), ["view", "subject"], { kind: "process", pid: 12 }),
          ["answer", "enterNote"],
          "Mind.",
        ),
        ["answer", "init"],
        { state: "gone" },
      ),
    );
    const byWorkload = new Violations(
      schema as Schema,
      replace(
        replace(replace(fullDocument, ["view", "subject"], undefined), ["view", "workload"], {
          name: "docker web",
          pids: [12],
        }),
        ["answer"],
        {
          leader: 12,
          workloads: [{ name: "docker web", leader: 12, processCount: 1 }],
          sharing: Object.fromEntries(
            NAMESPACE_TYPES.map((type) => [type, { state: "shared", namespaces: [SHARING] }]),
          ),
        },
      ),
    );
    const accepted: string[] = [];
    const misplaced: string[] = [];
    let count = 0;
    const ofView = [byProcess, byWorkload]
      .flatMap((violations) => [...violations.all()])
      .filter(({ pointer }) => /^\/(view|answer|pids)/.test(pointer));
    for (const { title, pointer, document } of [...byNamespace.all(), ...ofView]) {
      count++;
      if (schemaErrors(document).length === 0) accepted.push(`the schema accepts: ${title}`);
      const error = refusal(document);
      if (error === undefined) accepted.push(`the reader accepts: ${title}`);
      else if (
        pointer !== "/format" &&
        pointer !== "/version" &&
        !error.message.includes(asTold(pointer) || "document")
      ) {
        misplaced.push(`${title}: ${error.message}`);
      }
    }
    expect(accepted).toEqual([]);
    expect(misplaced).toEqual([]);
    expect(count).toBeGreaterThan(1000);
    // Nothing that the schema describes was passed over for want of an example.
    const met = new Set([...byNamespace.met, ...byProcess.met, ...byWorkload.met]);
    expect([...describedProperties(schema)].filter((property) => !met.has(property))).toEqual([]);
  });

  test("that processes may be left out only where no members are shown", () => {
    const without = replace(fullDocument, ["processes"], undefined);
    expect(schemaErrors(without)).not.toEqual([]);
    expect(refusal(without)?.message).toContain('lacks "processes"');
    const asked = replace(without, ["view", "members"], "none");
    expect(schemaErrors(asked)).toEqual([]);
    expect(refusal(asked)).toBeUndefined();
  });

  test("that a view is of one thing", () => {
    const workload = { name: "docker web", pids: [12, 13] };
    const both = replace(fullDocument, ["view", "workload"], workload);
    expect(schemaErrors(both)).not.toEqual([]);
    expect(refusal(both)?.message).toContain('/view has both "subject" and "workload"');
    expect(refusal(replace(both, ["view", "subject"], undefined))).toBeUndefined();
  });

  test("that numbers may be written in other ways", () => {
    const text = JSON.stringify(fullDocument).replace('"pid":1,', '"pid":1.0,').replace('"level":0', '"level":0e5');
    expect(schemaErrors(JSON.parse(text))).toEqual([]);
    expect(JSON.parse(documentOf(readDocument(text)))).toEqual(fullDocument);
  });

  // Maps, whose keys are data.
  const closed =
    /^(\/viewer|\/(processes|otherProcesses)\/\d+)\/namespaces$|^\/users\/(names|groupNames)$|^\/containerNames$/;

  test("that any object may have members they do not know", () => {
    const objects = [...objectsIn(fullDocument)].filter((path) => !closed.test(pointerTo(path)));
    for (const path of objects) {
      const document = replace(fullDocument, [...path, "later"], { any: ["thing", null, 1.5, { deep: true }] });
      expect(schemaErrors(document)).toEqual([]);
      expect(refusal(document), `at ${pointerTo(path)}`).toBeUndefined();
    }
    expect(objects.length).toBeGreaterThan(20);
  });
});

test("the processes of a workload that was asked for ascend", () => {
  const asked = (pids: readonly number[]) =>
    replace(replace(fullDocument, ["view", "subject"], undefined), ["view", "workload"], { name: "docker web", pids });
  expect(refusal(asked([12, 13]))).toBeUndefined();
  expect(refusal(asked([13, 12]))?.message).toContain("/view/workload/pids/1 must be greater than the one before it");
});

test("a view has no subject that readers of 0.1.0 would refuse", () => {
  const workload = { name: "docker web", pids: [1] };
  const graph = selectSubject(readDocument(JSON.stringify(fullDocument)), { kind: "workload", ...workload });
  expect(JSON.parse(documentOf(graph)).view).toEqual({ tree: "owner", members: "all", workload });
});

test("members nobody knows are written back where they were, in all that the model carries them for", () => {
  const carrying = [
    [],
    ["tool"],
    ["host"],
    ["viewer"],
    ["namespaces", 0],
    ["processes", 1],
    ["pins", 3],
    ["problems", 0],
    ["otherNamespaces", 0],
    ["otherProcesses", 0],
    ["otherPins", 0],
  ];
  for (const path of carrying) {
    for (const later of [{ any: ["thing", null, 1.5] }, "\u202e", 7, false, null, []]) {
      const document = replace(fullDocument, [...path, "later"], later);
      const text = documentOf(readDocument(JSON.stringify(document)));
      expect(JSON.parse(text), `at ${pointerTo(path)}`).toEqual(document);
    }
  }
});

test("the schema describes every property", () => {
  const silent = [...describedProperties(schema)].filter(
    (property) => !["description", "$ref", "const", "enum"].some((keyword) => keyword in (property as object)),
  );
  // The two members of the tool, whose names say it all.
  expect(silent).toHaveLength(2);
});

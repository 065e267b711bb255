import { arbitraryGraph } from "@ns-graph/testkit/arbitrary";
import fc from "fast-check";
import { expect, test } from "vitest";
import { enterCommand, enterProcessCommand } from "./enter-command.js";
import { selectSubject } from "./select.js";

test("what is offered for the subject of a selection is what the whole graph offers", () => {
  fc.assert(
    fc.property(arbitraryGraph({ wild: false, size: 14 }), (graph) => {
      for (const { id, type } of graph.namespaces()) {
        // Processes that could not be read, and may be in it, are not part of a selection.
        if (type === "pid") continue;
        const chosen = selectSubject(graph, { kind: "namespace", id });
        expect(enterCommand(chosen, id)).toEqual(enterCommand(graph, id));
      }
      for (const process of graph.processes()) {
        const chosen = selectSubject(graph, { kind: "process", pid: process.pid });
        expect(enterProcessCommand(chosen, chosen.process(process.pid) ?? process)).toEqual(
          enterProcessCommand(graph, process),
        );
      }
    }),
  );
});

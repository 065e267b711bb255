import { selectSubject } from "@ns-graph/graph";
import { countedHost, withPins } from "@ns-graph/testkit";
import { expect, test } from "vitest";
import { draw } from "./draw.js";

const { graph, id, pid } = countedHost();

/** On one line, whatever it wrapped to. */
const flat = (text: string): string => text.replace(/[\s│]+/g, " ");

test("the tree and the summary say of a holder that it stands for more", () => {
  const text = flat(draw(graph));
  expect(text).toContain("held by 10 open descriptors of 5 keeper");
  expect(text).toContain("1 without a process, held by a process: net:[4026532177] (10 open descriptors of 5 keeper)");
});

test("what is said of the namespace counts all of them", () => {
  const text = flat(draw(selectSubject(graph, { kind: "namespace", id })));
  expect(text).toContain("held by fd 3 and 9 more of 5 keeper");
  expect(text).toContain("It is alive because of 10 open descriptors, and vanishes when all 10 are gone.");
});

test("of very many processes that hold a namespace each is named", () => {
  const pins = Array.from({ length: 40 }, (_, at) => ({
    kind: "fd" as const,
    namespace: id,
    pid: 100 + at,
    fd: 3,
    more: 9,
  }));
  const many = withPins(graph, pins);
  const named = `10 open descriptors of each of ${pins.map((pin) => pin.pid).join(" ")}`;
  expect(flat(draw(selectSubject(many, { kind: "namespace", id })))).toContain(`held by ${named}`);
  expect(flat(draw(many))).toContain(`held by ${named}`);
});

test("processes of many names are all named, whatever they hold, and mounts stand before them", () => {
  const processes = Array.from({ length: 40 }, (_, at) => ({ pid: 100 + at, comm: `helper${at}`, namespaces: {} }));
  const pins = [
    ...processes.flatMap(({ pid }) => [3, 4].map((fd) => ({ kind: "fd" as const, namespace: id, pid, fd }))),
    { kind: "mount" as const, namespace: id, path: "/run/netns/blue", mountNamespace: "4:1" },
  ];
  const held = withPins(graph, pins, [...graph.processes(), ...processes]);
  for (const drawn of [held, selectSubject(held, { kind: "namespace", id })]) {
    for (const columns of [40, 80, 200]) {
      const text = flat(draw(drawn, { columns }));
      for (const { pid, comm } of processes) expect(text).toContain(`${pid} ${comm}`);
      expect(text.indexOf("/run/netns/blue")).toBeLessThan(text.indexOf("of 100 helper0"));
    }
  }
});

test("a path that is clipped takes no count with it", () => {
  const path = `/${"a".repeat(4000)}`;
  const pins = [{ kind: "mount" as const, namespace: id, path, mountNamespace: "4:1", more: 9 }];
  expect(flat(draw(withPins(graph, pins)))).toContain("… (which is not here) and 9 more like it");
});

test("what is said of the process counts what it does not list", () => {
  expect(flat(draw(selectSubject(graph, { kind: "process", pid })))).toContain(
    "holds net:[4026532177] by fd 3 of 5 and 9 more like it",
  );
  const many = countedHost({ others: 39 });
  expect(draw(selectSubject(many.graph, { kind: "process", pid }))).toContain("… and 160 more");
});

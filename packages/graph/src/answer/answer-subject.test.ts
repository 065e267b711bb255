import { describe, expect, test } from "vitest";
import { assembleGraph } from "../build/build-graph.js";
import { SOURCES } from "../model/host.js";
import { NO_LINK, UNKNOWN_LINK } from "../model/link.js";
import type { Pin } from "../model/pin.js";
import type { Process } from "../model/process.js";
import { DEFAULT_VIEW, type Subject } from "../model/view.js";
import { answerLines, answerSubject } from "./answer-subject.js";

const NET = "4:4026532281";
const USER = "4:4026532282";

function graphOf(subject: Subject | undefined, process: Process, pins: readonly Pin[] = []) {
  return assembleGraph({
    frame: {
      host: {},
      viewer: { namespaces: {} },
      sources: SOURCES,
      view: { ...DEFAULT_VIEW, ...(subject === undefined ? {} : { subject }) },
    },
    namespaces: [
      { id: NET, type: "net", dev: 4, ino: 4026532281, parent: NO_LINK, owner: UNKNOWN_LINK },
      { id: USER, type: "user", dev: 4, ino: 4026532282, parent: UNKNOWN_LINK, owner: UNKNOWN_LINK },
    ],
    processes: [process],
    pins,
    problems: [],
  });
}

const idle: Process = { pid: 8, namespaces: { user: USER } };
const process: Process = { pid: 7, state: "S", namespaces: { net: NET } };

describe("what is answered", () => {
  test("of a namespace: why it is alive, and how to enter it", () => {
    const answer = answerSubject(graphOf({ kind: "namespace", id: NET }, process));
    expect(answer?.why).toMatch(/^It is alive because of 1 process, and vanishes when that is gone\./);
    expect(answer?.enterWith).toEqual(["nsenter", "--target", "7", "--net"]);
  });

  test("as lines: a sentence each, and the command", () => {
    const [why, ...rest] = answerLines(graphOf({ kind: "namespace", id: NET }, process));
    expect(why).toBe("It is alive because of 1 process, and vanishes when that is gone.");
    expect(rest.at(-1)).toBe("enter with: nsenter --target 7 --net");
    expect(answerLines(graphOf(undefined, process))).toEqual([]);
  });

  test("as lines: what has to be known of the command beside it", () => {
    const inUser = { ...process, namespaces: { user: USER } };
    const graph = graphOf({ kind: "namespace", id: USER }, inUser);
    const { enterWith, enterNote } = answerSubject(graph) ?? {};
    expect(enterWith).toEqual(["nsenter", "--target", "7", "--user"]);
    expect(answerLines(graph).slice(-2)).toEqual(["enter with: nsenter --target 7 --user", enterNote]);
  });

  test("as lines: a command whole or not at all, because half of one is another one", () => {
    const pin = (path: string): Pin => ({
      kind: "mount",
      namespace: NET,
      path,
      mountNamespace: "4:9",
      reachableFrom: 3,
    });
    const last = (path: string) => answerLines(graphOf({ kind: "namespace", id: NET }, idle, [pin(path)])).at(-1);
    expect(last("/run/blue")).toBe("enter with: nsenter --net=/proc/3/root/run/blue");
    expect(last(`/run/${"'; touch /x; '".repeat(60)}`)).toBe(
      "enter with: a command that is too long for a picture, see --format text",
    );
  });

  test("of a namespace that nothing leads into: why it is alive", () => {
    const zombie = { ...process, state: "Z" };
    const answer = answerSubject(graphOf({ kind: "namespace", id: NET }, zombie));
    expect(answer).toEqual({ why: expect.stringContaining("zombie") });
  });

  test("of a process: how to enter all of its namespaces", () => {
    expect(answerSubject(graphOf({ kind: "process", pid: 7 }, process))).toEqual({
      enterWith: ["nsenter", "--target", "7", "--net"],
    });
  });

  test("nothing of a zombie, of what the graph lacks, and where nobody asked", () => {
    expect(answerSubject(graphOf({ kind: "process", pid: 7 }, { ...process, state: "Z" }))).toBeUndefined();
    expect(answerSubject(graphOf({ kind: "process", pid: 8 }, process))).toBeUndefined();
    expect(answerSubject(graphOf({ kind: "namespace", id: "4:1" }, process))).toBeUndefined();
    expect(answerSubject(graphOf(undefined, process))).toBeUndefined();
  });
});

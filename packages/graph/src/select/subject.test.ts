import { describe, expect, it } from "vitest";
import { buildGraph } from "../build/build-graph.js";
import { NsGraphError } from "../model/errors.js";
import { SOURCES } from "../model/host.js";
import { NO_LINK, UNKNOWN_LINK } from "../model/link.js";
import { namespaceId } from "../model/namespace-id.js";
import type { NamespaceType } from "../model/namespace-type.js";
import type { Observation } from "../model/observation.js";
import { selectProcesses } from "./select.js";
import { parseSubject, type SubjectLookup } from "./subject.js";

const MNT = namespaceId(4, 4026531832);
const BLUE = namespaceId(4, 4026532281);
const GREEN = namespaceId(4, 4026532290);

function namespace(type: NamespaceType, id: string): Observation {
  const [dev, ino] = id.split(":").map(Number) as [number, number];
  return { kind: "namespace", namespace: { id, type, dev, ino, parent: NO_LINK, owner: UNKNOWN_LINK } };
}

function mount(id: string, path: string, mountNamespace = MNT): Observation {
  return { kind: "pin", pin: { kind: "mount", namespace: id, path, mountNamespace } };
}

const graph = buildGraph([
  { kind: "frame", frame: { host: {}, viewer: { namespaces: { mnt: MNT } }, sources: SOURCES } },
  namespace("mnt", MNT),
  namespace("net", BLUE),
  namespace("net", GREEN),
  namespace("uts", namespaceId(4, 12)),
  namespace("ipc", namespaceId(4, 4026532300)),
  namespace("ipc", namespaceId(7, 4026532300)),
  mount(BLUE, "/run/netns/blue"),
  mount(GREEN, "/run/netns/blue", "4:4026532311"),
  mount(GREEN, "/srv/green room\u001b[2J", "4:4026532311"),
  mount(BLUE, "/two", "4:1"),
  mount(GREEN, "/two", "4:2"),
  { kind: "pin", pin: { kind: "fd", namespace: GREEN, pid: 12, fd: 7 } },
  { kind: "pin", pin: { kind: "fd", namespace: BLUE, pid: 12, tid: 15, fd: 8 } },
  { kind: "pin", pin: { kind: "thread", namespace: GREEN, pid: 12, tid: 15 } },
  { kind: "process", process: { pid: 12, namespaces: { net: BLUE } } },
  { kind: "process", process: { pid: 4711, namespaces: {} } },
]);

function refusal(
  text: string,
  code = "NO_SUCH_SUBJECT",
  lookup?: SubjectLookup,
  from = graph,
): { message: string; hint: string | undefined } {
  try {
    parseSubject(from, text, lookup);
  } catch (error) {
    if (!(error instanceof NsGraphError)) throw error;
    expect(error.code).toBe(code);
    return { message: error.message, hint: error.hint };
  }
  throw new Error(`${text} was found`);
}

describe("parseSubject", () => {
  it.each([
    ["4711", { kind: "process", pid: 4711 }],
    ["/proc/12", { kind: "process", pid: 12 }],
    ["net:[4026532281]", { kind: "namespace", id: BLUE }],
    ["net:4026532281", { kind: "namespace", id: BLUE }],
    ["4:4026532281", { kind: "namespace", id: BLUE }],
    ["4026532281", { kind: "namespace", id: BLUE }],
    [" 4026532281\n", { kind: "namespace", id: BLUE }],
    ["/proc/12/ns/net", { kind: "namespace", id: BLUE }],
    ["/proc/12/fd/7", { kind: "namespace", id: GREEN }],
    ["/proc/12/task/15/fd/8", { kind: "namespace", id: BLUE }],
    ["/proc/12/task/15/ns/net", { kind: "namespace", id: GREEN }],
    ["/proc/12/task/12/ns/net", { kind: "namespace", id: BLUE }],
    ["/srv/green room\u001b[2J", { kind: "namespace", id: GREEN }],
  ])("takes %j", (text, subject) => {
    expect(parseSubject(graph, text)).toEqual(subject);
  });

  it("takes a path in the viewer's mount namespace rather than in another", () => {
    expect(parseSubject(graph, "/run/netns/blue")).toEqual({ kind: "namespace", id: BLUE });
    expect(parseSubject(graph, "/run/netns/blue/")).toEqual({ kind: "namespace", id: BLUE });
  });

  it("takes a name of ip netns", () => {
    expect(parseSubject(graph, "blue")).toEqual({ kind: "namespace", id: BLUE });
  });

  it("refuses a number that is both, and says how to say which", () => {
    expect(refusal("12")).toEqual({
      message: "12 is a process and a namespace",
      hint: "Say which: /proc/12, uts:[12].",
    });
  });

  it("refuses what is the name of several namespaces", () => {
    expect(refusal("ipc:[4026532300]")).toEqual({
      message: "ipc:[4026532300] is more than one namespace",
      hint: "Say which: 4:4026532300, 7:4026532300.",
    });
    expect(refusal("/two").hint).toBe("Say which: net:[4026532281], net:[4026532290].");
  });

  it("names the nearest ones", () => {
    expect(refusal("net:[4026532282]").hint).toBe("Nearest: net:[4026532281], net:[4026532290].");
    expect(refusal("4712").hint).toBe("Nearest: 4711.");
    expect(refusal("blu").hint).toBe(
      "No cgroups were read, by which most workloads are known. Nearest: /run/netns/blue.",
    );
    expect(refusal("/run/netns/bleu").hint).toBe("Nearest: /run/netns/blue.");
    expect(refusal("/nowhere/near/anything").hint).toBeUndefined();
  });

  it("shows no hostile text as it is", () => {
    expect(refusal("/srv/green room\u001b[2").hint).toBe("Nearest: /srv/green room\\e[2J.");
    expect(refusal("\u001b]0;x").message).toBe("no namespace and no workload called \\e]0;x was seen");
  });

  it.each([
    ["foo:[1]", "no type of namespace is called foo", "The types are cgroup, ipc, mnt, net, pid, time, user, uts."],
    [
      "net:[x]",
      "net:[x]: what follows net: is not an inode number",
      "A namespace is written as the kernel does: net:[4026532281].",
    ],
    [
      "net:[]",
      "net:[]: what follows net: is not an inode number",
      "A namespace is written as the kernel does: net:[4026532281].",
    ],
  ])("takes %j for wrong usage where it can name nothing", (word, message, hint) => {
    expect(refusal(word, "USAGE")).toEqual({ message, hint });
  });

  it("says whose thread a number is", () => {
    expect(refusal("15")).toEqual({ message: "15 is a thread of 12, not a process", hint: "Name the process: 12." });
    expect(() => selectProcesses(graph, [15])).toThrow(
      expect.objectContaining({ code: "NO_SUCH_PROCESS", ...refusal("15") }),
    );
  });

  it("offers nothing near a number of one or two digits", () => {
    expect(refusal("0")).toEqual({ message: "no process and no namespace has the number 0", hint: undefined });
  });

  it("says what kind of thing is not there", () => {
    expect(refusal("99").message).toBe("no process and no namespace has the number 99");
    expect(refusal("/x").message).toBe("nothing that was found is mounted at /x");
    expect(refusal("").message).toBe("nothing was named");
  });
});

describe("a name that ip netns gave", () => {
  /** A machine where paths lead to what is given: "nothing" is there, or it can't be told. */
  function machine(
    leads: Readonly<Record<string, string>>,
    elsewhere: "nothing" | "denied" = "nothing",
  ): SubjectLookup {
    return {
      identify: (path) => {
        const id = leads[path];
        if (id !== undefined) return { id };
        return elsewhere === "nothing" ? {} : undefined;
      },
      explain: (word) => (leads[`/run/netns/${word}`] === undefined ? undefined : { message: `a file is ${word}` }),
    };
  }
  const FILE = "99:5";
  const named = buildGraph([
    { kind: "frame", frame: { host: {}, viewer: { namespaces: { mnt: MNT } }, sources: SOURCES } },
    namespace("mnt", MNT),
    namespace("net", BLUE),
    namespace("net", GREEN),
    mount(BLUE, "/run/netns/12"),
    mount(BLUE, "/run/netns/4026532290"),
    mount(GREEN, "/run/netns/ lead"),
    mount(BLUE, "/run/netns/lead"),
    mount(BLUE, "/run/netns/covered"),
    mount(GREEN, "/run/netns/far", "4:4026532311"),
    mount(GREEN, "/run/netns/4711", "4:4026532311"),
    mount(GREEN, "/run/netns/99", "4:4026532311"),
    mount(BLUE, "/run/netns/twice"),
    {
      kind: "pin",
      pin: { kind: "mount", namespace: GREEN, path: "/run/netns/twice", mountNamespace: MNT, reachableFrom: 1 },
    },
    { kind: "process", process: { pid: 12, namespaces: { net: BLUE } } },
    { kind: "process", process: { pid: 4711, namespaces: {} } },
  ]);
  const green = { kind: "namespace", id: GREEN };
  const blue = { kind: "namespace", id: BLUE };

  it("is what its path leads to, also where the graph has no mount of that name", () => {
    expect(parseSubject(named, "link", machine({ "/run/netns/link": GREEN }))).toEqual(green);
    expect(parseSubject(named, "link", machine({ "/var/run/netns/link": GREEN }))).toEqual(green);
    expect(parseSubject(named, "4999111", machine({ "/run/netns/4999111": GREEN }))).toEqual(green);
    expect(parseSubject(named, "covered", machine({ "/run/netns/covered": GREEN }))).toEqual(green);
    expect(parseSubject(named, "/srv/link/", machine({ "/srv/link": GREEN }))).toEqual(green);
  });

  it("is not looked up where it was seen to lead there", () => {
    const reached = buildGraph([
      { kind: "frame", frame: { host: {}, viewer: { namespaces: { mnt: MNT } }, sources: SOURCES } },
      namespace("net", BLUE),
      {
        kind: "pin",
        pin: { kind: "mount", namespace: BLUE, path: "/run/netns/blue", mountNamespace: MNT, reachableFrom: 1 },
      },
    ]);
    const waits: SubjectLookup = {
      identify: () => {
        throw new Error("it waits");
      },
      explain: () => undefined,
    };
    for (const word of ["blue", "/run/netns/blue", "/run/netns/blue/"])
      expect(parseSubject(reached, word, waits)).toEqual(blue);
    expect(() => parseSubject(reached, "/run/netns/green", waits)).toThrow("it waits");
  });

  it("is, of several mounts at its path, the one that this leads to", () => {
    expect(parseSubject(named, "twice")).toEqual(green);
  });

  it("counts beside a number, unless it is of another mount namespace", () => {
    expect(refusal("12", undefined, undefined, named)).toEqual({
      message: "12 is a process and a namespace",
      hint: "Say which: /proc/12, /run/netns/12.",
    });
    expect(refusal("4026532290", undefined, undefined, named)).toEqual({
      message: "4026532290 is more than one namespace",
      hint: "Say which: net:[4026532290], /run/netns/4026532290.",
    });
    expect(parseSubject(named, "4711")).toEqual({ kind: "process", pid: 4711 });
    expect(parseSubject(named, "99")).toEqual(green);
    expect(parseSubject(named, "4026532281", machine({ "/run/netns/4026532281": BLUE }))).toEqual(blue);
  });

  it("keeps blanks around it where something is called so", () => {
    expect(parseSubject(named, " lead")).toEqual(green);
    expect(parseSubject(named, "lead ")).toEqual(blue);
  });

  it("is not what something covers, of which is said what it is", () => {
    const said = {
      message:
        "no namespace is called covered. /run/netns/covered does not lead to net:[4026532281], which is mounted there",
      hint: "Name the namespace: net:[4026532281].",
    };
    expect(refusal("covered", undefined, machine({ "/run/netns/covered": FILE }), named)).toEqual(said);
    expect(refusal("covered", undefined, machine({}), named)).toEqual(said);
    // Nobody could look, or the path itself was named.
    expect(parseSubject(named, "covered", machine({}, "denied"))).toEqual(blue);
    expect(parseSubject(named, "covered")).toEqual(blue);
    expect(parseSubject(named, "/run/netns/covered", machine({}))).toEqual(blue);
  });

  it("is one of another mount namespace only where nothing in the viewer's has it", () => {
    expect(parseSubject(named, "far", machine({}))).toEqual(green);
    expect(refusal("far", undefined, machine({ "/run/netns/far": FILE }), named)).toEqual({
      message: "a file is far",
      hint: "In another mount namespace net:[4026532290] is mounted there.",
    });
    expect(parseSubject(named, "/run/netns/far", machine({ "/run/netns/far": FILE }))).toEqual(green);
  });
});

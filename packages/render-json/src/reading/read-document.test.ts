import { groupTitle, NsGraphError, workloads } from "@ns-graph/graph";
import { describe, expect, test } from "vitest";
import { readDocument } from "../index.js";

const EMPTY = {
  format: "ns-graph",
  version: 1,
  tool: { name: "ns-graph", version: "0.1.0" },
  host: {},
  viewer: { namespaces: {} },
  sources: ["process"],
  complete: true,
  namespaces: [] as unknown[],
  processes: [] as unknown[],
  pins: [] as unknown[],
  problems: [] as unknown[],
};

const USER = {
  id: "4:4026531837",
  type: "user",
  ino: 4026531837,
  dev: 4,
  parent: { state: "invisible" },
  owner: { state: "invisible" },
};

function json(members: object): string {
  return JSON.stringify({ ...EMPTY, ...members }, null, 1);
}

function refusal(document: string | Uint8Array): { code: string; message: string; hint: string | undefined } {
  try {
    readDocument(document, { name: "host.json" });
  } catch (error) {
    if (error instanceof NsGraphError) return { code: error.code, message: error.message, hint: error.hint };
    throw error;
  }
  throw new Error("it was accepted");
}

describe("what is no document of ns-graph", () => {
  test.each([
    ["an empty file", "", "it is empty"],
    ["white space", " \n\t\r\n", "it is empty"],
    ["a text", "hello", 'it begins with "h", not with "{"'],
    ["a list", "[1]", 'it begins with "[", not with "{"'],
    ["a terminal escape", "\u001b[2J", 'it begins with "\\e", not with "{"'],
    ["what lsns writes", '{"namespaces":[{"ns":4026531834,"type":"time"}]}', 'it has no "format": "ns-graph"'],
    ["a package.json", '{"name":"x","version":"1.2.3","pins":7}', 'it has no "format": "ns-graph"'],
    ["another format", json({ format: "k8s\u001b" }), 'its format is "k8s\\e"'],
    ["a format that is no text", json({ format: { a: 1 } }), "its format is no text"],
  ])("%s", (_title, document, why) => {
    expect(refusal(document)).toEqual({
      code: "BAD_DOCUMENT",
      message: `host.json is not a document of ns-graph: ${why}`,
      hint: "ns-graph --format json makes one.",
    });
  });

  test("something endless whose format does not come", () => {
    function* endless() {
      yield "{";
      for (let key = 0; ; key++) yield `"${key}":"${"x".repeat(100_000)}",`;
    }
    expect(() => readDocument(endless(), { maxSize: 2 ** 24 })).toThrow("the document is larger than 16 MiB");
  });

  test.each<[what: string, value: unknown, kind: string]>([
    ["nothing", undefined, "undefined"],
    ["null", null, "null"],
    ["a number", 7, "a value of type number"],
    ["what JSON.parse gave", {}, "a value of type object"],
    ["a promise that was not waited for", Promise.resolve("{}"), "a promise"],
    ["a list of numbers", [1, 2], "a value of type number"],
    ["a list of lists", [["{"]], "a value of type object"],
  ])("%s is said to be neither text nor bytes", (_title, value, kind) => {
    const { code, message, hint } = refusal(value as string);
    expect({ code, message }).toEqual({
      code: "BAD_DOCUMENT",
      message: `a document is text, bytes, or pieces of either, not ${kind}`,
    });
    expect(hint).toMatch(/^Give readDocument what is in the file/);
  });

  test.each([Number.NaN, 0, -1, "1 GiB"])("a bound of %j is refused", (maxSize) => {
    const read = () => readDocument("{}", { maxSize: maxSize as number });
    expect(read).toThrow(NsGraphError);
    expect(read).toThrow("maxSize is a number of bytes");
  });
});

describe("other versions", () => {
  test.each([0, 2, 3, 9007199254740991])("%d", (version) => {
    expect(refusal(json({ version }))).toEqual({
      code: "UNSUPPORTED_VERSION",
      message: `host.json is a document of version ${version}; this ns-graph reads version 1`,
      hint: "Update ns-graph, or save it anew.",
    });
  });

  test("are recognised though nothing before the version makes sense", () => {
    const document = {
      namespaces: [{ a: 1 }, 7],
      pins: 7,
      host: null,
      processes: { no: "list" },
      format: "ns-graph",
      version: 3,
    };
    expect(refusal(JSON.stringify(document)).code).toBe("UNSUPPORTED_VERSION");
  });

  test("are not guessed", () => {
    expect(refusal(json({ version: "1" })).message).toMatch(
      /^host\.json, line \d+, column \d+: \/version must be a whole number$/,
    );
    expect(refusal(json({ version: undefined })).message).toMatch(/: the document lacks "version"$/);
  });
});

describe("the order of members does not matter", () => {
  test("sorted by key, as jq -S does", () => {
    const sorted = Object.fromEntries(Object.entries({ ...EMPTY, namespaces: [USER] }).sort());
    expect(readDocument(JSON.stringify(sorted)).namespaces()).toEqual([USER]);
  });

  test("with the version last", () => {
    const { format, version, ...rest } = { ...EMPTY, pins: [{ namespace: "4:1", fd: 3, pid: 2, kind: "fd" }] };
    const read = readDocument(JSON.stringify({ ...rest, format, version }));
    expect(read.pins()).toEqual([{ kind: "fd", namespace: "4:1", pid: 2, fd: 3 }]);
  });

  test("and a fault before the version is told with its own place", () => {
    const { format, version, ...rest } = { ...EMPTY, pins: [{ namespace: "4:1", fd: -3, pid: 2, kind: "fd" }] };
    expect(refusal(JSON.stringify({ ...rest, format, version })).message).toMatch(
      /^host\.json, line 1, column \d+: \/pins\/0\/fd must be a whole number of at least 0, not -3$/,
    );
  });
});

describe("faults have a place", () => {
  test.each([
    [
      {
        processes: [
          { pid: 1, namespaces: {} },
          { pid: "2", namespaces: {} },
        ],
      },
      23,
      11,
      "/processes/1/pid must be a whole number of at least 1, not a text",
    ],
    [{ processes: [{ pid: 1 }] }, 18, 3, '/processes/0 lacks "namespaces"'],
    [
      { namespaces: [{ ...USER, type: "foo" }] },
      19,
      12,
      '/namespaces/0/type must be one of cgroup, ipc, mnt, net, pid, time, user, uts, not "foo"',
    ],
    [
      { namespaces: [{ ...USER, dev: 5 }] },
      17,
      3,
      '/namespaces/0 has the id "4:4026531837", but dev 5 and ino 4026531837',
    ],
    [{ host: { hostname: null } }, 9, 15, "/host/hostname must be a text, not null"],
    [
      { viewer: { namespaces: { foo: "4:1" } } },
      10,
      17,
      '/viewer/namespaces has "foo", which is not one of cgroup, ipc, mnt, net, pid, time, user, uts',
    ],
    [{ pins: {} }, 18, 10, "/pins must be a list, not an object"],
    [{ "a/b~\u202e": Number.NaN, pins: [{ "\u001b": 1, kind: "fd" }] }, 19, 3, '/pins/0 lacks "namespace"'],
  ])("%j", (members, line, column, message) => {
    expect(refusal(json(members)).message).toBe(`host.json, line ${line}, column ${column}: ${message}`);
  });

  test("an unknown member is named with its pointer, made visible", () => {
    const document = json({}).replace('"pins"', '"a/b~\u202e\\u001b": 1e999,\n "pins"');
    expect(refusal(document).message).toMatch(/: \/a~1b~0\\u202e\\e must be a number that fits$/);
  });

  test.each([
    ['{"format":"ns-graph",}', 1, 22, 'a key was expected, "}" found'],
    ['{"format":"ns-graph"]', 1, 21, '"," or "}" was expected, "]" found'],
    ['{"format" "ns-graph"}', 1, 11, '":" was expected, "\\"" found'],
    ["{format:1}", 1, 2, 'a key or "}" was expected, "f" found'],
    ['{\n"format":\n  nope}', 3, 3, 'a value was expected, "n" found'],
    ['{"format":"ns-graph","version":1,"x":[1,]}', 1, 41, 'a value was expected, "]" found'],
    ['{"format":"ns-graph","version":1,"x":[1 2]}', 1, 41, '"," or "]" was expected, "2" found'],
    ['{"format":"ns-graph","version":1,"x":01}', 1, 39, '"," or "}" was expected, "1" found'],
    ['{"format":"ns-graph","version":1,"x":-}', 1, 39, 'a digit was expected, "}" found'],
    ['{"format":"ns-graph","version":1,"x":.5}', 1, 38, 'a value was expected, "." found'],
    ['{"format":"ns-graph","version":1,"x":truth}', 1, 38, 'a value was expected, "t" found'],
    ['{"format":"ns-graph","version":1,"x":"\\x"}', 1, 39, 'an escape that JSON knows was expected, "\\\\" found'],
    ['{"format":"ns-graph","version":1,"x":"\\u12g4"}', 1, 39, 'an escape that JSON knows was expected, "\\\\" found'],
    [
      '{"format":"ns-graph","version":1,"x":"a\nb"}',
      1,
      40,
      'a closing quote or an escaped character was expected, "\\n" found',
    ],
    ['{"format":"ns-graph","version":1,"x":\u0000}', 1, 38, 'a value was expected, "\\0" found'],
    [`${json({})}\n{`, 21, 1, 'the end of the document was expected, "{" found'],
  ])("%s", (document, line, column, message) => {
    expect(() => JSON.parse(document)).toThrow();
    const quoted = message.replaceAll('\\"', '"');
    expect(refusal(document).message.replaceAll('\\"', '"')).toBe(
      `host.json, line ${line}, column ${column}: ${quoted}`,
    );
  });

  test("a document that was cut off says so", () => {
    const whole = json({ processes: [{ pid: 1, comm: "init", namespaces: {} }] });
    expect(refusal(whole.slice(0, whole.indexOf("init"))).message).toBe(
      "host.json is cut off at line 20, column 13, inside /processes/0/comm",
    );
    expect(refusal(whole.slice(0, -1)).message).toBe("host.json is cut off at line 26, column 1");
    expect(refusal(`${whole.slice(0, whole.indexOf(": true"))}: tr`).message).toMatch(
      / is cut off at .*, inside \/complete$/,
    );
    expect(refusal('{"format":"ns-graph","version":1,"x":-').message).toMatch(/ is cut off at .*, inside \/x$/);
  });

  test("no name is made up where none was given", () => {
    expect(() => readDocument("[")).toThrow("the document is not a document of ns-graph");
  });
});

describe("what comes twice", () => {
  test.each([
    [{ namespaces: [USER, { ...USER, type: "net" }] }, "/namespaces/0 and /namespaces/1 have the same id"],
    [
      { processes: [3, 2, 3].map((pid) => ({ pid, namespaces: {} })) },
      "/processes/0 and /processes/2 have the same pid",
    ],
    [
      { pins: [1, 2, 1].map((fd) => ({ kind: "fd", namespace: "4:1", pid: 1, fd })) },
      "/pins/0 and /pins/2 are the same",
    ],
    [
      { selection: {}, namespaces: [USER], otherNamespaces: [{ ...USER, type: "net" }] },
      "/namespaces/0 and /otherNamespaces/0 have the same id",
    ],
    [
      {
        selection: {},
        processes: [3, 2].map((pid) => ({ pid, namespaces: {} })),
        otherProcesses: [4, 3].map((pid) => ({ pid, namespaces: {} })),
      },
      "/processes/0 and /otherProcesses/1 have the same pid",
    ],
    [
      { selection: {}, otherPins: [1, 1].map((fd) => ({ kind: "fd", namespace: "4:1", pid: 1, fd })) },
      "/otherPins/0 and /otherPins/1 are the same",
    ],
    [{ problems: [{ code: "A" }, { code: "A" }] }, "/problems/0 and /problems/1 are the same"],
  ])("%j", (members, message) => {
    expect(refusal(json(members))).toMatchObject({ code: "BAD_DOCUMENT", message: `host.json: ${message}` });
  });

  test("keys", () => {
    const twice = json({}).replace('"host": {}', '"host": {"kernel":"a","kernel":"b"}');
    expect(refusal(twice).message).toMatch(/: \/host has "kernel" twice$/);
    expect(refusal(json({}).replace('"pins"', '"pins": [],\n "pins"')).message).toMatch(
      /: the document has "pins" twice$/,
    );
    expect(refusal(json({}).replace('"pins"', '"x": {"a":1,"a":1},\n "pins"')).message).toMatch(/: \/x has "a" twice$/);
    expect(refusal(json({}).replace('"host": {}', '"host": {"x":1,"x":1}')).message).toMatch(/: \/host has "x" twice$/);
  });
});

describe("edges", () => {
  test("may lead nowhere", () => {
    const graph = readDocument(json({ namespaces: [{ ...USER, owner: { state: "known", id: "4:1" } }] }));
    const [user] = graph.namespaces();
    expect(user && graph.owner(user)).toBeUndefined();
    expect(graph.owned("4:1")).toEqual([user]);
  });

  test("may lead in circles", () => {
    const one = {
      ...USER,
      id: "4:1",
      ino: 1,
      owner: { state: "known", id: "4:2" },
      parent: { state: "known", id: "4:2" },
    };
    const two = {
      ...USER,
      id: "4:2",
      ino: 2,
      owner: { state: "known", id: "4:1" },
      parent: { state: "known", id: "4:1" },
    };
    const graph = readDocument(json({ namespaces: [one, two] }));
    expect(graph.owned("4:1").map(({ id }) => id)).toEqual(["4:2"]);
    expect(graph.children("4:2").map(({ id }) => id)).toEqual(["4:1"]);
  });
});

describe("keys that objects have anyway", () => {
  test("are like any others", () => {
    const document = json({ problems: [] }).replace(
      '"problems"',
      '"__proto__": {"polluted": true}, "constructor": {"prototype": {"polluted": true}}, "hasOwnProperty": 1, "problems"',
    );
    const graph = readDocument(document);
    expect(Object.keys(graph.frame.extra ?? {})).toEqual(["tool", "__proto__", "constructor", "hasOwnProperty"]);
    expect(({} as { polluted?: boolean }).polluted).toBeUndefined();
    expect(Object.getPrototypeOf(graph.frame.extra)).toBe(Object.prototype);
  });

  test("are no kinds of pins, types, or ids of containers", () => {
    for (const kind of ["__proto__", "constructor", "toString"]) {
      const graph = readDocument(json({ pins: [{ kind, namespace: "4:1", pid: "any" }] }));
      expect(graph.pins()).toEqual([{ kind: "other", name: kind, namespace: "4:1", extra: { pid: "any" } }]);
      expect(() => readDocument(json({ namespaces: [{ ...USER, type: kind }] }))).toThrow(
        "/namespaces/0/type must be one of",
      );
      const names =
        readDocument(json({ containerNames: JSON.parse(`{"${kind}":{"name":"x"}}`) })).frame.containerNames ?? {};
      expect(Object.entries(names)).toEqual([[kind, { name: "x" }]]);
    }
  });
});

test("a document from before anything was borne out: ids name what root made, and programs only call themselves so", () => {
  const id = "a".repeat(64);
  const own = "/user.slice/user-1000.slice/user@1000.service";
  const process = (pid: number, comm: string, cgroup: string) => ({
    pid,
    comm,
    cgroup,
    namespaces: { mnt: `4:${pid}` },
  });
  const graph = readDocument(
    json({
      containerNames: { [id]: { name: "web" } },
      namespaces: [],
      processes: [
        process(2, "a", `/docker/${id}`),
        process(3, "b", `${own}/docker-${id}.scope`),
        process(4, "bwrap", "/"),
      ],
      workloads: [
        {
          kind: "workload",
          workload: { kind: "container", engine: "docker", cgroup: `/docker/${id}`, id, name: "web" },
          leader: 2,
          processCount: 1,
          isolation: {},
        },
      ],
    }),
  );
  const titles = workloads(graph).map((group) => groupTitle(graph, group));
  expect(titles).toEqual([
    { engine: "docker", name: "web (aaaaaaaaaaaa)" },
    { engine: "docker of uid 1000", name: "aaaaaaaaaaaa" },
    { engine: "calls itself bwrap", name: "4 bwrap" },
  ]);
});

describe("texts", () => {
  test("of broken UTF-16 come as they were written", () => {
    const graph = readDocument(json({}).replace('"host": {}', '"host": {"hostname":"\\udc80\\ud800 \\u0000\\"\\/"}'));
    expect(graph.host.hostname).toBe('\udc80\ud800 \0"/');
  });

  test("a byte order mark before them is no fault", () => {
    expect(readDocument(`\ufeff${json({})}`).complete).toBe(true);
    expect(readDocument(new TextEncoder().encode(`\ufeff${json({})}`)).complete).toBe(true);
  });

  test("bytes that are not UTF-8 are told with their line", () => {
    const bytes = new TextEncoder().encode(json({ host: { hostname: "X" } }));
    bytes[bytes.indexOf("X".charCodeAt(0))] = 0xff;
    expect(refusal(bytes)).toMatchObject({
      code: "BAD_DOCUMENT",
      message: "host.json, line 9: has bytes that are not UTF-8",
    });
    expect(refusal(new Uint8Array([0x1f, 0x8b, 8, 0])).message).toBe("host.json, line 1: has bytes that are not UTF-8");
    expect(refusal(new TextEncoder().encode("{\n").subarray(0, 1)).code).toBe("BAD_DOCUMENT");
  });

  test("a character that is cut off at the end is not UTF-8 either", () => {
    const bytes = new TextEncoder().encode('{"é');
    expect(refusal(bytes.subarray(0, 3)).message).toBe("host.json, line 1: has bytes that are not UTF-8");
  });
});

describe("pieces", () => {
  const bytes = new TextEncoder().encode(json({ host: { hostname: "日本語 👩" }, namespaces: [USER] }));

  test("may be cut anywhere", () => {
    for (const size of [1, 2, 3, 7, 100]) {
      const pieces = Array.from({ length: Math.ceil(bytes.length / size) }, (_, index) =>
        bytes.subarray(index * size, (index + 1) * size),
      );
      const graph = readDocument(pieces);
      expect(graph.host.hostname).toBe("日本語 👩");
      expect(graph.namespaces()).toEqual([USER]);
    }
  });

  test("may each be put where the one before was, also in a large document", () => {
    const hostname = "日本語 👩 ".repeat(300_000);
    const large = new TextEncoder().encode(json({ host: { hostname }, namespaces: [USER] }));
    for (const size of [4_096, 65_537, 2 ** 20, 3_000_001]) {
      const place = new Uint8Array(size);
      function* pieces() {
        for (let at = 0; at < large.length; at += size) {
          const piece = large.subarray(at, at + size);
          place.fill(0).set(piece);
          yield place.subarray(0, piece.length);
        }
      }
      const { host } = readDocument(pieces());
      expect(host.hostname === hostname, `${size}`).toBe(true);
    }
  });

  test("may come as they are made", async () => {
    async function* pieces() {
      for (const byte of bytes) yield new Uint8Array([byte]);
    }
    expect((await readDocument(pieces())).namespaces()).toEqual([USER]);
  });

  test("are no longer asked for, and let go, once the document is known to be bad", async () => {
    let asked = 0;
    let released = false;
    async function* brackets() {
      try {
        for (; asked < 1024; asked++) yield "[".repeat(2 ** 20);
      } finally {
        released = true;
      }
    }
    await expect(readDocument(brackets())).rejects.toThrow('it begins with "[", not with "{"');
    expect({ asked, released }).toEqual({ asked: 0, released: true });
  });
});

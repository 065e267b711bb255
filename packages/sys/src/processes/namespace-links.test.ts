import { NAMESPACE_TYPES, type NamespaceType } from "@ns-graph/graph";
import fc from "fast-check";
import { describe, expect, test, vi } from "vitest";
import { EACCES, ENOENT } from "../kernel/errno.js";
import { NamespaceLinks } from "./namespace-links.js";

/** What each link of the process that is read says, or -errno. */
let answers: readonly (string | number)[] = [];
/** How many were asked for. */
let asked = 0;

vi.mock("../kernel/libc.js", () => ({
  linkBytes: new Uint8Array(),
  readLinkInto: (_directory: number, path: string, buffer: Uint8Array): number => {
    asked++;
    const answer = answers[NAMESPACE_TYPES.indexOf(path.replace(/^.*ns\//, "") as NamespaceType)] ?? 0;
    return typeof answer === "number" ? answer : new TextEncoder().encodeInto(answer, buffer).written;
  },
}));

function read(links: NamespaceLinks, next: readonly (string | number)[]): number {
  answers = next;
  asked = 0;
  return links.read(-1, "1/");
}

const linksTo = (inodes: readonly number[]): string[] =>
  NAMESPACE_TYPES.map((type, i) => (inodes[i] === 0 ? `${type}:[]` : `${type}:[${inodes[i]}]`));

describe("the links of one process after the other", () => {
  test("say what they say, whatever those before them said", () => {
    const inode = fc.constantFrom(4, 40, 402, 4026531836, 4026531837, 4294967295);
    const answer = fc.oneof({ weight: 12, arbitrary: inode }, fc.constantFrom(-EACCES, -ENOENT));
    const process = fc.array(answer, { minLength: 8, maxLength: 8 });
    fc.assert(
      fc.property(fc.array(fc.tuple(process, fc.boolean()), { maxLength: 12 }), (processes) => {
        const links = new NamespaceLinks(NAMESPACE_TYPES);
        for (const [each, isTwice] of processes) {
          const texts = linksTo(each).map((text, i) => ((each[i] as number) < 0 ? (each[i] as number) : text));
          const refused = each.slice(0, 3).every((value) => value === -EACCES);
          const expected = refused ? each.map(() => 0) : each.map((value) => Math.max(value, 0));
          for (let i = 0; i < (isTwice ? 2 : 1); i++) {
            expect(read(links, texts)).toBe(expected.filter((value) => value === 0).length);
            expect([...links.inodes]).toEqual(expected);
          }
        }
      }),
    );
  });

  test("that are refused three times are not asked for the rest", () => {
    const links = new NamespaceLinks(NAMESPACE_TYPES);
    expect(read(links, [-EACCES, -EACCES, -EACCES])).toBe(8);
    expect(asked).toBe(3);
    expect(links.problems(7)).toEqual([{ code: "PROCESS_UNREADABLE", pid: 7, errno: "EACCES" }]);
  });

  test("that are no links of namespaces are a failure, and so are empty ones", () => {
    const links = new NamespaceLinks(NAMESPACE_TYPES);
    const good = linksTo([1, 2, 3, 4, 5, 6, 7, 8]);
    expect(read(links, good)).toBe(0);
    expect(read(links, good.with(3, "net:[4").with(5, ""))).toBe(2);
    expect(links.problems(7)).toEqual([
      { code: "LINK_UNREADABLE", pid: 7, type: "net", errno: "EIO" },
      { code: "LINK_UNREADABLE", pid: 7, type: "time", errno: "EACCES" },
    ]);
    expect(read(links, good)).toBe(0);
    expect([...links.inodes]).toEqual([1, 2, 3, 4, 5, 6, 7, 8]);
  });

  test("a zombie has two of them", () => {
    const links = new NamespaceLinks(NAMESPACE_TYPES);
    const gone = NAMESPACE_TYPES.map(() => -ENOENT) as (string | number)[];
    const two = gone.with(NAMESPACE_TYPES.indexOf("user"), "user:[9]").with(NAMESPACE_TYPES.indexOf("pid"), "pid:[8]");
    expect(read(links, two)).toBe(6);
    expect({ isZombie: links.isZombie(), problems: links.problems(7) }).toEqual({ isZombie: true, problems: [] });
    expect(read(links, gone)).toBe(8);
    expect(links.isZombie()).toBe(false);
    expect(links.problems(7)).toEqual([{ code: "PROCESS_UNREADABLE", pid: 7, errno: "ENOENT" }]);
  });

  test("of types that this kernel lacks are not asked for", () => {
    const types = NAMESPACE_TYPES.filter((type) => type !== "time" && type !== "cgroup");
    const links = new NamespaceLinks(types);
    expect(read(links, linksTo([1, 2, 3, 4, 5, 6, 7, 8]))).toBe(0);
    expect(asked).toBe(6);
    expect([...links.inodes]).toEqual([0, 2, 3, 4, 5, 0, 7, 8]);
    links.clear();
    expect([...links.inodes]).toEqual([0, 0, 0, 0, 0, 0, 0, 0]);
  });
});

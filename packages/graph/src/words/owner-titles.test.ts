import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { listFitting } from "./enumerate.js";
import { gatherTitles, type OwnerTitle, spellTitles } from "./owner-titles.js";

const docker = (brief: string, id = brief): OwnerTitle => ({ engine: "docker", name: `${brief} (${id})`, brief });
const all = (): boolean => true;

describe("a list of names", () => {
  /** The longest list that fits, found by trying each. */
  function longest(names: readonly string[], most: number): string {
    const lists = names.map((_, at) => {
      const rest = names.length - at - 1;
      return names.slice(0, at + 1).join(", ") + (rest > 0 ? ` and ${rest} more` : "");
    });
    return lists.findLast(({ length }) => length <= most) ?? lists[0] ?? "";
  }

  test("has as many as fit, and counts the rest", () => {
    fc.assert(
      fc.property(fc.array(fc.string({ maxLength: 12 })), fc.nat(120), (names, most) => {
        expect(listFitting(names, ({ length }) => length <= most)).toBe(longest(names, most));
      }),
    );
  });

  test("has one however little room there is, and nothing of nothing", () => {
    expect(listFitting(["web", "log"], () => false)).toBe("web and 1 more");
    expect(listFitting([], all)).toBe("");
  });
});

describe("titles", () => {
  test("of one are told in full, of several by what is enough", () => {
    expect(spellTitles([docker("web", "3f2a")])).toEqual(["docker web (3f2a)"]);
    expect(spellTitles([docker("web"), docker("log"), { engine: "lxc", name: "web", brief: "web" }])).toEqual([
      "docker web",
      "docker log",
      "lxc web",
    ]);
    expect(spellTitles([docker("web", "1"), docker("web", "2"), docker("log", "3")])).toEqual([
      "docker web (1)",
      "docker web (2)",
      "docker log",
    ]);
  });

  test("are gathered by what they are", () => {
    const titles = [docker("web"), { engine: "lxc", name: "build", brief: "build" }, docker("log"), docker("db")];
    expect(gatherTitles(titles, 3, all)).toEqual(["3 × docker: web, log, db", "lxc build"]);
    expect(gatherTitles(titles, 3, ({ length }) => length <= 23)).toEqual(["3 × docker: web and 2 more", "lxc build"]);
    expect(gatherTitles(titles, 1, all)).toEqual(["… 4 more"]);
    const leaders = ["4711 sh", "4712 sh"].map((name): OwnerTitle => ({ engine: "", name, brief: name }));
    expect(gatherTitles(leaders, 3, all)).toEqual(["4711 sh", "4712 sh"]);
  });

  test("are each named or counted, however many kinds and names there are", () => {
    const title = fc
      .record({
        engine: fc.constantFrom("docker", "lxc", "podman", "pod", ""),
        name: fc.stringMatching(/^[a-z]{1,9}$/),
      })
      .map(({ engine, name }): OwnerTitle => ({ engine, name, brief: name }));
    const selector = (of: OwnerTitle): string => `${of.engine} ${of.name}`;
    fc.assert(
      fc.property(
        fc.uniqueArray(title, { selector }),
        fc.integer({ min: 2, max: 4 }),
        fc.nat(60),
        (titles, most, room) => {
          const phrases = gatherTitles(titles, most, ({ length }) => length <= room);
          expect(phrases.length).toBeLessThanOrEqual(most);
          let told = 0;
          for (const phrase of phrases) {
            const [, rest, number, names, more] =
              /^(?:… (\d+) more|(\d+) × \w+: (.*?)(?: and (\d+) more)?|.*)$/.exec(phrase) ?? [];
            if (rest !== undefined) told += Number(rest);
            else if (number === undefined) told++;
            else {
              expect((names ?? "").split(", ").length + Number(more ?? 0)).toBe(Number(number));
              told += Number(number);
            }
          }
          expect(told).toBe(titles.length);
        },
      ),
    );
  });
});

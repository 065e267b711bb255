import { execFileSync, spawnSync } from "node:child_process";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { printable } from "./printable.js";
import { quoteForShell } from "./quote-for-shell.js";

const hasBash = spawnSync("bash", ["--version"]).status === 0;

function readBack(line: string): string[] {
  const output = execFileSync("bash", ["--norc", "--noprofile", "-c", `printf '%s\\0' ${line}`], {
    encoding: "utf8",
    env: { LC_ALL: "C.UTF-8", PATH: process.env.PATH },
    stdio: ["ignore", "pipe", "inherit"],
  });
  return output.split("\0").slice(0, -1);
}

describe("quoteForShell", () => {
  it("leaves plain words alone", () => {
    expect(quoteForShell(["nsenter", "--net=/run/netns/blue"])).toBe("nsenter --net=/run/netns/blue");
  });

  it("quotes spaces and quotes", () => {
    expect(quoteForShell(["a b", "it's", ""])).toBe(`'a b' 'it'\\''s' ''`);
  });

  it("makes what steers a terminal visible", () => {
    expect(quoteForShell(["/run/\u001b[2J\u202e\udcff'\\"])).toBe("$'/run/\\x1b[2J\\xe2\\x80\\xae\\xff\\'\\\\'");
  });

  it("keeps to ASCII where it has to", () => {
    expect(quoteForShell(["/run/é"], { ascii: true })).toBe("$'/run/\\xc3\\xa9'");
    expect(quoteForShell(["/run/é"])).toBe("'/run/é'");
  });

  it("is taken apart by bash into the same words, and shows nothing that is dangerous", (context) => {
    if (!hasBash) context.skip("there is no bash here");
    const character = fc.oneof(
      fc.constantFrom("'", '"', "\\", "$", "`", "\n", "\u001b", " ", "!", "~", "*", "-", "=", "\u202e", "é", "漢", "#"),
      fc.string({ unit: "binary", minLength: 1, maxLength: 1 }).filter((one) => one !== "\0" && !/\p{Cs}/u.test(one)),
    );
    const word = fc.array(character, { maxLength: 12 }).map((characters) => characters.join(""));
    fc.assert(
      fc.property(fc.array(word, { minLength: 1, maxLength: 4 }), fc.boolean(), (words, ascii) => {
        const line = quoteForShell(words, { ascii });
        expect(printable(line)).toBe(line.replaceAll("\\", "\\\\"));
        expect(readBack(line)).toEqual(words);
      }),
      { numRuns: 100 },
    );
  });
});

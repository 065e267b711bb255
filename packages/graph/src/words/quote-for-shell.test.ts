import { mkdtempSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import {
  decodeText,
  findProgram,
  INTERACTIVE_SHELLS,
  requireProgram,
  SHELLS,
  type Shell,
  wordsFromShell,
  wordsInHex,
} from "@ns-graph/testkit";
import fc from "fast-check";
import { describe, expect, it, test } from "vitest";
import { printable } from "./printable.js";
import { quoteForShell, spellForShell } from "./quote-for-shell.js";

/** Characters that mean something to one of the shells, to a terminal, or to those who copy from one. */
const SHARP = [
  ..."'\"\\$`!~*?[]{}()<>|&;#%=^@:,-+ \n\t\r\u001b\u0007\u007f\u0001\u0081\u0088",
  ..."\u0085\u00a0\u00ad\u2028\u202e\u3000\ufeff\uffff\udc80\udc9b\udcff\udce2é漢😀",
];
const character = fc.oneof(
  { weight: 3, arbitrary: fc.constantFrom(...SHARP) },
  { weight: 1, arbitrary: fc.constantFrom(..."abz019_/.") },
  {
    weight: 1,
    arbitrary: fc
      .string({ unit: "binary", minLength: 1, maxLength: 1 })
      .filter((one) => one !== "\0" && !/\p{Cs}/u.test(one)),
  },
);
const bytes = fc.uint8Array({ maxLength: 12 }).map((each) => decodeText(Buffer.from(each.filter((byte) => byte > 0))));
const written = fc.array(character, { maxLength: 12 }).map((characters) => characters.join(""));
// Halves of one character may come together from two neighbours: what counts are bytes.
const word = fc
  .oneof(
    bytes,
    written,
    written.map((text) => `--net=/run/netns/${text}`),
  )
  .map(asFromBytes);
const wordLists = fc.array(fc.array(word, { minLength: 1, maxLength: 4 }), { minLength: 1, maxLength: 100 });

const KNOWN: readonly (readonly string[])[] = [
  [""],
  ["", ""],
  ["'"],
  ["''"],
  ["\\"],
  ["\\\\"],
  ["\\'"],
  ["'\\"],
  ["a\\"],
  ["\n"],
  ["a\n\n", "b"],
  [" ", "  ", " a", "a "],
  ["-n", "-e", "--", "-"],
  ["=ls", "==ls", "a==ls", "a:=ls", "%self", "%1", "~", "~root", "a=~"],
  ["!!", "a!b", "!$", '"!!"', "'!!'", "^a^b"],
  ["$(touch pwned)", "`touch pwned`", "$HOME", "(touch pwned)", "{a,b}", "*", "/*", "?", "[a-z]"],
  ["%s", "%n", "\u001b%d", "%%\u001b", "\u001b%"],
  ["\u001b'; touch pwned; '", "\u001b\\'; touch pwned; \\'", '\u001b"; touch pwned; "', '\u001b)"; touch pwned; "$('],
  ["'; touch pwned; '", "\\'; touch pwned; \\'", "\\\\'; touch pwned; '", "';touch pwned;#"],
  ["\u001b]0;title\u0007", "\u001b0", "\u001b1234", "\udcff7"],
  ["\u00a0", "\u3000a", "e\u0301", "é", "漢字", "\u202egnp.exe"],
];

/** The text that the project has for a file name of the same bytes. */
function asFromBytes(text: string): string {
  const [hex = ""] = wordsInHex([text]);
  return decodeText(Buffer.from(hex, "hex"));
}

function printing(words: readonly string[], ascii: boolean): string {
  return quoteForShell(["printf", "%s\\0", ...words], { ascii });
}

function checkRoundTrip(shell: Shell, lists: readonly (readonly string[])[], env?: Readonly<Record<string, string>>) {
  for (const ascii of [false, true]) {
    const lines = lists.map((words) => printing(words, ascii));
    const expected = wordsInHex(lists.flat());
    if (wordsFromShell(shell, lines, env).join() === expected.join()) continue;
    // One by one, to say which.
    for (const [index, words] of lists.entries())
      expect(wordsFromShell(shell, [lines[index] ?? ""], env), lines[index]).toEqual(wordsInHex(words));
    throw new Error("right one by one, and wrong together");
  }
}

describe("quoteForShell", () => {
  it("leaves plain words alone", () => {
    expect(quoteForShell(["nsenter", "--net=/run/netns/blue"])).toBe("nsenter --net=/run/netns/blue");
  });

  it("quotes blanks, quotes and backslashes in the way in which all shells read them alike", () => {
    expect(quoteForShell(["a b", "it's", ""])).toBe(`'a b' 'it'\\''s' ''`);
    expect(quoteForShell(["a\\b", "a\\", "a\\'b"])).toBe(`'a\\b' 'a'\\\\ 'a'\\\\\\''b'`);
    expect(quoteForShell(["=ls", "/run/é"])).toBe("'=ls' '/run/é'");
  });

  it("makes what steers a terminal visible, and leaves the words behind it where they are", () => {
    expect(quoteForShell(["nsenter", "--net=/run/\u001b[2J\udcff", "--user", "ip"])).toBe(
      `sh -c 'eval "$(printf "exec nsenter \\047--net=/run/\\033[2J\\377\\047 \\042\\044@\\042")"' sh --user ip`,
    );
  });

  it("keeps to ASCII where it has to", () => {
    expect(quoteForShell(["ls", "/run/é"], { ascii: true })).toBe(
      `sh -c 'eval "$(printf "exec ls \\047/run/\\303\\251\\047 \\042\\044@\\042")"' sh`,
    );
  });

  it("holds nothing that could steer a terminal, or that one could lose", () => {
    fc.assert(
      fc.property(fc.array(word, { maxLength: 4 }), fc.boolean(), (words, ascii) => {
        const line = quoteForShell(["printf", ...words], { ascii });
        expect(printable(line)).toBe(line.replaceAll("\\", "\\\\"));
        expect(line).not.toMatch(/ {2}|(?! )\p{Zs}/u);
        if (ascii) expect(line).toMatch(/^[ -~]*$/);
        // What it is spelled in needs no second spelling.
        const spelled = spellForShell(["printf", ...words], { ascii });
        expect(spellForShell(spelled, { ascii })).toBe(spelled);
      }),
    );
  });
});

test.for(SHELLS)("$name takes a quoted command apart into the same words", (shell, context) => {
  requireProgram(context, shell.command[0]);
  checkRoundTrip(shell, KNOWN);
});

test.for(SHELLS.flatMap((shell) => ["C.UTF-8", "C"].map((locale) => ({ ...shell, locale }))))(
  "$name takes any words apart as they were, in the locale $locale",
  (shell, context) => {
    requireProgram(context, shell.command[0]);
    fc.assert(
      fc.property(wordLists, (lists) => checkRoundTrip(shell, lists, { LC_ALL: shell.locale })),
      { numRuns: 8 },
    );
  },
);

test.for(INTERACTIVE_SHELLS)("$name with a person in front of it does too: it replaces no !", (shell, context) => {
  requireProgram(context, shell.command[0]);
  checkRoundTrip(shell, KNOWN);
  fc.assert(
    fc.property(wordLists, (lists) => checkRoundTrip(shell, lists)),
    { numRuns: 3 },
  );
});

test.for(SHELLS.filter(({ name }) => name !== "fish"))("$name may be the sh that spells them", (shell, context) => {
  requireProgram(context, shell.command[0]);
  const folder = mkdtempSync(join(tmpdir(), "ns-graph-sh-"));
  try {
    const [program, ...options] = shell.command;
    const path = findProgram(program) ?? program;
    // Under another name it would be another shell.
    if (options.length === 0) symlinkSync(path, join(folder, "sh"));
    else writeFileSync(join(folder, "sh"), `#!/bin/sh\nexec ${[path, ...options].join(" ")} "$@"\n`, { mode: 0o755 });
    const env = { PATH: `${folder}:${process.env.PATH}` };
    const dash: Shell = { name: "sh", command: ["/bin/sh"] };
    checkRoundTrip(dash, KNOWN, env);
    fc.assert(
      fc.property(wordLists, (lists) => checkRoundTrip(dash, lists, env)),
      { numRuns: 3 },
    );
  } finally {
    rmSync(folder, { recursive: true });
  }
});

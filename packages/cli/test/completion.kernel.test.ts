import { execFileSync } from "node:child_process";
import {
  chmodSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  realpathSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { CLI_PATH, decodeText, encodeText, requireNamespaces, requireProgram } from "@ns-graph/testkit";
import { checkDescriptors } from "@ns-graph/testkit/contract";
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from "vitest";
import { openTerminal, type Terminal } from "./terminal.js";

checkDescriptors();

const BASH_COMPLETION = "/usr/share/bash-completion/bash_completion";

/** How each shell is started: a file of settings that loads the completions, and one key that tells what its line holds. */
const SHELLS = {
  bash: {
    program: "bash",
    settings: `PS1='ready> '; PATH=$MORE:$PATH; HISTFILE=; source ../completion.bash
      tell() { printf '%s\\n' "$READLINE_LINE" > told; }; bind -x '"\\C-t": tell'`,
    command: ["bash", "--noprofile", "--rcfile", "../settings.bash", "-i"],
  },
  "bash with bash-completion": {
    program: "bash",
    settings: `source ${BASH_COMPLETION}; source ../settings.bash; complete -F _command through`,
    command: ["bash", "--noprofile", "--rcfile", "../settings.bash with bash-completion", "-i"],
  },
  zsh: {
    program: "zsh",
    settings: `PS1='ready> '; path=($MORE $path); autoload -Uz compinit; compinit -u -D; source ../completion.zsh
      tell() { print -r -- "$BUFFER" > told; }; zle -N tell; bindkey "^T" tell`,
    command: ["zsh", "-d", "-i"],
  },
  fish: {
    program: "fish",
    settings: `function fish_prompt; printf 'ready> '; end; function fish_greeting; end
      set -g PATH $MORE $PATH; set -g fish_autosuggestion_enabled 0; source ../completion.fish
      bind \\ct 'commandline > told'`,
    command: ["fish", "--no-config", "--private", "-C", "source ../settings.fish"],
  },
} as const;
type ShellName = keyof typeof SHELLS;
const NAMES = Object.keys(SHELLS) as readonly ShellName[];

/** What follows the first letters of a name that is offered, and has to arrive as it is. */
const HOSTILE = [
  "$(id>pwned)",
  "`id>pwned`",
  "$((a[$(id>pwned)]))",
  // biome-ignore lint/suspicious/noTemplateCurlyInString: for a shell
  "${a[$(id>pwned)]}",
  ";id>pwned;",
  "&&id>pwned",
  "|id>pwned",
  ">pwned",
  "<(id>pwned)",
  "(e:'id>pwned':)",
  '"',
  "'",
  "\\",
  `'";id>pwned;"'`,
  "a'b\"c\\d",
  "*",
  "?[a-z]",
  "{a,b}",
  "~root",
  "=~root",
  ":~root",
  "!!",
  "!zq",
  "^a^b",
  " blanks  inside",
  "blank at the end ",
  ":colon:x",
  "=equal=x",
  "@at",
  "net:[123]",
  "#hash",
  "%percent %s",
  "日本語 é",
  "x".repeat(249),
];

/** What follows the first letters of a name that is not offered: it can't be shown as it is. */
const UNSEEN = [
  "new\nline",
  "at the end\n",
  "tab\tdescription",
  "carriage\rreturn",
  "\u001b]0;zq-title\u0007",
  "\u001b[31mzq-red",
  "\u007f",
  "\u009b31mC1",
  "\u202eright to left",
  "zero\u200bwidth",
  "line\u2028separator",
  "\udcff\udcfe",
  "\udcc3(",
];

/** What a name begins with that is offered, and how somebody types the first letters of it. */
const BEGINNINGS = [
  ["$(id>pwned)", "\\$"],
  ["`id>pwned`", "\\`"],
  ["*", "\\*"],
  ["~root", "\\~"],
  ["!zq", "\\!"],
  ["'", "\\'"],
  ['"', '\\"'],
  ["\\", "\\\\"],
  [" blank", "\\ "],
  ["#", "\\#"],
  ["&", "\\&"],
  ["=ls", "'="],
  [":", ":"],
] as const;

/** Names with first letters of their own. */
function distinct(start: string, texts: readonly string[]): readonly (readonly [begin: string, name: string])[] {
  return texts.map((text, at) => {
    const begin = `${start}${String.fromCharCode(97 + Math.floor(at / 26), 97 + (at % 26))}`;
    return [begin, begin + text];
  });
}

const OFFERED = [...distinct("zq", HOSTILE), ["zgoo", "zgood"] as const];
const NEVER = distinct("zrzrzr", UNSEEN);
/** Names of workloads, which their cgroups have in a frame: escapes of systemd are not among them, nor what would be too long. */
const FRAMED = HOSTILE.filter((name) => !name.includes("\\") && name.length < 200);
const UNITS = distinct("yw", FRAMED).map(([begin, name]) => [begin, `${name}.service`] as const);
const CONTAINERS = distinct("yv", FRAMED);
const ID = `abcdef012345${"6".repeat(52)}`;
/** Ids of containers by where engines put their cgroups besides. */
const IDS = [
  "libpod_parent/libpod-ID",
  "libpod_parent/pod/libpod-ID",
  "machine.slice/pod.slice/libpod-ID.scope",
  "kubepods/besteffort/pod1/ID",
].map((path, at) => [path, `${at}bcdef012345${"6".repeat(52)}`] as const);
const UNSEEN_UNITS = distinct("yxyxyx", UNSEEN);
/** Names that begin alike, and go on in a way that a shell would not leave alone. */
const ALIKE = ["zys$(id>pwned)1", "zys$(id>pwned)2", "zyt`id>pwned`'1", "zyt`id>pwned`'2", "zyu \\", "zyu ;"];

let root: string;
let cwd: string;
let elsewhere: string;
let networks: string;
let beginnings: string;
let many: string;
let cgroups: string;
let programs: string;

function folder(name: string): string {
  const path = join(root, name);
  mkdirSync(path);
  return path;
}

function touch(path: string, name: string): void {
  writeFileSync(Buffer.concat([Buffer.from(`${path}/`), encodeText(name)]), "#!/bin/sh\n", { mode: 0o755 });
}

beforeAll(() => {
  root = realpathSync(mkdtempSync(join(tmpdir(), "ns-graph-completion-")));
  cwd = folder("cwd");
  elsewhere = folder("elsewhere");
  networks = folder("networks");
  programs = folder("programs");
  for (const place of [cwd, networks, programs]) {
    for (const [, name] of OFFERED) touch(place, name);
    for (const name of ALIKE) touch(place, name);
  }
  // The files of the working directory are offered where networks are, and they do have such names in a folder of their own.
  mkdirSync(join(cwd, "unseen"));
  touch(join(cwd, "unseen"), "zrzrzrgood");
  for (const place of [networks, programs, join(cwd, "unseen")]) for (const [, name] of NEVER) touch(place, name);
  beginnings = folder("beginnings");
  for (const [name] of BEGINNINGS) touch(beginnings, name);
  touch(beginnings, "-zq");
  cgroups = folder("cgroups");
  const cgroup = (path: string): void => {
    mkdirSync(Buffer.concat([Buffer.from(`${cgroups}/`), encodeText(path)]), { recursive: true });
  };
  for (const [, name] of UNITS) cgroup(`system.slice/${name}`);
  for (const [, name] of UNSEEN_UNITS) cgroup(`system.slice/${name}.service`);
  for (const [, name] of CONTAINERS) cgroup(`lxc.payload.${name}`);
  for (const [, name] of UNSEEN_UNITS) cgroup(`lxc.payload.${name}`);
  cgroup("machine.slice/machine-yzfedora.scope");
  cgroup("lxc.payload.-yxdash");
  cgroup(`user.slice/user-7.slice/user@7.service/user.slice/libpod-${ID}.scope`);
  for (const [path, id] of IDS) cgroup(path.replace("ID", id));
  many = folder("many");
  for (let i = 0; i < 10_000; i++) touch(many, `zq${i}$(id>pwned)`);
  touch(many, "zgood");
  // It stands in for the command, and writes down what it was given.
  writeFileSync(join(programs, "ns-graph"), `#!/bin/sh\nprintf '%s\\0' "$@" > given.new\nmv given.new given\n`);
  writeFileSync(join(programs, "through"), '#!/bin/sh\nexec "$@"\n');
  for (const name of ["ns-graph", "through"]) chmodSync(join(programs, name), 0o755);
  for (const shell of ["bash", "zsh", "fish"]) {
    const script = execFileSync(process.execPath, [CLI_PATH, "completion", shell]);
    writeFileSync(join(root, `completion.${shell}`), script);
  }
  for (const name of NAMES) writeFileSync(join(root, `settings.${name}`), SHELLS[name].settings);
  symlinkSync("settings.zsh", join(root, ".zshrc"));
});
afterAll(() => rmSync(root, { recursive: true }));

/** Opens a terminal with a shell in a mount namespace of its own, where /run/netns is what a folder is here. */
async function open(shell: ShellName, found = networks, place = cwd): Promise<Terminal> {
  const terminal = openTerminal(SHELLS[shell].command, {
    through: [
      "unshare",
      "--mount",
      "sh",
      "-c",
      'mount -t tmpfs none /run && mkdir /run/netns && mount --bind "$0" /run/netns && mount --bind "$1" /sys/fs/cgroup && shift && exec "$@"',
      found,
      cgroups,
    ],
    cwd: place,
    env: { HOME: place, ZDOTDIR: root, MORE: programs, XDG_CONFIG_HOME: root, XDG_DATA_HOME: root },
  });
  try {
    const { output } = terminal;
    await terminal.until("a prompt", () => output().includes("ready> "));
  } catch (error) {
    await terminal[Symbol.asyncDispose]();
    throw error;
  }
  return terminal;
}

/** Types keys: what the line holds then. */
async function type(terminal: Terminal, keys: string): Promise<string> {
  const told = join(terminal.cwd, "told");
  const read = (): string | undefined => {
    const text = existsSync(told) ? decodeText(readFileSync(told)) : "";
    // The line before it, which is empty by now, may have been told once more.
    return text.length > 1 && text.endsWith("\n") ? text.slice(0, -1) : undefined;
  };
  rmSync(told, { force: true });
  terminal.type(encodeText(keys));
  for (let tries = 0; tries < 100 && read() === undefined; tries++) {
    // What is typed while a shell waits for another program may get lost.
    if (tries % 10 === 0) terminal.type("\u0014");
    await sleep(50);
  }
  return read() ?? `nothing was told: ${terminal.output().slice(-1000)}`;
}

/** Types keys and runs the line: what the command was given. */
async function enter(terminal: Terminal, keys: string): Promise<{ readonly line: string; readonly given: string[] }> {
  const line = await type(terminal, keys);
  const before = terminal.output().length;
  terminal.type("\r");
  await terminal.until("the command", () => existsSync(join(terminal.cwd, "given")));
  await terminal.until("a prompt", () => terminal.output().indexOf("ready> ", before) >= 0);
  const given = decodeText(readFileSync(join(terminal.cwd, "given")));
  rmSync(join(terminal.cwd, "given"));
  return { line, given: given.split("\0").slice(0, -1) };
}

/** Completes the beginning of each name after some words, and answers what did not arrive as it is. */
async function findWrong(
  terminal: Terminal,
  words: string,
  names: readonly (readonly [begin: string, name: string])[],
) {
  const wrong: unknown[] = [];
  for (const [begin, name] of names) {
    const { line, given } = await enter(terminal, `ns-graph ${words} ${begin}\t`);
    if (given.at(-1) !== name || given.length !== words.split(" ").length + 1) wrong.push({ name, line, given });
  }
  return wrong;
}

const PLACES = [
  ["a namespace", "show"],
  ["a file", "-o"],
  ["a file in an argument of a program", "run cat"],
  ["a program", "run"],
] as const;

describe.each(NAMES)("%s", (shell) => {
  let terminal: Terminal | undefined;

  beforeEach((context) => {
    requireNamespaces(context, "mnt");
    requireProgram(context, SHELLS[shell].program, "script");
    if (shell.includes("with") && !existsSync(BASH_COMPLETION)) context.skip("needs bash-completion");
  });
  afterEach(async () => {
    await terminal?.[Symbol.asyncDispose]();
    terminal = undefined;
    expect(readdirSync(cwd)).not.toContain("pwned");
    expect(readdirSync(elsewhere)).not.toContain("pwned");
  });

  test.for(PLACES)("the name of %s arrives as it is", async ([, words]) => {
    terminal = await open(shell);
    expect(await findWrong(terminal, words, OFFERED)).toEqual([]);
  });

  // Files and programs are completed by zsh and fish themselves.
  test.for(shell.startsWith("bash") ? PLACES : PLACES.slice(0, 1))(
    "the name of %s does so after a quote, too",
    async ([, words]) => {
      terminal = await open(shell);
      const single = OFFERED.map(([begin, name]) => [`'${begin}`, name] as const);
      // Nothing but the other kind of quote keeps it from the history of some shells.
      const double = OFFERED.map(([begin, name]) => [`"${begin}`, name] as const).filter(
        ([, name]) => !name.includes("!"),
      );
      expect(await findWrong(terminal, words, [...single, ...double])).toEqual([]);
    },
  );

  test("the name of a namespace arrives as it is where no file has it", async () => {
    terminal = await open(shell, networks, elsewhere);
    expect(await findWrong(terminal, "7", OFFERED)).toEqual([]);
  });

  test.for(["show", "7", "--subtree"])("the name of a workload arrives as it is, after %s", async (words) => {
    terminal = await open(shell);
    const others = [
      ["abcd", ID.slice(0, 12)],
      ...IDS.map(([, id]) => [id.slice(0, 4), id.slice(0, 12)] as const),
      ["yzfe", "yzfedora"],
    ] as const;
    expect(await findWrong(terminal, words, [...UNITS, ...CONTAINERS, ...others])).toEqual([]);
  });

  test("the name of a workload that can't be shown is not offered", async () => {
    terminal = await open(shell, networks, elsewhere);
    for (const begin of [...UNSEEN_UNITS.map(([unseen]) => unseen), "-yxd", "yxdash"]) {
      const line = `ns-graph show ${begin}`;
      expect((await type(terminal, `${line}\t`)).trimEnd()).toBe(line);
      terminal.type("\u0015");
    }
  });

  test.for(PLACES)("the names of two of %s that begin alike do so", async ([, words]) => {
    terminal = await open(shell);
    // Some shells insert what both begin with, and some the first of them.
    const { given } = await enter(terminal, `ns-graph ${words} zys\t1`);
    expect(given.slice(words.split(" ").length)).toEqual([expect.stringMatching(/^zys\$\(id>pwned\)1+$/)]);
    const more = await enter(terminal, `ns-graph ${words} zyt\t2`);
    expect(more.given.slice(words.split(" ").length)).toEqual([expect.stringMatching(/^zyt`id>pwned`'[12]+$/)]);
    expect(await type(terminal, `ns-graph ${words} zyu\t`)).toContain("zyu");
  });

  test("a name may begin with anything but a dash", async () => {
    terminal = await open(shell, beginnings, elsewhere);
    expect(
      await findWrong(
        terminal,
        "show",
        BEGINNINGS.map(([name, begin]) => [begin, name]),
      ),
    ).toEqual([]);
    expect(await type(terminal, "ns-graph show -zq\t")).toMatch(/^ns-graph show -zq ?$/);
  });

  test.for(shell === "zsh" ? [PLACES[0]] : [PLACES[0], PLACES[3]])(
    "the name of %s that can't be shown is not offered",
    async ([, words]) => {
      terminal = await open(shell);
      for (const [begin] of NEVER) {
        const line = `ns-graph ${words} ${begin}`;
        expect(await type(terminal, `${line}\t`)).toBe(line);
        terminal.type("\u0015");
      }
    },
  );

  test.for(PLACES)("a list of names of %s steers no terminal", async ([place, words]) => {
    terminal = await open(shell);
    const isFile = place.includes("file");
    terminal.type(`ns-graph ${words} ${isFile ? "unseen/zr" : "z"}\t\t`);
    await terminal.untilQuiet();
    const shown = decodeText(Buffer.from(terminal.output(), "latin1"));
    expect(shown).toContain(isFile ? "zrzrzrgood" : "zgood");
    expect(shown).not.toMatch(/\u001b\]0;zq|\u001b\[31mzq|\u009b/);
    if (words === "show" || shell.startsWith("bash")) expect(shown).not.toMatch(/[\u202e\u200b\u2028]/);
  });

  test("ten thousand names take a while, and no longer", async () => {
    terminal = await open(shell, many, elsewhere);
    const start = Date.now();
    expect((await enter(terminal, "ns-graph show zgoo\t")).given).toEqual(["show", "zgood"]);
    expect((await enter(terminal, "ns-graph show zq1234$\t".replace("$", "\\$"))).given).toEqual([
      "show",
      "zq1234$(id>pwned)",
    ]);
    expect(Date.now() - start).toBeLessThan(10_000);
  });
});

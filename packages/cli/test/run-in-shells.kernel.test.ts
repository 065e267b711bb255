import { spawn } from "node:child_process";
import { setTimeout as sleep } from "node:timers/promises";
import { CLI_PATH, findProgram, requireNamespaces, requireProgram, requireRoot, runCli } from "@ns-graph/testkit";
import { checkDescriptors } from "@ns-graph/testkit/contract";
import { beforeEach, describe, expect, test } from "vitest";
import { openTerminal } from "./terminal.js";

/*
 * Between `ns-graph run` and its command stand shells, and sh(1) is another one on each distribution.
 */

checkDescriptors();

const PATH = "/usr/sbin:/usr/bin:/sbin:/bin";

/** Shells that are sh(1) somewhere, or could be. */
const SHELLS = ["dash", "bash", "busybox", "mksh", "ksh93", "zsh"];

/** A command line that starts another one where sh(1) is a given shell. */
function withShell(name: string): readonly string[] {
  const script = 'mount --bind "$1" "$(readlink -f /bin/sh)"; shift; exec "$@"';
  return ["unshare", "--mount", "--", "bash", "--norc", "-c", script, "bash", findProgram(name) ?? name];
}

describe.each(SHELLS)("where sh is %s", (shell) => {
  beforeEach((context) => {
    requireRoot(context);
    requireNamespaces(context, "mnt", "uts", "pid");
    requireProgram(context, "unshare", "setpriv", "bash", shell);
  });

  const start = (options: readonly string[], command: readonly string[], env: NodeJS.ProcessEnv = {}) =>
    runCli(["run", ...options, "--", ...command], { through: withShell(shell), env: { PATH, ...env }, cwd: "/" });

  test.each([["-u"], ["-p"]])("with %s the exit status is the command's", async (option) => {
    for (const status of [0, 7, 255]) {
      const command = ["bash", "--norc", "-c", `exit ${status}`];
      expect(await start([option], command)).toMatchObject({ exitCode: status, stdout: "", stderr: "" });
    }
  });

  test("the exit status is 128 and the number of the signal that ended the command", async () => {
    for (const signal of [9, 15, 34, 64]) {
      const { exitCode, stderr } = await start(["-u"], ["bash", "--norc", "-c", `kill -${signal} $$`]);
      expect({ exitCode, stderr }).toEqual({ exitCode: 128 + signal, stderr: "" });
    }
  });

  test.each([["-u"], ["-p"]])("with %s the command has the SHLVL that ns-graph has", async (option) => {
    // What starts it here is bash, which counts itself and takes that back.
    for (const SHLVL of ["1", "7"]) {
      const { stdout } = await start([option], ["/usr/bin/env"], { SHLVL });
      expect(stdout).toMatch(new RegExp(`^SHLVL=${SHLVL}$`, "m"));
    }
    const { stdout } = await start([option], ["/usr/bin/env"]);
    expect(stdout).not.toMatch(/^SHLVL=[1-9]/m);
  });

  test("signals that are for ns-graph reach the command once, and leave the waiter alone", async () => {
    const script = "trap 'n=$((n + 1)); echo caught $n' TERM; echo ready; while :; do sleep 0.05; done";
    const words = [...withShell(shell), process.execPath, CLI_PATH, "run", "-u", "--", "bash", "--norc", "-c", script];
    const child = spawn(words[0] as string, words.slice(1), {
      stdio: ["ignore", "pipe", "ignore"],
      env: { PATH },
      detached: true,
    });
    let output = "";
    child.stdout.on("data", (chunk: Buffer) => {
      output += chunk;
    });
    const ended = new Promise<number | null>((resolve) => child.once("close", resolve));
    const until = async (text: string) => {
      for (let i = 0; i < 500 && !output.includes(text); i++) await sleep(20);
      expect(output).toContain(text);
    };
    try {
      await until("ready");
      // What was `unshare` and `bash` is ns-graph by now.
      process.kill(child.pid as number, "SIGTERM");
      await until("caught 1");
      // To all of them, as kill(1) of a process group does: the command gets it by itself, and handed on.
      process.kill(-(child.pid as number), "SIGTERM");
      await until("caught 2");
      expect(child.exitCode).toBeNull();
    } finally {
      process.kill(-(child.pid as number), "SIGKILL");
      await ended;
    }
  });

  test("Ctrl-C in a terminal reaches the command once, and its exit status counts", async (context) => {
    requireProgram(context, "script");
    const script = "trap 'echo caught; exit 9' INT; echo ready; while :; do sleep 0.05; done";
    const run = [process.execPath, CLI_PATH, "run", "-u", "--", "bash", "--norc", "-c", script];
    await using terminal = openTerminal(["bash", "--norc", "-c", '"$@"; echo status=$?', "bash", ...run], {
      through: withShell(shell),
      cwd: "/",
      env: { PATH },
    });
    await terminal.until("ready", () => /^ready\r?$/m.test(terminal.output()));
    terminal.type("\u0003");
    await terminal.until("its status", () => /status=\d/.test(terminal.output()));
    expect(terminal.output().match(/caught/g)).toHaveLength(1);
    expect(terminal.output()).toContain("status=9");
  });
});

import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { CLI_PATH, requireLinux, runCli } from "@ns-graph/testkit";
import { expect, test } from "vitest";

test("what looks up names of containers is a file of its own, which a run without --names does not load", async (context) => {
  requireLinux(context);
  const chunks = readdirSync(dirname(CLI_PATH))
    .filter((name) => name.endsWith(".js"))
    .map((name) => join(dirname(CLI_PATH), name));
  const withNames = chunks.filter((path) => readFileSync(path, "utf8").includes("var/lib/containers/storage"));
  expect(withNames).toHaveLength(1);
  const folder = mkdtempSync(join(tmpdir(), "ns-graph-loaded-"));
  try {
    const hook = join(folder, "hook.cjs");
    const list = join(folder, "loaded.json");
    writeFileSync(
      hook,
      `process.on("exit", () => require("node:fs").writeFileSync(${JSON.stringify(list)}, JSON.stringify(Object.keys(require("node:module")._cache))));`,
    );
    const { exitCode } = await runCli(["--quick"], { nodeOptions: ["--require", hook] });
    expect(exitCode).toBe(0);
    const loaded: string[] = JSON.parse(readFileSync(list, "utf8"));
    const texts = loaded.filter((path) => chunks.includes(path)).map((path) => readFileSync(path, "utf8"));
    expect(texts.some((text) => text.includes("PIDFD_GET_PID_FOR_CHILDREN"))).toBe(true);
    expect(loaded).not.toContain(withNames[0]);
  } finally {
    rmSync(folder, { recursive: true });
  }
});

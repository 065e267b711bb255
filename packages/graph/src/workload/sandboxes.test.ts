import { describe, expect, test } from "vitest";
import type { Executable, Process } from "../model/process.js";
import { describeSandbox } from "../words/group-title.js";
import { mayLeadSandbox, sandboxOf } from "./sandboxes.js";

function words(process: Partial<Process>): string | undefined {
  const leader: Process = { pid: 9, namespaces: {}, ...process };
  const sandbox = sandboxOf(leader, () => true);
  return sandbox && describeSandbox(sandbox, leader);
}

const at = (path: string, borneOut: Executable["borneOut"] = "yes"): Executable => ({ path, borneOut });

describe("a sandbox is called by its engine's name where its executable bears that out:", () => {
  test.each<[comm: string, path: string, engine: string]>([
    ["bwrap", "/usr/bin/bwrap", "bubblewrap"],
    ["bwrap", "/usr/libexec/flatpak-bwrap", "bubblewrap"],
    ["firejail", "/usr/bin/firejail", "firejail"],
    ["chrome", "/opt/google/chrome/chrome", "chromium"],
    ["chromium", "/usr/lib/chromium/chromium", "chromium"],
    ["Web Content", "/usr/lib/firefox-esr/firefox-esr", "firefox"],
  ])("%s at %s is %s", (comm, path, engine) => {
    expect(words({ comm, executable: at(path) })).toBe(engine);
  });
});

describe("it calls itself so where", () => {
  test.each<[why: string, process: Partial<Process>, words: string]>([
    ["nobody looked", { comm: "bwrap" }, "calls itself bwrap"],
    ["it could not be looked at", { comm: "bwrap", executable: { borneOut: "unknown" } }, "calls itself bwrap"],
    ["it is another file of that name", { comm: "bwrap", executable: at("/tmp/bwrap", "no") }, "calls itself bwrap"],
    ["it is another program of the machine", { comm: "bwrap", executable: at("/usr/bin/perl") }, "calls itself bwrap"],
    ["it is another sandbox", { comm: "firejail", executable: at("/usr/bin/bwrap") }, "calls itself firejail"],
    ["only its folder has the name", { comm: "bwrap", executable: at("/usr/bwrap/sh") }, "calls itself bwrap"],
    [
      "its command line alone says so",
      { comm: "perl", commandLine: "perl --type=renderer", executable: at("/usr/bin/perl") },
      "calls itself chromium",
    ],
    ["its name says so of a part", { comm: "Web Content", executable: at("/usr/bin/perl") }, "calls itself firefox"],
  ])("%s", (_why, process, expected) => {
    expect(words(process)).toBe(expected);
  });
});

test("conmon, and what else supervises containers, is told by no name", () => {
  for (const comm of ["conmon", "containerd-shim", "systemd-nspawn", "lxc-start", "sh"]) {
    expect(words({ comm })).toBeUndefined();
    expect(mayLeadSandbox({ comm })).toBe(false);
  }
});

test("the executable is worth a look of those alone that may lead a sandbox", () => {
  expect(mayLeadSandbox({ comm: "bwrap" })).toBe(true);
  expect(mayLeadSandbox({ comm: "code" })).toBe(false);
  expect(mayLeadSandbox({ comm: "code", commandLine: "code --type=zygote" })).toBe(true);
  expect(mayLeadSandbox({})).toBe(false);
});

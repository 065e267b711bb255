import { NsGraphError } from "@ns-graph/graph";
import { describe, expect, test } from "vitest";
import { planRun, unshareArguments } from "./plan.js";

const words = (line: string): string[] => line.split(" ").filter((word) => word !== "");

test.each([
  ["-- true", []],
  ["-n true", ["--net"]],
  ["-p true", ["--pid", "--fork", "--kill-child"]],
  ["--time true", ["--time", "--fork", "--kill-child"]],
  ["-r true", ["--user", "--map-root-user"]],
  ["--mount-proc true", ["--mount", "--pid", "--fork", "--kill-child", "--mount-proc"]],
  [
    "-pnuimUCT true",
    ["--cgroup", "--ipc", "--mount", "--net", "--pid", "--time", "--user", "--uts", "--fork", "--kill-child"],
  ],
  [
    "--uts --pid --net --ipc --mount --user --cgroup --time true",
    ["--cgroup", "--ipc", "--mount", "--net", "--pid", "--time", "--user", "--uts", "--fork", "--kill-child"],
  ],
])("%s asks unshare for %j", (line, expected) => {
  expect(unshareArguments(planRun(words(line)))).toEqual(expected);
});

test.each([
  ["-n -- ls -n --net", ["ls", "-n", "--net"]],
  ["-n ls -n --net", ["ls", "-n", "--net"]],
  ["-n sh -c -- x", ["sh", "-c", "--", "x"]],
  ["-- -odd", ["-odd"]],
  ["run --pid", ["run", "--pid"]],
])("of %s the command is %j", (line, command) => {
  expect(planRun(words(line)).command).toEqual(command);
});

test("words of the command stay as they are", () => {
  const command = ["printf", "%s", "", "a b", "--", "\n'\"$(x)"];
  expect(planRun(["-n", "--", ...command]).command).toEqual(command);
});

describe("wrong usage", () => {
  test.each([
    ["", "run needs a command"],
    ["--net", "run needs a command"],
    ["--net --", "run needs a command"],
    ["--nett true", 'there is no option --nett. Did you mean "--net"?'],
    ["-x true", "there is no option -x"],
    ["-o file true", "-o is where the graph goes, and none is to be drawn"],
    ["--output=file true", "--output is where the graph goes, and none is to be drawn"],
    ["-g json --mode 0640 true", "--mode works only with --output"],
    ["-g json -o file --mode 8 true", "--mode: 8 is no mode from 0 up to 0777, in octal"],
    ["-g", "-g needs a value"],
  ])("%s: %s", (line, message) => {
    let thrown: unknown;
    try {
      planRun(words(line));
    } catch (error) {
      thrown = error;
    }
    expect(thrown).toBeInstanceOf(NsGraphError);
    const { code, message: told } = thrown as NsGraphError;
    expect(code).toBe("USAGE");
    expect(told.replaceAll('"', "")).toContain(message.replaceAll('"', ""));
  });

  test.each([["--bogus x"], ["-x true"], ["--net=1 true"], ["-g"]])("%s: the help of run is named", (line) => {
    expect(() => planRun(words(line))).toThrow(expect.objectContaining({ hint: "See ns-graph run --help." }));
  });

  test("what is drawn where, and who may read it", () => {
    expect(planRun(words("-g json -o file --mode 0640 true"))).toMatchObject({
      graph: "json",
      output: "file",
      mode: 0o640,
    });
  });

  test("help needs no command", () => {
    expect(planRun(["--help"]).help).toBe(true);
  });
});

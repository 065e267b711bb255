import type { NsGraphError } from "@ns-graph/graph";
import { describe, expect, test } from "vitest";
import { checkCombinations } from "./check-combinations.js";
import { parseArguments } from "./parse-arguments.js";
import { readOperand } from "./read-value.js";

function check(line: string): void {
  const [first, ...rest] = line.split(" ").filter(Boolean);
  const isShow = first === "show";
  const parsed = parseArguments(isShow ? rest : line.split(" ").filter(Boolean));
  const operands = isShow ? [] : parsed.operands.map((word) => readOperand(word, "PID"));
  checkCombinations({ ...parsed, operands, isShow });
}

describe("options that can't be combined", () => {
  test.each([
    ["1 --subtree 1", "PIDs and --subtree can't be combined"],
    ["1 web --subtree 1", '"web" and --subtree can\'t be combined'],
    ["web --quick", '"web" and --quick can\'t be combined: --quick reads nothing by which anything but a process is'],
    ["--quick --subtree web", '"web" and --quick can\'t be combined'],
    ["--namespaces net --pidns", "--namespaces and --pidns can't be combined"],
    ["--all-pids", "--all-pids works only with --pidns"],
    ["--no-pids --show-comm", "--no-pids and --show-comm can't be combined"],
    ["--pids none --show-comm", "--pids none and --show-comm can't be combined"],
    ["--pidns --no-pids --all-pids", "--no-pids and --all-pids can't be combined"],
    ["--pidns --show-comm --all-pids", "--show-comm and --all-pids can't be combined"],
    ["--no-pids --pids all", "--no-pids and --pids all can't be combined"],
    ["--mode 0640", "--mode works only with --output"],
    ["--no-color --color always", "--no-color and --color always can't be combined"],
    ["--pidns --tree workload", "--pidns and --tree workload can't be combined"],
    ["--processless 1", "--processless and PIDs can't be combined"],
    ["--processless --show-comm", "--processless and --show-comm can't be combined"],
    ["--processless --quick", "--processless and --quick can't be combined"],
    ["--quick --tree workload", "--quick and --tree workload can't be combined"],
    ["--quick --facts", "--quick and --facts can't be combined"],
    ["--quick --names", "--quick and --names can't be combined"],
    ["--from x --names", "--names has no meaning with --from"],
    ["--from x --quick", "--quick has no meaning with --from"],
    ["--from x --facts", "--facts has no meaning with --from"],
    ["--from x --timeout 5", "--timeout has no meaning with --from"],
    ["--limit none --from x", "--limit has no meaning with --from"],
    ["show 1 --subtree 1", "show and --subtree can't be combined"],
    ["show 1 --namespaces net", "show and --namespaces can't be combined"],
    ["show 1 --pidns", "show and --pidns can't be combined"],
    ["show 1 --processless", "show and --processless can't be combined"],
    ["show 1 --all-pids", "show and --all-pids can't be combined"],
  ])("%s", (line, message) => {
    expect(() => check(line)).toThrow(message);
    expect(() => check(line)).toThrow(expect.objectContaining({ code: "USAGE" }) as NsGraphError);
  });
});

describe("an error names what was typed", () => {
  test.each([
    ["-t net --pidns", "-t and --pidns can't be combined"],
    ["--pids=none --pidns --all-pids", "--pids none and --all-pids can't be combined"],
    ["show 1 -t net", "show and -t can't be combined"],
    ["--processless --pidns --all-pids", "--processless and --all-pids can't be combined"],
    ["--color=always --no-color", "--no-color and --color always can't be combined"],
  ])("%s", (line, message) => {
    expect(() => check(line)).toThrow(message);
  });
});

describe("options that go together", () => {
  test.each([
    "",
    "1 2 3",
    "--pidns --subtree 1",
    "--pidns --all-pids",
    "--pidns --tree parent",
    "--subtree 1 --namespaces net",
    "--processless --namespaces net --no-pids",
    "--no-pids --pids none",
    "--no-pids --no-show-comm",
    "--output x --mode 0640",
    "--color never --no-color",
    "--quick --no-pids 1",
    "--from x --pidns --strict",
    "show 1 --quick",
    "show 1 --from x --strict",
  ])("%j", (line) => {
    expect(() => check(line)).not.toThrow();
  });
});

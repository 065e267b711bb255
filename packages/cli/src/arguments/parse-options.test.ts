import { NsGraphError } from "@ns-graph/graph";
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import type { OptionValue } from "./options.js";
import { type OptionTable, parseOptions } from "./parse-options.js";
import { UnknownOption } from "./usage-error.js";

const table: OptionTable = new Map<string, OptionValue & { readonly short?: string }>([
  ["quick", { type: "boolean", short: "q" }],
  ["verbose", { type: "boolean", short: "v" }],
  ["format", { type: "format", placeholder: "NAME", short: "f" }],
  ["namespaces", { type: "types", placeholder: "LIST", short: "t" }],
  ["subtree", { type: "subject", placeholder: "SUBJECT" }],
  ["width", { type: "number", placeholder: "N", min: 1, max: 100 }],
  ["ratio", { type: "number", placeholder: "N" }],
  ["mode", { type: "mode", placeholder: "OCTAL" }],
  ["tree", { type: "choice", placeholder: "R", choices: ["owner", "parent"] }],
]);

const parse = (...args: string[]) => parseOptions(args, table);
const failure = (...args: string[]): NsGraphError => {
  try {
    parse(...args);
  } catch (error) {
    if (error instanceof NsGraphError) return error;
    throw error;
  }
  throw new Error(`${args.join(" ")} was accepted`);
};

describe("parseOptions", () => {
  test.each([
    [["--format", "dot"], { format: "dot" }],
    [["--format=dot"], { format: "dot" }],
    [["--format=a=b"], { format: "a=b" }],
    [["-f", "dot"], { format: "dot" }],
    [["-fdot"], { format: "dot" }],
    [["-qvf", "dot"], { quick: true, verbose: true, format: "dot" }],
    [["-qfdot"], { quick: true, format: "dot" }],
    [["-f", "-"], { format: "-" }],
    [["--no-quick"], { quick: false }],
    [["--quick", "--no-quick"], { quick: false }],
    [["--format", "dot", "--format", "json"], { format: "json" }],
    [["--subtree", "007"], { subtree: 7 }],
    [["--subtree", "docker web"], { subtree: "docker web" }],
    [["--subtree", "1e3"], { subtree: "1e3" }],
    [["--width", "100"], { width: 100 }],
    [["--ratio", "-1.5"], { ratio: -1.5 }],
    [["--tree", "parent"], { tree: "parent" }],
    [["--mode", "0644"], { mode: 0o644 }],
    [["--mode=640"], { mode: 0o640 }],
    [["--mode", "0"], { mode: 0 }],
  ])("%j", (args, values) => {
    expect(parse(...args)).toMatchObject({ values, operands: [] });
    expect(Object.keys(parse(...args).values)).toEqual(Object.keys(values));
  });

  test("types come in their own order, from several lists, without repetition", () => {
    expect(parse("-t", "uts,net", "--namespaces=net, cgroup,").values).toEqual({
      namespaces: ["cgroup", "net", "uts"],
    });
  });

  test("options and operands may be mixed, and nothing after -- is an option", () => {
    expect(parse("12", "--quick", "-", "--", "--verbose", "--", "3")).toMatchObject({
      values: { quick: true },
      operands: ["12", "-", "--verbose", "--", "3"],
    });
  });

  test.each([
    [["-t", "net"], { namespaces: "-t" }],
    [["--namespaces=net"], { namespaces: "--namespaces" }],
    [["--tree=parent"], { tree: "--tree parent" }],
    [["-qv", "--no-quick"], { quick: "--no-quick", verbose: "-v" }],
  ])("%j knows how it was typed", (args, typed) => {
    expect(parse(...args).typed).toEqual(typed);
  });

  test("endsAtOperand leaves what follows the first operand alone", () => {
    expect(parseOptions(["-q", "ls", "-v", "--"], table, { endsAtOperand: true })).toMatchObject({
      values: { quick: true },
      operands: ["ls", "-v", "--"],
    });
  });

  test("isLenient skips what is wrong", () => {
    const { values } = parseOptions(["--nix", "--tree=x", "-z", "--format", "dot"], table, { isLenient: true });
    expect(values).toEqual({ format: "dot" });
  });

  test.each([
    [["--frmat", "dot"], "there is no option --frmat. Did you mean --format?"],
    [["--no-format"], "there is no option --no-format. Did you mean --format?"],
    [["--xyzzy"], "there is no option --xyzzy."],
    [["-format", "dot"], "there is no option -format. Did you mean --format?"],
    [["-qx"], "there is no option -x"],
    [["--quick=yes"], "--quick takes no value"],
    [["--no-quick=yes"], "--no-quick takes no value"],
    [["--format"], "--format needs a value: --format NAME"],
    [["-f"], "-f needs a value: -f NAME"],
    [["--format", "--quick"], "--format needs a value: --format NAME"],
    [["--format="], "--format needs a value"],
    [["--subtree", "0"], '--subtree: "0" is not a PID'],
    [["--subtree", "-1"], '--subtree: "-1" is not a PID'],
    [["--subtree", " "], "--subtree needs a value"],
    [["--subtree", "99999999999999999999"], '--subtree: "99999999999999999999" is not a PID'],
    [["--width", "0"], '--width: "0" is not a number from 1 up to 100'],
    [["--width", "Infinity"], '--width: "Infinity" is not a number from 1 up to 100'],
    [["--ratio", "0x10"], '--ratio: "0x10" is not a number'],
    [["--ratio", "NaN"], '--ratio: "NaN" is not a number'],
    [["--mode", "0888"], '--mode: "0888" is no mode from 0 up to 0777, in octal'],
    [["--mode", "4755"], '--mode: "4755" is no mode from 0 up to 0777, in octal'],
    [["--mode", "u=rw"], '--mode: "u=rw" is no mode from 0 up to 0777, in octal'],
    [["--mode", "-1"], '--mode: "-1" is no mode from 0 up to 0777, in octal'],
    [["--mode="], '--mode: "" is no mode from 0 up to 0777, in octal'],
    [["--mode"], "--mode needs a value: --mode OCTAL"],
    [["--tree", "parnet"], '--tree: there is no "parnet". Did you mean "parent"?'],
    [["-t", "nett"], '-t: no type of namespace is called "nett". Did you mean "net"?'],
    [["-t", ","], "-t needs at least one type of namespace"],
  ])("%j: %s", (args, message) => {
    const error = failure(...args);
    expect({ code: error.code, message: error.message }).toEqual({ code: "USAGE", message });
  });

  test("an unknown type is answered with the right ones", () => {
    expect(failure("-t", "x").hint).toBe("The types are cgroup, ipc, mnt, net, pid, time, user, uts.");
  });

  test("an unknown option is told apart, by its name", () => {
    const error = failure("--rankdir=LR");
    expect(error).toBeInstanceOf(UnknownOption);
    expect((error as UnknownOption).option).toBe("rankdir");
  });

  test("hostile words are shown, not sent to the terminal", () => {
    expect(failure("--\u001b[2J").message).toBe("there is no option --\\e[2J.");
    expect(failure("-\u202e").message).toBe("there is no option -\\u202e");
    expect(failure("--tree", "\n").message).toContain('"\\n"');
  });

  test("whatever the words are: values of the right kind, or an error that says what is wrong", () => {
    const word = fc.oneof(
      fc.string(),
      fc.constantFrom(
        "--",
        "-",
        "-q",
        "--quick",
        "-f",
        "--width",
        "5",
        "--subtree=3",
        "-tnet",
        "--no-quick",
        "__proto__",
      ),
    );
    fc.assert(
      fc.property(fc.array(word), (args) => {
        try {
          const { values, operands } = parse(...args);
          expect(Object.keys(values).every((name) => table.has(name))).toBe(true);
          expect(operands.every((operand) => args.includes(operand))).toBe(true);
        } catch (error) {
          expect(error).toBeInstanceOf(NsGraphError);
        }
      }),
    );
  });
});

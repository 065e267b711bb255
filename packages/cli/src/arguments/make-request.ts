import {
  DEFAULT_VIEW,
  defaultOptions,
  FACTS,
  type Fact,
  type MemberStyle,
  SOURCES,
  type SurveyOptions,
} from "@ns-graph/graph";
import type { Format } from "../plugins/formats.js";
import type { Arguments, Given } from "./parse-arguments.js";
import type { Operand } from "./read-value.js";
import type { Request, ViewRequest } from "./request.js";

/** By what workloads are known. */
const WORKLOAD_FACTS: readonly Fact[] = ["status", "cgroup"];
/** Some have no other name than a command line. */
const NAME_FACTS: readonly Fact[] = [...WORKLOAD_FACTS, "command-line"];

/** What a command line asks for; `operands` are the processes that it names, undefined where it names a subject to show. */
export function makeRequest(
  { given, flags }: Arguments,
  format: Format,
  operands: readonly Operand[] | undefined,
): Request {
  const { from, limit, timeout, names = false, pidns = false, processless = false, subtree } = given;
  const type = pidns ? "pid" : "user";
  const pids = operands?.filter((operand) => typeof operand === "number");
  const words = operands?.filter((operand) => typeof operand === "string") ?? [];
  const isNamed = words.length > 0 || typeof subtree === "string";
  const tree = pidns ? "parent" : given.tree;
  const members = memberStyle(given);
  const view: ViewRequest = {
    arrangement: { ...(tree && { tree }), ...(members && { members }) },
    flags: { ...defaultOptions(format.renderer), ...flags },
  };
  const facts = pids === undefined ? FACTS : [...factsOf(format, view), ...(isNamed ? NAME_FACTS : [])];
  const probe = { ...(limit && { limits: limit }), ...(timeout !== undefined && { seconds: timeout }) };
  return {
    read: from === undefined ? { probe, survey: makeSurvey(given, facts, pids), names } : { from },
    select: {
      pids: pids ?? [],
      subtree: typeof subtree === "number" ? { pid: subtree, type } : undefined,
      isPidHierarchy: pidns,
      types: given.namespaces,
      isProcessless: processless,
    },
    ...(isNamed && { named: { words, ...(typeof subtree === "string" && { subtree: { word: subtree, type } }) } }),
    view,
    target: targetOf(given, format),
  };
}

function targetOf(given: Given, format: Format): Request["target"] {
  return {
    format,
    output: given.output,
    mode: given.mode,
    isWide: given.wide ?? false,
    color: given["no-color"] ? "never" : (given.color ?? "auto"),
    isVerbose: given.verbose ?? false,
    isStrict: given.strict ?? false,
  };
}

/** The facts that a renderer draws, and those that the view needs whatever draws it. */
export function factsOf({ renderer }: Format, { arrangement, flags }: ViewRequest): readonly Fact[] {
  const { tree, members } = arrangement;
  const facts: Fact[] = [...renderer.needs(flags, { ...DEFAULT_VIEW, ...arrangement })];
  if (members === "comm" || members === "pids" || tree === "process") facts.push("status");
  if (tree === "workload") facts.push(...WORKLOAD_FACTS);
  return facts;
}

function makeSurvey(given: Given, facts: readonly Fact[], pids: readonly number[] = []): SurveyOptions {
  // Pins and relatives of what is asked for may be anywhere, so all processes are read.
  if (!given.quick)
    return { sources: SOURCES, facts: given.facts ? FACTS : given.names ? [...facts, "status", "cgroup"] : facts };
  // The cgroup paths cost as much as all the rest, so they are drawn only where time is no matter.
  const cheap = facts.filter((fact) => fact !== "cgroup");
  return { sources: ["process"], facts: cheap, ...(pids.length > 0 && { pids }) };
}

function memberStyle(given: Given): MemberStyle | undefined {
  if (given["no-pids"]) return "none";
  if (given["show-comm"]) return "comm";
  if (given["all-pids"]) return "pids";
  return given.pids;
}

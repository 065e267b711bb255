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
import type { ReadRequest, Request, SelectRequest, TargetRequest, ViewRequest } from "./request.js";

/** What the operands of a command line name: processes, or one subject, of which everything is asked. */
export type Named = { readonly pids: readonly number[] } | "subject";

/** What a command line asks for. */
export function makeRequest({ given, flags }: Arguments, format: Format, named: Named): Request {
  const pids = named === "subject" ? [] : named.pids;
  const view = makeView(given, { ...defaultOptions(format.renderer), ...flags });
  const facts = named === "subject" ? FACTS : factsOf(format, view);
  return {
    read: makeRead(given, facts, pids),
    select: makeSelect(given, pids),
    view,
    target: makeTarget(given, format),
  };
}

/** The facts that a renderer draws, and those that the view needs whatever draws it. */
export function factsOf({ renderer }: Format, { arrangement, flags }: ViewRequest): readonly Fact[] {
  const { tree, members } = arrangement;
  const facts: Fact[] = [...renderer.needs(flags, { ...DEFAULT_VIEW, ...arrangement })];
  if (members === "comm" || members === "pids" || tree === "process") facts.push("status");
  if (tree === "workload") facts.push("status", "cgroup");
  return facts;
}

function makeRead(given: Given, facts: readonly Fact[], pids: readonly number[]): ReadRequest {
  const { from, limit, timeout, names = false } = given;
  if (from !== undefined) return { from };
  return {
    probe: { ...(limit && { limits: limit }), ...(timeout !== undefined && { seconds: timeout }) },
    survey: given.quick ? quickSurvey(facts, pids) : fullSurvey(given, facts),
    names,
  };
}

/** Pins and relatives of what is asked for may be anywhere, so all processes are read. */
function fullSurvey({ facts: wantsAll, names }: Given, facts: readonly Fact[]): SurveyOptions {
  return { sources: SOURCES, facts: wantsAll ? FACTS : names ? [...facts, "cgroup"] : facts };
}

/** The cgroup paths cost as much as all the rest, so they are drawn only where time is no matter. */
function quickSurvey(facts: readonly Fact[], pids: readonly number[]): SurveyOptions {
  return {
    sources: ["process"],
    facts: facts.filter((fact) => fact !== "cgroup"),
    ...(pids.length > 0 && { pids }),
  };
}

function makeSelect(given: Given, pids: readonly number[]): SelectRequest {
  const { pidns = false, processless = false, subtree, namespaces } = given;
  return {
    pids,
    isPidHierarchy: pidns,
    isProcessless: processless,
    subtree: subtree === undefined ? undefined : { pid: subtree, type: pidns ? "pid" : "user" },
    types: namespaces,
  };
}

function makeView(given: Given, flags: object): ViewRequest {
  const tree = given.pidns ? "parent" : given.tree;
  const members = memberStyle(given);
  return { arrangement: { ...(tree && { tree }), ...(members && { members }) }, flags };
}

function memberStyle(given: Given): MemberStyle | undefined {
  if (given["no-pids"]) return "none";
  if (given["show-comm"]) return "comm";
  if (given["all-pids"]) return "pids";
  return given.pids;
}

function makeTarget(given: Given, format: Format): TargetRequest {
  const { output, mode, verbose = false, strict = false, color = "auto" } = given;
  return {
    format,
    output,
    mode,
    color: given["no-color"] ? "never" : color,
    isVerbose: verbose,
    isStrict: strict,
  };
}

import {
  type Answer,
  allBlindSpots,
  answerSubject,
  type BlindSpot,
  type ContainerName,
  type ContainerNames,
  compareText,
  DEFAULT_VIEW,
  type Executable,
  type Host,
  type Init,
  isCutOff,
  type Link,
  type Membership,
  NAMESPACE_TYPES,
  type Namespace,
  type NamespaceGraph,
  type NetworkInterface,
  type Pin,
  type Problem,
  type Process,
  type Selection,
  type Subject,
  type SubordinateRange,
  type TimeOffsets,
  type Users,
  type View,
  type Viewer,
  workloads,
} from "@ns-graph/graph";
import { FORMAT, FORMAT_VERSION, TOOL } from "./format.js";
import { nested, object, others, plain, quoted, textList } from "./json-members.js";
import { jsonText, jsonValue } from "./json-text.js";
import { drawnProcesses, othersOf } from "./others.js";
import { workloadWriter } from "./write-workload.js";

/** Lines are joined to chunks of at least so many characters. */
const CHUNK = 65_536;

/**
 * The document of a graph, in chunks of whole lines: each item of a list is a line, and so is each other part. Equal graphs
 * give equal texts.
 */
export function* writeDocument(graph: NamespaceGraph): Generator<string, void, undefined> {
  let chunk = "";
  for (const line of lines(graph)) {
    chunk += line;
    if (chunk.length >= CHUNK) {
      yield chunk;
      chunk = "";
    }
  }
  yield chunk;
}

function* lines(graph: NamespaceGraph): Generator<string, void, undefined> {
  const { containerNames, extra, pids, users } = graph.frame;
  const { tool = TOOL, ...others } = extra ?? {};
  const showsMembers = graph.view.members !== "none";
  yield `{\n  "format": "${FORMAT}",\n  "version": ${FORMAT_VERSION},\n`;
  yield `  "tool": ${jsonValue(tool)},\n`;
  yield `  "host": ${hostText(graph.host)},\n`;
  yield `  "viewer": ${viewerText(graph.viewer)},\n`;
  yield `  "sources": ${textList(graph.sources)},\n`;
  if (pids !== undefined) yield `  "pids": ${numberList(pids)},\n`;
  yield `  "complete": ${graph.complete},\n`;
  if (users !== undefined) yield `  "users": ${usersText(users)},\n`;
  if (containerNames !== undefined) yield `  "containerNames": ${containerNamesText(containerNames)},\n`;
  if (!isDefault(graph.view)) yield `  "view": ${viewText(graph.view)},\n`;
  const isSelection = graph !== graph.whole;
  // Otherwise marks of context tell.
  if (graph.frame.isPart || (isSelection && isCutOff(graph.whole))) yield '  "isPart": true,\n';
  if (isSelection) yield `  "selection": ${selectionText(graph.selection ?? {})},\n`;
  const answer = showsMembers ? answerSubject(graph) : undefined;
  if (answer !== undefined) yield `  "answer": ${answerText(answer)},\n`;
  yield* list("namespaces", graph.namespaces(), (namespace) =>
    namespaceText(namespace, showsMembers ? namespace.memberCount : graph.memberCount(namespace.id)),
  );
  if (showsMembers) {
    yield* list("processes", drawnProcesses(graph), processWriter());
    yield* list("workloads", workloads(graph), workloadWriter());
  }
  yield* list("pins", graph.pins(), pinText);
  const isEnd = Object.keys(others).length === 0;
  yield* list("problems", graph.problems(), problemText);
  yield* list("blindSpots", allBlindSpots(graph), blindSpotText, isEnd && !isSelection);
  if (isSelection) yield* otherLists(graph, showsMembers, isEnd);
  yield* extraLines(others);
  yield "}\n";
}

/** What a selection does not draw, and what is said of it needs. */
function* otherLists(graph: NamespaceGraph, showsMembers: boolean, isEnd: boolean): Generator<string, void, undefined> {
  const { namespaces, processes, pins } = othersOf(graph);
  yield* list("otherNamespaces", namespaces, (namespace) =>
    namespaceText(namespace, showsMembers ? namespace.memberCount : graph.memberCount(namespace.id)),
  );
  if (showsMembers) yield* list("otherProcesses", processes, processWriter());
  yield* list("otherPins", pins, pinText, isEnd);
}

function* list<T>(
  name: string,
  items: readonly T[],
  write: (item: T) => string,
  isLast = false,
): Generator<string, void, undefined> {
  const behind = isLast ? "\n" : ",\n";
  if (items.length === 0) {
    yield `  "${name}": []${behind}`;
    return;
  }
  yield `  "${name}": [\n`;
  const last = items.length - 1;
  for (let place = 0; place < last; place++) yield `    ${write(items[place] as T)},\n`;
  yield `    ${write(items[last] as T)}\n  ]${behind}`;
}

/** What stands behind everything else in the document. */
function* extraLines(extra: Readonly<Record<string, unknown>>): Generator<string, void, undefined> {
  const members = Object.entries(extra)
    .map(([key, value]) => [key, jsonValue(value)] as const)
    .filter(([, json]) => json !== undefined);
  for (const [place, [key, json]] of members.entries()) {
    yield `  ${jsonText(key)}: ${json}${place === members.length - 1 ? "\n" : ",\n"}`;
  }
}

function hostText(host: Host): string {
  return object(
    quoted("hostname", host.hostname) +
      quoted("kernel", host.kernel) +
      quoted("bootId", host.bootId) +
      quoted("takenAt", host.takenAt) +
      others(host.extra),
  );
}

function viewerText(viewer: Viewer): string {
  return object(
    plain("pid", viewer.pid) +
      plain("euid", viewer.euid) +
      nested("capabilities", viewer.capabilities, textList) +
      nested("namespaces", viewer.namespaces, membershipText) +
      others(viewer.extra),
  );
}

function usersText(users: Users): string {
  const uids = Object.keys(users.names).sort((a, b) => Number(a) - Number(b));
  const names = uids.map((uid) => `,${jsonText(uid)}:${jsonText(users.names[uid] as string)}`).join("");
  return object(
    `,"names":${object(names)}` +
      nested("subuids", users.subuids, (ranges) => `[${ranges.map(subordinateRangeText).join(",")}]`),
  );
}

function subordinateRangeText({ owner, start, count }: SubordinateRange): string {
  return object(quoted("owner", owner) + plain("start", start) + plain("count", count));
}

function containerNamesText(names: ContainerNames): string {
  const ids = Object.keys(names).sort(compareText);
  return object(ids.map((id) => `,${jsonText(id)}:${containerNameText(names[id] as ContainerName)}`).join(""));
}

function containerNameText({ name, pod }: ContainerName): string {
  return object(
    quoted("name", name) +
      nested("pod", pod, (value) => object(quoted("name", value.name) + quoted("namespace", value.namespace))),
  );
}

function isDefault(view: View): boolean {
  return view.tree === DEFAULT_VIEW.tree && view.members === DEFAULT_VIEW.members && view.subject === undefined;
}

function viewText(view: View): string {
  return object(
    quoted("tree", view.tree) + quoted("members", view.members) + nested("subject", view.subject, subjectText),
  );
}

function subjectText(subject: Subject): string {
  return subject.kind === "namespace"
    ? object(quoted("kind", subject.kind) + quoted("id", subject.id))
    : object(quoted("kind", subject.kind) + plain("pid", subject.pid));
}

function selectionText({ types, pids, subtree, pidHierarchy, processless }: Selection): string {
  return object(
    nested("types", types, textList) +
      nested("pids", pids, numberList) +
      nested("subtree", subtree, ({ pid, type }) => object(plain("pid", pid) + quoted("type", type))) +
      plain("pidHierarchy", pidHierarchy) +
      plain("processless", processless),
  );
}

function answerText({ why, init, enterWith, enterNote }: Answer): string {
  return object(
    quoted("why", why) +
      nested("init", init, initText) +
      nested("enterWith", enterWith, textList) +
      quoted("enterNote", enterNote),
  );
}

function membershipText(namespaces: Membership): string {
  let members = "";
  for (const type of NAMESPACE_TYPES) members += quoted(type, namespaces[type]);
  return object(members);
}

function linkText(link: Link): string {
  return link.state === "known" ? `{"state":"known","id":${jsonText(link.id)}}` : `{"state":"${link.state}"}`;
}

function initText({ state, pid }: Init): string {
  return object(quoted("state", state) + plain("pid", pid));
}

function namespaceText(namespace: Namespace, memberCount: number | undefined): string {
  return object(
    quoted("id", namespace.id) +
      quoted("type", namespace.type) +
      plain("ino", namespace.ino) +
      plain("dev", namespace.dev) +
      quoted("nsId", namespace.nsId) +
      plain("initial", namespace.initial) +
      plain("level", namespace.level) +
      nested("parent", namespace.parent, linkText) +
      nested("owner", namespace.owner, linkText) +
      plain("ownerUid", namespace.ownerUid) +
      plain("memberCount", memberCount) +
      plain("context", namespace.context) +
      nested("uidMap", namespace.uidMap, JSON.stringify) +
      nested("gidMap", namespace.gidMap, JSON.stringify) +
      quoted("setgroups", namespace.setgroups) +
      nested("timeOffsets", namespace.timeOffsets, timeOffsetsText) +
      nested("interfaces", namespace.interfaces, (interfaces) => `[${interfaces.map(interfaceText).join(",")}]`) +
      nested("unassignedAddresses", namespace.unassignedAddresses, textList) +
      plain("mountCount", namespace.mountCount) +
      quoted("rootMount", namespace.rootMount) +
      quoted("hostname", namespace.hostname) +
      quoted("cgroupRoot", namespace.cgroupRoot) +
      plain("initPid", namespace.initPid) +
      nested("init", namespace.init, initText) +
      others(namespace.extra),
  );
}

function timeOffsetsText({ monotonic, boottime }: TimeOffsets): string {
  return object(nested("monotonic", monotonic, JSON.stringify) + nested("boottime", boottime, JSON.stringify));
}

function interfaceText({ name, state, addresses }: NetworkInterface): string {
  return object(quoted("name", name) + quoted("state", state) + nested("addresses", addresses, textList));
}

/** Processes in the same namespaces share one object, whose text is made once. */
function processWriter(): (process: Process) => string {
  const memberships = new Map<Membership, string>();
  return (process) => {
    let membership = memberships.get(process.namespaces);
    if (membership === undefined) {
      membership = membershipText(process.namespaces);
      memberships.set(process.namespaces, membership);
    }
    return `{"pid":${process.pid}${plain("ppid", process.ppid)}${quoted("comm", process.comm)}${plain("uid", process.uid)}${quoted(
      "state",
      process.state,
    )}${plain("mainThreadExited", process.mainThreadExited)}${plain("ending", process.ending)}${plain("kernelThread", process.kernelThread)}${nested("pids", process.pids, numberList)}${quoted(
      "cgroup",
      process.cgroup,
    )}${quoted("commandLine", process.commandLine)}${nested("executable", process.executable, executableText)},"namespaces":${membership}${plain("context", process.context)}${others(process.extra)}}`;
  };
}

function executableText({ path, borneOut }: Executable): string {
  return object(quoted("path", path) + quoted("borneOut", borneOut));
}

function numberList(numbers: readonly number[]): string {
  return numbers.length === 1 ? `[${numbers[0]}]` : `[${numbers.join(",")}]`;
}

function pinText(pin: Pin): string {
  return object(
    quoted("kind", pin.kind === "other" ? pin.name : pin.kind) +
      quoted("namespace", pin.namespace) +
      placeText(pin) +
      plain("more", pin.more) +
      others(pin.extra),
  );
}

function placeText(pin: Pin): string {
  switch (pin.kind) {
    case "thread":
      return plain("pid", pin.pid) + plain("tid", pin.tid);
    case "for-children":
      return plain("pid", pin.pid) + plain("tid", pin.tid) + plain("begun", pin.begun);
    case "fd":
    case "socket":
      return plain("pid", pin.pid) + plain("tid", pin.tid) + plain("fd", pin.fd);
    case "mount":
      return (
        quoted("path", pin.path) +
        quoted("mountNamespace", pin.mountNamespace) +
        plain("reachableFrom", pin.reachableFrom)
      );
    case "unseen":
    case "other":
      return "";
  }
}

function blindSpotText({ of, what, codes, types, initial, level, notBelow, count }: BlindSpot): string {
  return object(
    quoted("of", of) +
      quoted("what", what) +
      nested("codes", codes, textList) +
      nested("types", types, textList) +
      plain("initial", initial) +
      plain("level", level) +
      quoted("notBelow", notBelow) +
      plain("count", count),
  );
}

function problemText(problem: Problem): string {
  return object(
    quoted("code", problem.code) +
      quoted("errno", problem.errno) +
      plain("pid", problem.pid) +
      plain("tid", problem.tid) +
      plain("fd", problem.fd) +
      quoted("namespace", problem.namespace) +
      quoted("type", problem.type) +
      quoted("path", problem.path) +
      quoted("what", problem.what) +
      plain("count", problem.count) +
      others(problem.extra),
  );
}

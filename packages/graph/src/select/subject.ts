import { NsGraphError } from "../model/errors.js";
import type { Namespace } from "../model/namespace.js";
import type { NamespaceGraph } from "../model/namespace-graph.js";
import { type NamespaceId, namespaceName, parseNamespaceId } from "../model/namespace-id.js";
import { isNamespaceType, NAMESPACE_TYPES } from "../model/namespace-type.js";
import { compareText } from "../model/order.js";
import type { MountPin } from "../model/pin.js";
import type { Subject } from "../model/view.js";
import {
  knownThread,
  mayBeCalledSo,
  mayBeThere,
  mountedElsewhere,
  type NoSubject,
  notReached,
  severalThings,
  whatIsNot,
} from "../words/absence.js";
import { shortId } from "../words/describe-workload.js";
import { editDistance } from "../words/edit-distance.js";
import { printable } from "../words/printable.js";
import { quoteWord } from "../words/quote-for-shell.js";
import { nameWorkload } from "../workload/container-names.js";
import { containersIn } from "../workload/name-containers.js";
import {
  spellingsOf,
  type WorkloadSubject,
  workloadSubjects,
  workloadsCalled,
  workloadsOnceCalled,
} from "./workload-subjects.js";

/** Where ip-netns(8) mounts the network namespaces it names; a slash is at its end. */
export const NETNS_FOLDER = "/run/netns/";
/** The same, and where distributions link it from. */
const NETNS_FOLDERS = [NETNS_FOLDER, "/var/run/netns/"];
/** How many nearest ones an error names. */
const NEAREST = 3;
/** How many an error names of those that are meant alike. */
const NAMED = 6;
/** Longer texts are not compared: nobody mistypes them. */
const LONGEST = 64;

/** What the machine that a graph is of is asked while that is at hand. */
export interface SubjectLookup {
  /**
   * What a path leads to, as the id of a namespace, whatever it is: stat(2), which may wait. Without an id where it leads nowhere;
   * undefined where that can't be looked at. It is not asked of a path that the graph knows to lead to a namespace.
   */
  identify(path: string): { readonly id?: NamespaceId } | undefined;
  /** What is known of a word that names nothing in the graph. */
  explain(word: string): NoSubject | undefined;
}

/** A subject that a word may mean. */
interface Candidate {
  readonly subject: Subject;
  /** The path that leads to it, which names it besides. */
  readonly path?: string;
  /** What a workload can be asked for as. */
  readonly workload?: WorkloadSubject;
  /** Whether anybody may have given it that name. */
  readonly isClaimed?: boolean;
}

/**
 * What somebody means by a word: one process, one namespace or one workload of the graph.
 *
 * - `4711` is the process with that PID, or the namespace with that inode number or of that name in ip-netns(8); where there
 *   are several, the word is refused, unless the others are workloads that anybody may have called so
 * - `net:[4026532281]` is a namespace as the kernel spells it; `4:4026532281` one by device and inode
 * - `/run/netns/blue` is the namespace that the path leads to or that is mounted there, rather in the viewer's mount namespace
 *   than in another
 * - `/proc/4711`, `/proc/4711/ns/net`, `/proc/4711/fd/7` are a process, a namespace it is in, and one it has open
 * - `blue` is the namespace that `ip netns exec blue` would enter; where nothing has that name in the viewer's mount
 *   namespace, the one that has it in another
 * - `web`, `docker web (3f2a91c04b7d)`, `3f2a91c04b7d`, `nginx.service`, `shop/cart` are a workload: a container, a pod, a
 *   unit, an application, a machine or a sandbox by its name, by its id, or as drawings call it. Four digits or more of an id
 *   stand for it, and the name that it was started with, where nothing is called so, or only what anybody may have called so. Where names of containers were not read, nothing has one: see `nameContainers`
 *
 * Blanks around a word count only where something is called so. Without a `lookup` the graph alone is gone by: a symbolic
 * link it does not know.
 *
 * @throws NsGraphError `NO_SUCH_SUBJECT` if there is nothing of that name, or more than one thing; `USAGE` for a type that
 *   does not exist, or a type with something else than an inode number.
 */
export function parseSubject({ whole: graph }: NamespaceGraph, text: string, lookup?: SubjectLookup): Subject {
  const found = candidates(graph, text, lookup);
  const [only, another] = found;
  if (only === undefined) throw notFound(graph, text.trim(), lookup);
  if (another !== undefined) throw ambiguous(graph, text.trim(), found, lookup);
  return only.subject;
}

/** Whether a word means anything in the graph, be it one thing or several: what `parseSubject` refuses may mean more than one. */
export function meansAnything({ whole: graph }: NamespaceGraph, text: string, lookup?: SubjectLookup): boolean {
  return candidates(graph, text, lookup).length > 0;
}

/**
 * Whether more has to be known before a word is told apart: nothing is called so, only what somebody calls their own thing, or
 * what was started with that name, while a container may have it that an engine gave it (`nameContainers`).
 */
export function mayMeanContainer({ whole: graph }: NamespaceGraph, text: string, lookup?: SubjectLookup): boolean {
  const others = besidesWorkloads(graph, text, lookup);
  if (others.length > 0 && !isName(text)) return false;
  return [...others, ...called(graph, text)].every(
    ({ isClaimed, workload }) => isClaimed || (workload?.mayBeRenamed && !text.includes(shortId(workload.id ?? ""))),
  );
}

/**
 * What has a name, and what else has it that is called so as a workload. What somebody calls their own thing takes nothing
 * from what the machine has by that name, nor from what has an id that begins so or was called so once.
 */
function candidates(graph: NamespaceGraph, text: string, lookup: SubjectLookup | undefined): readonly Candidate[] {
  const word = text.trim();
  const others = besidesWorkloads(graph, text, lookup);
  if (others.length > 0 && !isName(word)) return others;
  const workloads = called(graph, text);
  const sure = workloads.filter(({ isClaimed }) => !isClaimed);
  if (others.some(({ isClaimed }) => !isClaimed)) return [...others, ...sure];
  const claimed = workloads.filter(({ isClaimed }) => isClaimed);
  if (others.length > 0 || sure.length > 0) return [...others, ...sure, ...claimed];
  const once = asWorkloads(workloadsOnceCalled(graph, word));
  if (claimed.length === 0) return once;
  return [...once.filter(({ isClaimed }) => !isClaimed), ...claimed];
}

/** Whether something may be called so: how the kernel spells something, and a path, are no name. */
function isName(word: string): boolean {
  return !/[:/]/.test(word);
}

/** The workloads that are called so. */
function called(graph: NamespaceGraph, text: string): readonly Candidate[] {
  const names = [...new Set([text, text.trim()])];
  return asWorkloads(new Set(names.flatMap((name) => workloadsCalled(graph, name))));
}

function asWorkloads(workloads: Iterable<WorkloadSubject>): readonly Candidate[] {
  return Array.from(workloads, (workload) => {
    const { subject, isClaimed } = workload;
    return { subject, workload, isClaimed };
  });
}

function besidesWorkloads(
  graph: NamespaceGraph,
  text: string,
  lookup: SubjectLookup | undefined,
): readonly Candidate[] {
  const word = text.trim();
  const spelt = bySpelling(graph, word).map((subject) => ({ subject }));
  if (word.includes("/") && spelt.length > 0) return spelt;
  const names = [...new Set([text, word])];
  for (const name of names) {
    const here = mountedHere(graph, name, lookup);
    if (here.length > 0)
      return [...spelt, ...here.filter(({ subject }) => !spelt.some((one) => isSame(one.subject, subject)))];
  }
  if (spelt.length > 0) return spelt;
  for (const name of names) {
    const elsewhere = mountedInOthers(graph, name, lookup);
    if (elsewhere.length > 0) return elsewhere.map(claim);
  }
  return [];
}

/** Whose mount namespace it is there is not known. */
function claim({ subject, path }: Candidate): Candidate {
  return { subject, isClaimed: true, ...(path === undefined ? {} : { path }) };
}

function isSame(one: Subject, other: Subject): boolean {
  if (one.kind === "process") return other.kind === "process" && one.pid === other.pid;
  if (one.kind === "namespace") return other.kind === "namespace" && one.id === other.id;
  return one === other;
}

/** What a word is by how it is spelt: a number, a namespace as the kernel writes it, a path in /proc. */
function bySpelling(graph: NamespaceGraph, word: string): readonly Subject[] {
  if (/^\d+$/.test(word)) return byNumber(graph, Number(word));
  if (parseNamespaceId(word) !== undefined) return asSubjects([graph.namespace(word)]);
  const named = /^([a-z]+):\[?(\d+)\]?$/.exec(word);
  if (named !== null) {
    const [, type, ino] = named;
    return asSubjects(graph.namespaces().filter((one) => one.type === type && one.ino === Number(ino)));
  }
  return word.startsWith("/proc/") ? byProcPath(graph, word) : [];
}

/** Where a name is looked for: a path is one, and a word without slashes is one that ip-netns(8) gave. */
function pathsOf(name: string): readonly string[] {
  return name.includes("/") ? [cleaned(name)] : NETNS_FOLDERS.map((folder) => folder + name);
}

/** What a name leads to in the viewer's mount namespace. Of a name that ip-netns(8) gave nothing is left where something covers it. */
function mountedHere(graph: NamespaceGraph, name: string, lookup: SubjectLookup | undefined): readonly Candidate[] {
  const paths = pathsOf(name);
  const own = pinsAt(graph, paths).filter((pin) => isHere(graph, pin));
  // What its path was seen to lead to is not looked at again: whatever is there by now may keep whoever looks waiting.
  const seen = asCandidates(graph, own.filter(isReachable));
  if (seen.length === 1) return seen;
  const found = lookup === undefined ? [] : paths.map((path) => ({ path, target: lookup.identify(path) }));
  for (const { path, target } of found) {
    const [subject] = asSubjects([graph.namespace(target?.id ?? "")]);
    if (subject !== undefined) return [{ subject, path }];
  }
  const isCovered = !name.includes("/") && found.some(({ target }) => target !== undefined);
  return asCandidates(graph, isCovered ? own.filter(isReachable) : reachableFirst(own));
}

/** What has that name in other mount namespaces. Of a name that ip-netns(8) gave nothing where something else has it in the viewer's. */
function mountedInOthers(graph: NamespaceGraph, name: string, lookup: SubjectLookup | undefined): readonly Candidate[] {
  const paths = pathsOf(name);
  const pins = pinsAt(graph, paths);
  const isTaken =
    pins.some((pin) => isHere(graph, pin)) || paths.some((path) => lookup?.identify(path)?.id !== undefined);
  return isTaken && !name.includes("/") ? [] : asCandidates(graph, reachableFirst(pins));
}

/** A path without what makes no difference to it; other words as they are. */
function cleaned(word: string): string {
  return word.includes("/") ? withoutSlashes(word) || "/" : word;
}

/** Without slashes at the end. A regular expression would look for one from each of them on. */
function withoutSlashes(path: string): string {
  let end = path.length;
  while (end > 0 && path[end - 1] === "/") end--;
  return path.slice(0, end);
}

function asSubjects(namespaces: readonly (Namespace | undefined)[]): readonly Subject[] {
  return namespaces.flatMap((namespace) => (namespace === undefined ? [] : [{ kind: "namespace", id: namespace.id }]));
}

function byNumber(graph: NamespaceGraph, number: number): readonly Subject[] {
  const process = graph.process(number);
  const namespaces = asSubjects(graph.namespaces().filter(({ ino }) => ino === number));
  return process === undefined ? namespaces : [{ kind: "process", pid: process.pid }, ...namespaces];
}

function byProcPath(graph: NamespaceGraph, path: string): readonly Subject[] {
  const [, pidText, rest = ""] = /^\/proc\/(\d+)(\/.*)?$/.exec(withoutSlashes(path)) ?? [];
  const pid = Number(pidText);
  const process = graph.process(pid);
  if (process === undefined) return [];
  if (rest === "") return [{ kind: "process", pid }];
  const [, tidText = pidText, kind, name = ""] = /^(?:\/task\/(\d+))?\/(ns|fd)\/([a-z]+|\d+)$/.exec(rest) ?? [];
  const tid = tidText === pidText ? undefined : Number(tidText);
  if (kind === undefined) return [];
  if (kind === "ns" && tid === undefined)
    return isNamespaceType(name) ? asSubjects([graph.namespace(process.namespaces[name] ?? "")]) : [];
  // Of a thread: the namespace that it is in, of the type that the name is, or that its descriptor of that number is of.
  const pin = graph.pins().find((one) => {
    if ((one.kind !== "thread" && one.kind !== "fd") || one.pid !== pid || one.tid !== tid) return false;
    return one.kind === "fd" ? one.fd === Number(name) : graph.namespace(one.namespace)?.type === name;
  });
  return asSubjects([graph.namespace(pin?.namespace ?? "")]);
}

function mountPins(graph: NamespaceGraph): readonly MountPin[] {
  return graph.pins().filter((pin) => pin.kind === "mount");
}

function pinsAt(graph: NamespaceGraph, paths: readonly string[]): readonly MountPin[] {
  return mountPins(graph).filter(({ path }) => paths.includes(path));
}

function isHere({ viewer }: NamespaceGraph, { mountNamespace }: MountPin): boolean {
  return mountNamespace === viewer.namespaces.mnt;
}

function isReachable({ reachableFrom }: MountPin): boolean {
  return reachableFrom !== undefined;
}

/** Those that their path leads to; where it leads to none of them, all. */
function reachableFirst(pins: readonly MountPin[]): readonly MountPin[] {
  const reachable = pins.filter(isReachable);
  return reachable.length > 0 ? reachable : pins;
}

function asCandidates(graph: NamespaceGraph, pins: readonly MountPin[]): readonly Candidate[] {
  const paths = new Map(pins.map(({ namespace, path }) => [namespace, path]));
  const subjects = asSubjects(Array.from(paths.keys(), (id) => graph.namespace(id)));
  return subjects.map((subject) => {
    const path = paths.size === 1 && subject.kind === "namespace" ? paths.get(subject.id) : undefined;
    return { subject, ...(path === undefined ? {} : { path }) };
  });
}

function spell(graph: NamespaceGraph, subject: Exclude<Subject, { kind: "workload" }>, isUnique: boolean): string {
  if (subject.kind === "process") return `/proc/${subject.pid}`;
  const namespace = graph.namespace(subject.id);
  return namespace === undefined || !isUnique ? subject.id : namespaceName(namespace);
}

/** A workload as something that means it and nothing else, fit to be typed in a shell; undefined where nothing does. */
function spellWorkload(
  graph: NamespaceGraph,
  workload: WorkloadSubject,
  lookup: SubjectLookup | undefined,
): string | undefined {
  for (const spelling of spellingsOf(workload)) {
    const spelt = printable(spelling);
    const [only, another] = candidates(graph, spelt, lookup);
    if (only?.workload === workload && another === undefined) return quoteWord(spelt);
  }
  return undefined;
}

function ambiguous(
  graph: NamespaceGraph,
  word: string,
  found: readonly Candidate[],
  lookup: SubjectLookup | undefined,
): NsGraphError {
  const times = new Map<string, number>();
  for (const { subject } of found) {
    if (subject.kind === "workload") continue;
    const name = spell(graph, subject, true);
    times.set(name, (times.get(name) ?? 0) + 1);
  }
  // One more takes no more room than saying that there is one more.
  const named = found.length <= NAMED + 1 ? found : found.slice(0, NAMED);
  const spelt = named.flatMap(({ subject, path, workload }) => {
    if (path !== undefined) return printable(path);
    if (workload !== undefined) return spellWorkload(graph, workload, lookup) ?? [];
    return subject.kind === "workload" ? [] : spell(graph, subject, times.get(spell(graph, subject, true)) === 1);
  });
  const what = severalThings(found.map(({ subject }) => subject.kind));
  const message = `${printable(word)} is ${what}`;
  if (spelt.length === 0) return new NsGraphError("NO_SUCH_SUBJECT", message);
  if (spelt.length < found.length) spelt.push(`or one of ${found.length - spelt.length} more`);
  return new NsGraphError("NO_SUCH_SUBJECT", message, { hint: `Say which: ${spelt.join(", ")}.` });
}

function notFound(graph: NamespaceGraph, word: string, lookup: SubjectLookup | undefined): NsGraphError {
  if (word === "") return new NsGraphError("NO_SUCH_SUBJECT", "nothing was named");
  const misspelt = misspelling(word);
  if (misspelt !== undefined) return misspelt;
  const known = whatIsKnown(graph, word, lookup);
  if (known?.hint !== undefined) return new NsGraphError("NO_SUCH_SUBJECT", known.message, { hint: known.hint });
  const near = nearest(graph, word);
  const doubts = [...mayBeThere(graph), ...doubtsOfNames(graph, word)];
  const hints = [
    ...(known === undefined ? doubts : []),
    ...(near.length === 0 ? [] : [`Nearest: ${near.join(", ")}.`]),
  ];
  return new NsGraphError(
    "NO_SUCH_SUBJECT",
    known?.message ?? whatIsNot(word, doubts.length === 0),
    hints.length === 0 ? {} : { hint: hints.join(" ") },
  );
}

/** Why a process or a workload may be called so all the same, where a word is such that one can be. */
function doubtsOfNames(graph: NamespaceGraph, word: string): readonly string[] {
  if (/^(?:[/.]|\w+:)/.test(word)) return [];
  const names = graph.frame.containerNames ?? {};
  const nameless = containersIn(graph).filter(
    (container) => container.kind === "container" && nameWorkload(container, names).name === undefined,
  );
  return mayBeCalledSo(graph.processes(), /^\d+$/.test(word), nameless.length);
}

function whatIsKnown(graph: NamespaceGraph, word: string, lookup: SubjectLookup | undefined): NoSubject | undefined {
  const thread = /^\d+$/.test(word) ? knownThread(graph, Number(word)) : undefined;
  if (thread !== undefined) return thread;
  const known = lookup?.explain(cleaned(word));
  const pins = pinsAt(graph, pathsOf(word));
  const own = pins.find((pin) => isHere(graph, pin));
  const [pin = own] = own === undefined ? pins : [];
  const namespace = pin && graph.namespace(pin.namespace);
  if (pin === undefined || namespace === undefined) return known;
  if (pin === own) return notReached(word, pin.path, namespaceName(namespace));
  return known && { ...known, hint: mountedElsewhere(namespaceName(namespace)) };
}

/** What is wrong with a word that looks like `net:[4026532281]` and can't be the name of any namespace. */
function misspelling(word: string): NsGraphError | undefined {
  const [, type = "", ino = ""] = /^([^/:[\]]+):(.*)$/s.exec(word) ?? [];
  if (isNamespaceType(type)) {
    if (/^(\d+|\[\d+\])$/.test(ino)) return undefined;
    return new NsGraphError("USAGE", `${printable(word)}: what follows ${type}: is not an inode number`, {
      hint: `A namespace is written as the kernel does: ${type}:[4026532281].`,
    });
  }
  if (!ino.startsWith("[")) return undefined;
  return new NsGraphError("USAGE", `no type of namespace is called ${printable(type)}`, {
    hint: `The types are ${NAMESPACE_TYPES.join(", ")}.`,
  });
}

/** What could have been meant: what it is called for a reader, and what somebody may have mistyped. */
interface Known {
  readonly name: string;
  readonly key: string;
  readonly workload?: WorkloadSubject;
}

function* knownNames(graph: NamespaceGraph): Generator<Known> {
  for (const { path } of mountPins(graph)) {
    const name = printable(path);
    yield { name, key: path };
    yield { name, key: path.slice(path.lastIndexOf("/") + 1) };
  }
  for (const workload of workloadSubjects(graph)) {
    // The word stands in the viewer's own command line.
    if (workload.leader.pid === graph.viewer.pid) continue;
    for (const key of workload.names) yield { name: workload.subject.name, key, workload };
  }
}

function* knownNumbers(graph: NamespaceGraph, isAlone: boolean): Generator<Known> {
  for (const namespace of graph.namespaces()) {
    const name = namespaceName(namespace);
    yield { name, key: isAlone ? `${namespace.ino}` : name };
  }
  if (isAlone) for (const { pid } of graph.processes()) yield { name: `${pid}`, key: `${pid}` };
}

/** How far a name is from what was typed; undefined for farther than that matters. */
function distanceTo(key: string, word: string, farthest: number, isNumber: boolean): number | undefined {
  if (key === "" || key.length > LONGEST) return undefined;
  if (!isNumber && (key.includes(word) || word.includes(key))) return 1;
  if (Math.abs(key.length - word.length) > farthest) return undefined;
  const distance = editDistance(word, key);
  return distance > farthest ? undefined : distance;
}

/** What could have been meant, the nearest first. */
function nearest(graph: NamespaceGraph, word: string): readonly string[] {
  if (word.length > LONGEST) return [];
  const number = /^(?:[a-z]+:\[?)?(\d+)\]?$/.exec(word)?.[1];
  // Every short number is near to every other.
  if (number !== undefined && number.length < 3) return [];
  const farthest = number === undefined ? Math.max(2, word.length / 3) : Math.min(2, Math.ceil(number.length / 4));
  const found = new Map<string | WorkloadSubject, Known & { readonly distance: number }>();
  for (const known of number === undefined ? knownNames(graph) : knownNumbers(graph, word === number)) {
    const distance = distanceTo(known.key.toLowerCase(), word.toLowerCase(), farthest, number !== undefined);
    const thing = known.workload ?? known.name;
    if (distance !== undefined && distance < (found.get(thing)?.distance ?? Number.POSITIVE_INFINITY))
      found.set(thing, { ...known, distance });
  }
  return [...found.values()]
    .sort((a, b) => a.distance - b.distance || compareText(a.name, b.name))
    .slice(0, NEAREST)
    .flatMap(({ name, workload }) =>
      workload === undefined ? name : (spellWorkload(graph, workload, undefined) ?? []),
    );
}

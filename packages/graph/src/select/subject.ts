import { NsGraphError } from "../model/errors.js";
import type { Namespace } from "../model/namespace.js";
import type { NamespaceGraph } from "../model/namespace-graph.js";
import { type NamespaceId, namespaceName, parseNamespaceId } from "../model/namespace-id.js";
import { isNamespaceType, NAMESPACE_TYPES } from "../model/namespace-type.js";
import { compareText } from "../model/order.js";
import type { MountPin } from "../model/pin.js";
import type { Subject } from "../model/view.js";
import { mayBeThere, type NoSubject, ofThread, severalThings, whatIsNot } from "../words/absence.js";
import { editDistance } from "../words/edit-distance.js";
import { printable } from "../words/printable.js";

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

/**
 * What somebody means by a word: one process or one namespace of the graph.
 *
 * - `4711` is the process with that PID, or the namespace with that inode number; where there are both, the word is refused
 * - `net:[4026532281]` is a namespace as the kernel spells it; `4:4026532281` one by device and inode
 * - `/run/netns/blue` is the namespace mounted there, rather in the viewer's mount namespace than in another
 * - `/proc/4711`, `/proc/4711/ns/net`, `/proc/4711/fd/7` are a process, a namespace it is in, and one it has open
 * - `blue` is the network namespace of that name in ip-netns(8)
 *
 * What is known of a word that names nothing in the graph besides, on this machine say, `explain` says.
 *
 * @throws NsGraphError `NO_SUCH_SUBJECT` if there is nothing of that name, or more than one thing; `USAGE` for a type that
 *   does not exist, or a type with something else than an inode number.
 */
export function parseSubject(
  { whole: graph }: NamespaceGraph,
  text: string,
  explain?: (word: string) => NoSubject | undefined,
): Subject {
  const word = text.trim();
  const found = candidates(graph, word);
  const [only, another] = found;
  if (only === undefined) throw notFound(graph, word, explain);
  if (another !== undefined) throw ambiguous(graph, word, found);
  return only;
}

function candidates(graph: NamespaceGraph, word: string): readonly Subject[] {
  if (/^\d+$/.test(word)) return byNumber(graph, Number(word));
  if (parseNamespaceId(word) !== undefined) return asSubjects([graph.namespace(word)]);
  const named = /^([a-z]+):\[?(\d+)\]?$/.exec(word);
  if (named !== null) {
    const [, type, ino] = named;
    return asSubjects(graph.namespaces().filter((one) => one.type === type && one.ino === Number(ino)));
  }
  if (word.startsWith("/proc/")) {
    const found = byProcPath(graph, word);
    if (found.length > 0) return found;
  }
  if (word.includes("/")) return byPath(graph, [cleaned(word)]);
  return byPath(
    graph,
    NETNS_FOLDERS.map((folder) => folder + word),
  );
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

function byPath(graph: NamespaceGraph, paths: readonly string[]): readonly Subject[] {
  const pins = mountPins(graph).filter(({ path }) => paths.includes(path));
  const own = pins.filter(({ mountNamespace }) => mountNamespace === graph.viewer.namespaces.mnt);
  const ids = new Set<NamespaceId>();
  for (const { namespace } of own.length > 0 ? own : pins) ids.add(namespace);
  return asSubjects(Array.from(ids, (id) => graph.namespace(id)));
}

function spell(graph: NamespaceGraph, subject: Subject, isUnique: boolean): string {
  if (subject.kind === "process") return `/proc/${subject.pid}`;
  const namespace = graph.namespace(subject.id);
  return namespace === undefined || !isUnique ? subject.id : namespaceName(namespace);
}

function ambiguous(graph: NamespaceGraph, word: string, found: readonly Subject[]): NsGraphError {
  const times = new Map<string, number>();
  for (const subject of found) {
    const name = spell(graph, subject, true);
    times.set(name, (times.get(name) ?? 0) + 1);
  }
  // One more takes no more room than saying that there is one more.
  const named = found.length <= NAMED + 1 ? found : found.slice(0, NAMED);
  const spelt = named.map((subject) => spell(graph, subject, times.get(spell(graph, subject, true)) === 1));
  if (named.length < found.length) spelt.push(`or one of ${found.length - named.length} more`);
  const what = severalThings(found.some(({ kind }) => kind === "process"));
  return new NsGraphError("NO_SUCH_SUBJECT", `${printable(word)} is ${what}`, {
    hint: `Say which: ${spelt.join(", ")}.`,
  });
}

function notFound(
  graph: NamespaceGraph,
  word: string,
  explain: ((word: string) => NoSubject | undefined) | undefined,
): NsGraphError {
  if (word === "") return new NsGraphError("NO_SUCH_SUBJECT", "nothing was named");
  const misspelt = misspelling(word);
  if (misspelt !== undefined) return misspelt;
  const process = /^\d+$/.test(word) ? processOfThread(graph, Number(word)) : undefined;
  const known = process === undefined ? explain?.(cleaned(word)) : ofThread(Number(word), process);
  if (known?.hint !== undefined) return new NsGraphError("NO_SUCH_SUBJECT", known.message, { hint: known.hint });
  const near = nearest(graph, word);
  const hints = [
    ...(known === undefined ? mayBeThere(graph) : []),
    ...(near.length === 0 ? [] : [`Nearest: ${near.join(", ")}.`]),
  ];
  return new NsGraphError(
    "NO_SUCH_SUBJECT",
    known?.message ?? whatIsNot(word, mayBeThere(graph).length === 0),
    hints.length === 0 ? {} : { hint: hints.join(" ") },
  );
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

/** The process of a thread that keeps a namespace alive; of other threads the graph does not know. */
function processOfThread(graph: NamespaceGraph, tid: number): number | undefined {
  const pin = graph.pins().find((one) => (one.kind === "thread" || one.kind === "fd") && one.tid === tid);
  return pin?.kind === "thread" || pin?.kind === "fd" ? pin.pid : undefined;
}

/** What could have been meant, the nearest first. */
function nearest(graph: NamespaceGraph, word: string): readonly string[] {
  if (word.length > LONGEST) return [];
  const number = /^(?:[a-z]+:\[?)?(\d+)\]?$/.exec(word)?.[1];
  // Every short number is near to every other.
  if (number !== undefined && number.length < 3) return [];
  const farthest = number === undefined ? Math.max(2, word.length / 3) : Math.min(2, Math.ceil(number.length / 4));
  const distances = new Map<string, number>();
  const offer = (key: string, shown: string): void => {
    if (key.length > LONGEST) return;
    const isPart = number === undefined && (key.includes(word) || word.includes(key));
    const distance = isPart ? 1 : editDistance(word, key);
    if (distance <= farthest) distances.set(shown, Math.min(distance, distances.get(shown) ?? distance));
  };
  if (number === undefined) {
    for (const { path } of mountPins(graph)) {
      offer(path, printable(path));
      offer(path.slice(path.lastIndexOf("/") + 1), printable(path));
    }
  } else {
    for (const namespace of graph.namespaces())
      offer(word === number ? `${namespace.ino}` : namespaceName(namespace), namespaceName(namespace));
    if (word === number) for (const { pid } of graph.processes()) offer(`${pid}`, `${pid}`);
  }
  return [...distances]
    .sort(([a, left], [b, right]) => left - right || compareText(a, b))
    .slice(0, NEAREST)
    .map(([shown]) => shown);
}

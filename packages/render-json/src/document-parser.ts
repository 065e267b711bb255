import {
  assembleGraph,
  type BlindSpot,
  compareNamespaces,
  comparePins,
  compareProblems,
  compareProcesses,
  type Namespace,
  type NamespaceGraph,
  type Pin,
  type Problem,
  type Process,
  type Selection,
  type SurveyFrame,
} from "@ns-graph/graph";
import { assembleSelection } from "./assemble-selection.js";
import { DocumentFault } from "./document-fault.js";
import * as shapes from "./document-shapes.js";
import { FORMAT, FORMAT_VERSION } from "./format.js";
import { JointList } from "./joint-list.js";
import { INCOMPLETE, JsonCursor, quote } from "./json-cursor.js";
import { passValue } from "./json-value.js";
import { type Read, truth, yes } from "./shape.js";
import { workloadGroup } from "./workload-shape.js";

/** How many characters a single value may have. */
const MAX_VALUE = 2 ** 26;
/** The format has to be named within so many characters. */
const FORMAT_WITHIN = 2 ** 24;

const BYTE_ORDER_MARK = "\ufeff";
const OPEN_LIST = "[".charCodeAt(0);

/** What a document says once, by the name that the frame of a graph, or the graph, has for it. */
interface Headers extends Omit<SurveyFrame, "blindSpots" | "extra"> {
  readonly selection?: Selection;
}

type HeaderName = keyof Headers;

const HEADERS: { readonly [Name in HeaderName]-?: Read<NonNullable<Headers[Name]>> } = {
  host: shapes.host,
  viewer: shapes.viewer,
  sources: shapes.sources,
  pids: shapes.pids,
  complete: truth,
  users: shapes.users,
  containerNames: shapes.containerNames,
  view: shapes.view,
  isPart: yes,
  selection: shapes.selection,
};

interface Lists {
  namespaces?: Namespace[];
  processes?: Process[];
  pins?: Pin[];
  problems?: Problem[];
  /** What follows from the rest is not kept. */
  workloads?: undefined[];
  blindSpots?: BlindSpot[];
  otherNamespaces?: Namespace[];
  otherProcesses?: Process[];
  otherPins?: Pin[];
}

type ListName = keyof Lists;

const LISTS: { readonly [Name in ListName]-?: Read<NonNullable<Lists[Name]>[number]> } = {
  namespaces: shapes.namespace,
  processes: shapes.process,
  pins: shapes.pin,
  problems: shapes.problem,
  workloads: workloadGroup,
  blindSpots: shapes.blindSpot,
  otherNamespaces: shapes.namespace,
  otherProcesses: shapes.process,
  otherPins: shapes.pin,
};

/** What bounds the work of a parser. */
export interface ParserLimits {
  /** How many characters are gathered, at least, before they are parsed. */
  readonly gathered: number;
  /** How many items each of the document's lists may have. */
  readonly items: number;
}

const LIMITS: ParserLimits = { gathered: 2 ** 16, items: shapes.MAX_ITEMS };

/** Parses a document whose text comes in pieces. A list's items are read one by one, so that the text is never there as a whole. */
export class DocumentParser {
  readonly #limits: ParserLimits;
  readonly #cursor = new JsonCursor();
  readonly #headers: { -readonly [Name in HeaderName]?: Headers[Name] } = {};
  readonly #lists: Lists = {};
  readonly #extra = new Map<string, unknown>();
  readonly #seen = new Set<string>();
  readonly #steps: Generator<void, NamespaceGraph, void>;
  #gathered: string[] = [];
  #gatheredLength = 0;
  #length = 0;
  #isOurs = false;
  #version: number | undefined;
  /** What was wrong before it was known that this is a document of the right version. */
  #doubt: DocumentFault | undefined;

  constructor(limits = LIMITS) {
    this.#limits = limits;
    this.#steps = this.#document();
  }

  /** How many lines were begun in what was parsed. */
  get lines(): number {
    return this.#cursor.lastLine;
  }

  /** @throws DocumentFault */
  read(text: string): void {
    this.#gathered.push(this.#length === 0 && text.startsWith(BYTE_ORDER_MARK) ? text.slice(1) : text);
    this.#length += text.length;
    this.#gatheredLength += text.length;
    // What is incomplete is read again from its beginning: only once it has doubled, so that small pieces cost no more than large ones.
    if (this.#gatheredLength < Math.max(this.#limits.gathered, this.#cursor.pending)) return;
    this.#advance();
    if (this.#cursor.pending > MAX_VALUE) throw this.#cursor.fault(`is larger than ${MAX_VALUE / 2 ** 20} MiB`);
  }

  /**
   * Parses what was gathered, as far as it goes.
   *
   * @throws DocumentFault
   */
  flush(): void {
    this.#advance();
  }

  /** @throws DocumentFault */
  finish(): NamespaceGraph {
    this.#cursor.end();
    const graph = this.#advance();
    if (graph === undefined) throw new Error("the parser waits for more than the whole document");
    return graph;
  }

  #advance(): NamespaceGraph | undefined {
    this.#cursor.append(this.#gathered);
    this.#gathered = [];
    this.#gatheredLength = 0;
    const step = this.#steps.next();
    if (step.done) return step.value;
    if (!this.#isOurs && this.#length > FORMAT_WITHIN)
      throw foreign(`its first ${FORMAT_WITHIN / 2 ** 20} MiB have no ${NAMED}`);
    return undefined;
  }

  *#document(): Generator<void, NamespaceGraph, void> {
    yield* this.#whole(begin);
    for (let first = true; ; first = false) {
      const key = yield* this.#whole((cursor) => cursor.nextKey(first));
      if (key === undefined) break;
      this.#cursor.path.push(key);
      if (this.#seen.has(key)) this.#suspect(this.#cursor.fault("is there twice"));
      this.#seen.add(key);
      yield* this.#member(key);
      this.#cursor.path.length = 0;
    }
    yield* this.#whole((cursor) => {
      if (!Number.isNaN(cursor.peek())) throw cursor.trailing();
    });
    return this.#graph();
  }

  /** Reads one thing; waits, and begins again, where the text ends before it does. */
  *#whole<T>(read: Read<T>): Generator<void, T, void> {
    const cursor = this.#cursor;
    const depth = cursor.path.length;
    for (;;) {
      cursor.mark();
      try {
        return read(cursor);
      } catch (error) {
        if (error !== INCOMPLETE) throw error;
        cursor.reset();
        cursor.path.length = depth;
      }
      yield;
    }
  }

  /** Reads a value of the document; undefined where there is something else, if it is not sure yet that this matters. */
  *#value<T>(read: Read<T>): Generator<void, T | undefined, void> {
    return yield* this.#whole((cursor) => this.#tolerantly(read, cursor));
  }

  #tolerantly<T>(read: Read<T>, cursor: JsonCursor): T | undefined {
    if (this.#doubt === undefined) {
      const depth = cursor.path.length;
      const { at } = cursor;
      try {
        return read(cursor);
      } catch (error) {
        if (!(error instanceof DocumentFault)) throw error;
        this.#suspect(error);
        cursor.rewind(at);
        cursor.path.length = depth;
      }
    }
    passValue(cursor);
    return undefined;
  }

  /** Throws a fault of shape, or keeps it until it is known that this is a document of the right version. */
  #suspect(fault: DocumentFault): void {
    if (fault.kind !== "shape" || (this.#isOurs && this.#version !== undefined)) throw fault;
    this.#doubt ??= fault;
  }

  *#member(key: string): Generator<void, void, void> {
    if (key === "format") {
      yield* this.#whole(checkFormat);
      this.#isOurs = true;
      this.#checkVersion();
    } else if (key === "version") {
      const version = yield* this.#whole((cursor) => cursor.unknown());
      if (Number.isSafeInteger(version)) this.#version = version as number;
      else this.#suspect(this.#cursor.fault("must be a whole number"));
      this.#checkVersion();
    } else if (Object.hasOwn(LISTS, key)) {
      yield* this.#list(key as ListName);
    } else if (key === "answer") {
      // It follows from the rest, and is found anew.
      yield* this.#value(shapes.answer);
    } else if (Object.hasOwn(HEADERS, key)) {
      Object.assign(this.#headers, { [key]: yield* this.#value(HEADERS[key as HeaderName] as Read<unknown>) });
    } else {
      // The model does not know what took the survey: the frame carries it along with what nobody knows.
      this.#extra.set(key, yield* this.#value(key === "tool" ? shapes.tool : (cursor) => cursor.unknown()));
    }
  }

  #checkVersion(): void {
    if (!this.#isOurs || this.#version === undefined) return;
    if (this.#version !== FORMAT_VERSION) {
      throw new DocumentFault(
        "version",
        `a document of version ${this.#version}; this ns-graph reads version ${FORMAT_VERSION}`,
      );
    }
    if (this.#doubt !== undefined) throw this.#doubt;
  }

  *#list(name: ListName): Generator<void, void, void> {
    const items: unknown[] = [];
    if (!(yield* this.#whole((cursor) => cursor.peek() === OPEN_LIST))) {
      yield* this.#value((cursor) => cursor.openList());
      return;
    }
    this.#cursor.openList();
    Object.assign(this.#lists, { [name]: items });
    this.#cursor.path.push(0);
    while (!this.#items(LISTS[name], items)) yield;
  }

  /** Reads items as far as the text goes; true at the end of the list. The end of the path counts them. */
  #items(read: Read<unknown>, items: unknown[]): boolean {
    const cursor = this.#cursor;
    for (let place = cursor.path[1] as number; ; place++) {
      cursor.path[1] = place;
      cursor.mark();
      try {
        if (!cursor.nextItem(place === 0)) return true;
        if (place === this.#limits.items) this.#suspect(cursor.fault(`is one too many: there may be ${place}`));
        const item = this.#tolerantly(read, cursor);
        if (item !== undefined) items.push(item);
      } catch (error) {
        if (error !== INCOMPLETE) throw error;
        cursor.reset();
        cursor.path.length = 2;
        return false;
      }
    }
  }

  #graph(): NamespaceGraph {
    if (!this.#isOurs) throw foreign(`it has no ${NAMED}`);
    if (this.#doubt !== undefined) throw this.#doubt;
    if (this.#version === undefined) throw this.#lacks("version");
    const { selection, ...headers } = this.#headers;
    const { host, viewer, sources, complete, view } = headers;
    const { namespaces, processes, pins, problems, blindSpots } = this.#lists;
    if (!this.#extra.has("tool")) throw this.#lacks("tool");
    if (host === undefined) throw this.#lacks("host");
    if (viewer === undefined) throw this.#lacks("viewer");
    if (sources === undefined) throw this.#lacks("sources");
    if (complete === undefined) throw this.#lacks("complete");
    if (namespaces === undefined) throw this.#lacks("namespaces");
    if (processes === undefined && view?.members !== "none") throw this.#lacks("processes");
    if (pins === undefined) throw this.#lacks("pins");
    if (problems === undefined) throw this.#lacks("problems");
    const { otherNamespaces, otherProcesses, otherPins } = this.#lists;
    const hasOthers = otherNamespaces !== undefined || otherProcesses !== undefined || otherPins !== undefined;
    if (hasOthers && selection === undefined) throw this.#lacks("selection");
    const allNamespaces = new JointList("namespaces", namespaces, otherNamespaces);
    refuseRepeatedIds(allNamespaces);
    const parts = {
      frame: {
        ...headers,
        host,
        viewer,
        sources,
        ...notFoundAnew(processes, blindSpots),
        extra: Object.fromEntries(this.#extra),
      },
      namespaces: allNamespaces.inOrder(compareNamespaces),
      processes: new JointList("processes", processes ?? [], otherProcesses).inOrder(compareProcesses),
      pins: new JointList("pins", pins, otherPins).inOrder(comparePins),
      problems: new JointList("problems", problems).inOrder(compareProblems),
    };
    if (selection === undefined) return assembleGraph(parts);
    return assembleSelection(parts, selection, { namespaces, processes: processes ?? [] });
  }

  #lacks(name: string): DocumentFault {
    return this.#cursor.fault(`lacks ${quote(name)}`);
  }
}

const NAMED = `"format": "${FORMAT}"`;

function foreign(why: string): DocumentFault {
  return new DocumentFault("foreign", why);
}

function begin(cursor: JsonCursor): void {
  const code = cursor.peek();
  if (Number.isNaN(code)) throw foreign("it is empty");
  if (code !== "{".charCodeAt(0)) throw foreign(`it begins with ${quote(String.fromCharCode(code))}, not with "{"`);
  cursor.openObject();
}

function checkFormat(cursor: JsonCursor): void {
  const format = cursor.unknown();
  if (format !== FORMAT) throw foreign(`its format is ${typeof format === "string" ? quote(format) : "no text"}`);
}

/** Without processes it can't be found anew what could not be looked at. */
function notFoundAnew(
  processes: readonly Process[] | undefined,
  blindSpots: readonly BlindSpot[] | undefined,
): Pick<SurveyFrame, "blindSpots"> {
  return processes === undefined && blindSpots !== undefined ? { blindSpots } : {};
}

/** An id names one namespace, whatever the type. */
function refuseRepeatedIds(namespaces: JointList<Namespace>): void {
  const places = new Map<string, number>();
  for (const [place, { id }] of namespaces.items.entries()) {
    const before = places.get(id);
    if (before !== undefined) throw namespaces.repeated(before, place, "have the same id");
    places.set(id, place);
  }
}

import { describeKind } from "../words/describe-kind.js";
import { enumerate } from "../words/enumerate.js";
import { nearestWord } from "../words/nearest-word.js";
import { printable } from "../words/printable.js";
import { NsGraphError } from "./errors.js";
import { type AnyRenderer, type Chunks, FACTS, type Fact, type Renderer } from "./renderer.js";

/** What is wrong with a renderer, as the rest of a sentence that begins with it. */
type Fault = string | undefined;

/**
 * Checks a renderer, and gives it the narrowest type that it can have: its options, and whether its chunks are text and
 * come at once.
 *
 * @example
 * import { defineRenderer, namespaceName } from "@ns-graph/graph";
 *
 * export default defineRenderer({
 *   name: "names",
 *   summary: "The name of each namespace, a line for each.",
 *   mediaType: "text/plain",
 *   extension: "txt",
 *   flags: { header: { type: "boolean", default: true, summary: "Begin with a line that counts them." } },
 *   needs: () => [],
 *   *render(graph, { header }) {
 *     if (header) yield `${graph.namespaces().length} namespaces\n`;
 *     for (const namespace of graph.namespaces()) yield `${namespaceName(namespace)}\n`;
 *   },
 * });
 *
 * @throws NsGraphError `BAD_RENDERER`, naming the part that is missing or wrong.
 */
export function defineRenderer<Options extends object, Output extends Chunks = Chunks>(
  renderer: Renderer<Options, Output>,
): Renderer<Options, Output> {
  checkRenderer(renderer, "what defineRenderer was given");
  return renderer;
}

/**
 * Checks that a value of unknown origin has all parts of a renderer, and that each can be what it is there for. It calls
 * none of its functions.
 *
 * @param title What the value is called in the message, as its beginning. It is shown as it is.
 * @param isTaken Whether an option may not have this name, because it would be mistaken for another one.
 * @throws NsGraphError `BAD_RENDERER`, naming the part that is missing or wrong.
 */
export function checkRenderer(
  value: unknown,
  title: string,
  isTaken: (flag: string) => boolean = () => false,
): AnyRenderer {
  let fault: Fault;
  try {
    fault = findFault(value, isTaken);
  } catch (error) {
    // A part may be a getter, and fail.
    const message = error instanceof Error ? error.message : String(error);
    fault = `looking at it throws ${quoted(message)}`;
  }
  if (fault === undefined) return value as AnyRenderer;
  throw new NsGraphError("BAD_RENDERER", `${title} is not a renderer: ${fault}`, {
    hint: "A renderer is an object with name, summary, mediaType, extension, flags, needs and render.",
  });
}

/**
 * Checks what `needs` of a renderer answered.
 *
 * @param title What the renderer is called in the message, as its beginning. It is shown as it is.
 * @throws NsGraphError `BAD_RENDERER`, naming what is no fact.
 */
export function checkFacts(needs: unknown, title: string): readonly Fact[] {
  const isFact = (item: unknown): boolean => (FACTS as readonly unknown[]).includes(item);
  if (Array.isArray(needs) && needs.every(isFact)) return needs as readonly Fact[];
  const what = Array.isArray(needs)
    ? noFact(needs.find((item) => !isFact(item)))
    : `${describeKind(needs)}, where an array of facts is expected`;
  throw new NsGraphError("BAD_RENDERER", `${title} is not a renderer: its needs answers ${what}`, {
    hint: `The facts are ${enumerate(FACTS)}.`,
  });
}

function noFact(value: unknown): string {
  const meant = typeof value === "string" ? nearestWord(value, FACTS) : undefined;
  return `${nameValue(value)}, which is no fact${meant === undefined ? "" : `. Did you mean ${quoted(meant)}?`}`;
}

function nameValue(value: unknown): string {
  return typeof value === "string" ? quoted(value) : describeKind(value);
}

function quoted(text: string): string {
  return JSON.stringify(printable(text));
}

/** What the texts of a renderer have to look like, and how that is called. */
const TEXTS: Readonly<Record<string, readonly [RegExp, string]>> = {
  name: [/^[a-z0-9][a-z0-9_-]*$/i, "letters, digits, dashes and underscores, a letter or digit first"],
  summary: [/^\S[^\n]*$/, "one line of text"],
  mediaType: [/^[\w.+-]+\/[\w.+-]+/, "a type and a subtype with a slash between them"],
  extension: [/^[a-z0-9][a-z0-9.]*$/, "small letters and digits, without the dot before them"],
};

function findTextFault(value: unknown, [form, description]: readonly [RegExp, string]): Fault {
  if (typeof value !== "string" || value === "") return `${describeKind(value)}, not a text`;
  return form.test(value) ? undefined : `${quoted(value)}, not ${description}`;
}

function findFault(value: unknown, isTaken: (flag: string) => boolean): Fault {
  if (typeof value !== "object" || value === null) return `it is ${describeKind(value)}`;
  const renderer = value as Readonly<Record<string, unknown>>;
  for (const [part, form] of Object.entries(TEXTS)) {
    const fault = findTextFault(renderer[part], form);
    if (fault !== undefined) return `its ${part} is ${fault}`;
  }
  for (const part of ["needs", "render"]) {
    if (typeof renderer[part] !== "function") return `its ${part} is ${describeKind(renderer[part])}, not a function`;
  }
  const { flags } = renderer;
  if (typeof flags !== "object" || flags === null) return `its flags are ${describeKind(flags)}, not an object`;
  for (const [name, flag] of Object.entries(flags)) {
    const fault = isTaken(name) ? "has the name of an option of the program itself" : findFlagFault(name, flag);
    if (fault !== undefined) return `its flag ${quoted(name)} ${fault}`;
  }
  return undefined;
}

function findFlagFault(name: string, value: unknown): Fault {
  if (!/^[a-z][a-z0-9-]*$/.test(name)) return "may have only small letters, digits and dashes in its name";
  if (name.startsWith("no-")) return 'may not begin with "no-", which turns a switch off';
  if (typeof value !== "object" || value === null) return `is ${describeKind(value)}, not an object`;
  const { type, summary, default: standard, ...flag } = value as Readonly<Record<string, unknown>>;
  const summaryFault = findTextFault(summary, TEXTS.summary as readonly [RegExp, string]);
  if (summaryFault !== undefined) return `has a summary that is ${summaryFault}`;
  if (type === "choice") return findChoiceFault(flag.choices, standard);
  if (type !== "boolean" && type !== "number" && type !== "text") {
    return `has the type ${nameValue(type)}, not boolean, number, text or choice`;
  }
  if (type === "text" && typeof flag.placeholder !== "string") return "is a text without a placeholder";
  if (typeof standard !== (type === "text" ? "string" : type)) {
    return `has a default that is ${describeKind(standard)}, not a ${type}`;
  }
  const { min = -Infinity, max = Infinity } = flag as { readonly min?: number; readonly max?: number };
  if (type !== "number" || (min <= (standard as number) && (standard as number) <= max)) return undefined;
  return `has the default ${standard}, which is not between its min and its max`;
}

function findChoiceFault(choices: unknown, standard: unknown): Fault {
  if (!Array.isArray(choices) || !choices.every((choice) => typeof choice === "string")) {
    return "is a choice without choices";
  }
  return (choices as readonly unknown[]).includes(standard) ? undefined : "has a default that is not among its choices";
}

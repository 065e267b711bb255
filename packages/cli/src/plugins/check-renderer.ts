import { type AnyRenderer, NsGraphError, printable } from "@ns-graph/graph";
import { isOptionName } from "../arguments/options.js";
import { describeKind } from "./describe-kind.js";
import { isFormatName } from "./formats.js";

/** What is wrong with a renderer: a sentence that begins with the part, and what helps. */
interface Fault {
  readonly what: string;
  readonly hint?: string;
}

/**
 * Checks that a module's export is a renderer.
 *
 * @throws NsGraphError `BAD_RENDERER`, naming the plugin and the part that is missing or wrong.
 */
export function checkRenderer(value: unknown, plugin: string): AnyRenderer {
  const fault = findFaultCarefully(value);
  if (fault === undefined) return value as AnyRenderer;
  const { what, hint = "A renderer is an object with name, summary, mediaType, extension, flags, needs and render." } =
    fault;
  throw new NsGraphError("BAD_RENDERER", `${plugin} is not a renderer: ${what}`, { hint });
}

/** A part may be a getter, and fail. */
function findFaultCarefully(value: unknown): Fault | undefined {
  try {
    const what = findFault(value);
    if (what === undefined) return undefined;
    return isCompiledModule(value) ? COMPILED : { what };
  } catch (error) {
    const message = error instanceof Error ? error.message : String(error);
    return { what: `looking at it throws ${JSON.stringify(printable(message))}` };
  }
}

const COMPILED: Fault = {
  what: "it is an ES module that was compiled to CommonJS, whose exports are not those of the module",
  hint: 'Compile it as an ES module: "module": "nodenext" in tsconfig.json, and "type": "module" in package.json.',
};

/** What TypeScript and Babel make of an ES module: all of it is one object, and marked. */
function isCompiledModule(value: unknown): boolean {
  return typeof value === "object" && value !== null && (Object.hasOwn(value, "__esModule") || "default" in value);
}

function findFault(value: unknown): string | undefined {
  if (value === undefined) return 'it has neither a default export nor one called "renderer"';
  if (typeof value !== "object" || value === null) return `its export is ${describeKind(value)}`;
  const renderer = value as Record<string, unknown>;
  for (const part of ["name", "summary", "mediaType", "extension"]) {
    if (typeof renderer[part] !== "string" || renderer[part] === "") {
      return `its ${part} is ${describeKind(renderer[part])}, not a text`;
    }
  }
  if (!isFormatName(renderer.name as string)) {
    const name = JSON.stringify(printable(renderer.name as string));
    return `its name ${name} is none that --format takes: letters, digits, dashes and underscores`;
  }
  for (const part of ["needs", "render"]) {
    if (typeof renderer[part] !== "function") return `its ${part} is ${describeKind(renderer[part])}, not a function`;
  }
  const { flags } = renderer;
  if (typeof flags !== "object" || flags === null) return `its flags are ${describeKind(flags)}, not an object`;
  for (const [name, flag] of Object.entries(flags)) {
    const fault = findFlagFault(name, flag);
    if (fault !== undefined) return `its flag ${JSON.stringify(printable(name))} ${fault}`;
  }
  return undefined;
}

const TYPES = ["boolean", "number", "text", "choice"];

function findFlagFault(name: string, value: unknown): string | undefined {
  if (!/^[a-z][a-z0-9-]*$/.test(name)) return "may have only small letters, digits and dashes in its name";
  if (isOptionName(name)) return "has the name of an option of ns-graph itself";
  if (name.startsWith("no-")) return 'may not begin with "no-", which turns a switch off';
  if (typeof value !== "object" || value === null) return `is ${describeKind(value)}, not an object`;
  const { summary, type, placeholder, choices, default: standard } = value as Readonly<Record<string, unknown>>;
  if (typeof summary !== "string") return "has no summary";
  if (typeof type !== "string" || !TYPES.includes(type))
    return `has the type ${JSON.stringify(printable(String(type)))}, not boolean, number, text or choice`;
  if (type === "choice") {
    const isList = Array.isArray(choices) && choices.every((choice) => typeof choice === "string");
    if (!isList) return "is a choice without choices";
    return (choices as readonly unknown[]).includes(standard)
      ? undefined
      : "has a default that is not among its choices";
  }
  if (type === "text" && typeof placeholder !== "string") return "is a text without a placeholder";
  const expected: string = type === "text" ? "string" : type;
  return typeof standard === expected ? undefined : `is a ${type}, but its default is ${describeKind(standard)}`;
}

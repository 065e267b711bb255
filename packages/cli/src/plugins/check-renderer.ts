import { type AnyRenderer, NsGraphError, printable } from "@ns-graph/graph";
import { isOptionName } from "../arguments/options.js";
import { describeKind } from "./describe-kind.js";

/** What is wrong with a renderer, as a sentence that begins with the part. */
type Fault = string;

/**
 * Checks that a module's export is a renderer.
 *
 * @throws NsGraphError `BAD_RENDERER`, naming the plugin and the part that is missing or wrong.
 */
export function checkRenderer(value: unknown, plugin: string): AnyRenderer {
  const fault = findFaultCarefully(value);
  if (fault === undefined) return value as AnyRenderer;
  throw new NsGraphError("BAD_RENDERER", `${plugin} is not a renderer: ${fault}`, {
    hint: "A renderer is an object with name, summary, mediaType, extension, flags, needs and render.",
  });
}

/** A part may be a getter, and fail. */
function findFaultCarefully(value: unknown): Fault | undefined {
  try {
    return findFault(value);
  } catch (error) {
    const message = error instanceof Error ? error.message : String(error);
    return `looking at it throws ${JSON.stringify(printable(message))}`;
  }
}

function findFault(value: unknown): Fault | undefined {
  if (value === undefined) return 'it has neither a default export nor one called "renderer"';
  if (typeof value !== "object" || value === null) return `its export is ${describeKind(value)}`;
  const renderer = value as Record<string, unknown>;
  for (const part of ["name", "summary", "mediaType", "extension"]) {
    if (typeof renderer[part] !== "string" || renderer[part] === "") {
      return `its ${part} is ${describeKind(renderer[part])}, not a text`;
    }
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

function findFlagFault(name: string, value: unknown): Fault | undefined {
  if (!/^[a-z][a-z0-9-]*$/.test(name)) return "may have only small letters, digits and dashes in its name";
  if (isOptionName(name) || name.startsWith("no-")) return "has the name of an option of ns-graph itself";
  if (typeof value !== "object" || value === null) return `is ${describeKind(value)}, not an object`;
  const flag = value as Readonly<Record<string, unknown>>;
  if (typeof flag.summary !== "string") return "has no summary";
  switch (flag.type) {
    case "boolean":
      return typeof flag.default === "boolean" ? undefined : "is a boolean whose default is none";
    case "number":
      return typeof flag.default === "number" ? undefined : "is a number whose default is none";
    case "text":
      if (typeof flag.placeholder !== "string") return "is a text without a placeholder";
      return typeof flag.default === "string" ? undefined : "is a text whose default is none";
    case "choice":
      return findChoiceFault(flag.choices, flag.default);
    default:
      return `has the type ${JSON.stringify(printable(String(flag.type)))}, not boolean, number, text or choice`;
  }
}

function findChoiceFault(choices: unknown, standard: unknown): Fault | undefined {
  if (!Array.isArray(choices) || !choices.every((choice) => typeof choice === "string")) {
    return "is a choice without choices";
  }
  return (choices as readonly unknown[]).includes(standard) ? undefined : "has a default that is not among its choices";
}

import { type AnyRenderer, checkRenderer, NsGraphError } from "@ns-graph/graph";
import { isOptionName } from "../arguments/options.js";

/**
 * Checks that what a module exports is a renderer, none of whose options is one of this command.
 *
 * @param title What the plugin is called in the message. It is shown as it is.
 * @throws NsGraphError `BAD_RENDERER`, naming the plugin and the part that is missing or wrong.
 */
export function checkExport(value: unknown, title: string): AnyRenderer {
  if (value === undefined) {
    const what = 'it has neither a default export nor one called "renderer"';
    throw new NsGraphError("BAD_RENDERER", `${title} is not a renderer: ${what}`, {
      hint: "A renderer is what its module exports by default, or as renderer.",
    });
  }
  try {
    return checkRenderer(value, title, isOptionName);
  } catch (error) {
    throw isCompiledModule(value) ? compiled(title) : error;
  }
}

function compiled(title: string): NsGraphError {
  const what = "it is an ES module that was compiled to CommonJS, whose exports are not those of the module";
  return new NsGraphError("BAD_RENDERER", `${title} is not a renderer: ${what}`, {
    hint: 'Compile it as an ES module: "module": "nodenext" in tsconfig.json, and "type": "module" in package.json.',
  });
}

/** What TypeScript and Babel make of an ES module: all of it is one object, and marked. */
function isCompiledModule(value: unknown): boolean {
  if (typeof value !== "object" || value === null) return false;
  try {
    return Object.hasOwn(value, "__esModule") || "default" in value;
  } catch {
    // A proxy may fail when it is looked at.
    return false;
  }
}

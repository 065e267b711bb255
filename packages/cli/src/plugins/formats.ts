import { type AnyRenderer, NsGraphError, printable } from "@ns-graph/graph";
import { suggest } from "../arguments/did-you-mean.js";
import { quote } from "../arguments/usage-error.js";

/** The renderers inside this program. Each is loaded only when it is asked for. */
const BUILT_IN = {
  text: async () => (await import("@ns-graph/render-text")).default,
  json: async () => (await import("@ns-graph/render-json")).jsonRenderer,
  dot: async () => (await import("@ns-graph/render-dot")).dotRenderer,
  mermaid: async () => (await import("@ns-graph/render-mermaid")).mermaidRenderer,
} satisfies Readonly<Record<string, () => Promise<AnyRenderer>>>;

/** The names of the formats inside this program, the default first. */
const BUILT_IN_FORMATS = Object.keys(BUILT_IN) as readonly (keyof typeof BUILT_IN)[];

/** What is drawn when no format is named. */
export const DEFAULT_FORMAT = "text";

/** Formats that are published together with this program, and installed beside it by those who want them. */
export const PUBLISHED_FORMATS: Readonly<Record<string, string>> = { svg: "@ns-graph/render-svg" };

/** Where a renderer inside this program comes from. */
export const BUILT_IN_ORIGIN = "built in";

/** A renderer, and where it came from. */
export interface Format {
  readonly renderer: AnyRenderer;
  /** `built in`, the name of a package, or the path of a module. */
  readonly origin: string;
}

/** Opens where formats beyond the built-in ones are found, which takes time. */
export type OpenPlugins = () => Promise<PluginLoader>;

/** Where formats beyond the built-in ones are found. */
export interface PluginLoader {
  /** The short names of the installed renderers that may be loaded, sorted, without loading one. */
  names(): Promise<readonly string[]>;
  /** Why others that are installed are not loaded: an error for each, or for all in a folder that others can write to. */
  refusals(): Promise<readonly NsGraphError[]>;
  /** The renderer of an installed package, or undefined where there is none of that name. */
  loadPackage(name: string): Promise<Format | undefined>;
  /** The renderer in a module that the user named by its path. */
  loadModule(path: string): Promise<Format>;
  /** Lets such a renderer draw, and says what happened where it ends the program or takes long. */
  guardDrawing(format: Format, work: () => Promise<void>): Promise<void>;
}

/** Whether a word after --format is the path of a module: a name has neither a slash nor a dot. */
function isModulePath(word: string): boolean {
  return word.includes("/") || word.includes(".");
}

/** Whether a word can be the name of an installed renderer. */
export function isFormatName(word: string): boolean {
  return /^[a-z0-9][a-z0-9_-]*$/i.test(word);
}

/**
 * Finds the renderer that --format names: built in, installed, or a module's path.
 *
 * @throws NsGraphError `NO_SUCH_FORMAT` where nothing has that name; `BAD_RENDERER` where what has it is no renderer.
 */
export async function findFormat(word: string, openPlugins: OpenPlugins): Promise<Format> {
  if (Object.hasOwn(BUILT_IN, word)) {
    return { renderer: await BUILT_IN[word as keyof typeof BUILT_IN](), origin: BUILT_IN_ORIGIN };
  }
  const plugins = await openPlugins();
  if (isModulePath(word)) return plugins.loadModule(word);
  const format = isFormatName(word) ? await plugins.loadPackage(word) : undefined;
  if (format !== undefined) return format;
  throw noSuchFormat(word, await knownFormats(openPlugins));
}

/** Every name that --format knows at this moment. */
export async function knownFormats(openPlugins: OpenPlugins): Promise<readonly string[]> {
  return [...new Set([...BUILT_IN_FORMATS, ...(await (await openPlugins()).names())])].sort();
}

/** The renderers inside this program, the default first. */
export async function loadBuiltIn(): Promise<readonly AnyRenderer[]> {
  return Promise.all(BUILT_IN_FORMATS.map((name): Promise<AnyRenderer> => BUILT_IN[name]()));
}

/** The formats, built in or published together with this program and installed, that have an option of this name. */
export async function formatsWithFlag(flag: string, openPlugins: OpenPlugins): Promise<readonly string[]> {
  const plugins = await openPlugins();
  const published = await Promise.all(
    // What can't be loaded has no options.
    Object.keys(PUBLISHED_FORMATS).map((name) => plugins.loadPackage(name).catch(() => undefined)),
  );
  const renderers = [...(await loadBuiltIn()), ...published.flatMap((format) => (format ? [format.renderer] : []))];
  return renderers.filter(({ flags }) => Object.hasOwn(flags, flag)).map(({ name }) => name);
}

function noSuchFormat(word: string, known: readonly string[]): NsGraphError {
  const list = `Known: ${known.join(", ")} (ns-graph --list-formats).`;
  const published = Object.hasOwn(PUBLISHED_FORMATS, word) ? PUBLISHED_FORMATS[word] : undefined;
  if (published !== undefined) {
    return new NsGraphError("NO_SUCH_FORMAT", `the format ${quote(word)} is not installed`, {
      hint: `It comes with a package of its own: npm install -g ${published}\n${list}`,
    });
  }
  const meant = suggest(word, new Set([...known, ...Object.keys(PUBLISHED_FORMATS)]), quote);
  return new NsGraphError("NO_SUCH_FORMAT", `no format is called ${quote(word)}.${meant}`, {
    hint: `${list}\nA package that adds it would be called @ns-graph/render-${printable(word)} or ns-graph-render-${printable(word)}.`,
  });
}

import { cpSync, mkdirSync, mkdtempSync, realpathSync, rmSync, writeFileSync } from "node:fs";
import { homedir } from "node:os";
import { dirname, join } from "node:path";
import { CLI_PATH } from "@ns-graph/testkit";

/** koffi and its native part as they are installed here: two folders of one node_modules, behind links of pnpm's. */
const KOFFI = realpathSync(join(dirname(dirname(CLI_PATH)), "node_modules/koffi"));
/** The native part's package. */
export const KOFFI_PART = `@koromix/koffi-linux-${process.arch}`;

/** Copies koffi's native part into a folder of packages. */
export function copyKoffiPart(modules: string): string {
  const target = join(modules, KOFFI_PART);
  cpSync(realpathSync(join(dirname(KOFFI), KOFFI_PART)), target, { recursive: true });
  return target;
}

/** Copies koffi into a folder of packages, without its native part. */
export function copyKoffi(modules: string): string {
  const target = join(modules, "koffi");
  cpSync(KOFFI, target, { recursive: true });
  return target;
}

/** A copy of the built command in a node_modules of its own, as npm would install it, where only its owner can write. */
export interface Installation {
  /** The directory with node_modules in it. */
  readonly root: string;
  /** The command to start with Node. */
  readonly bin: string;
  /** Puts a module into node_modules, and answers its directory. */
  addPackage(name: string, code: string): string;
  [Symbol.dispose](): void;
}

/** Installs the built command, with koffi or without, into a new folder of the home directory, or of another. */
export function install({
  hasKoffi,
  into = homedir(),
}: {
  readonly hasKoffi: boolean;
  readonly into?: string;
}): Installation {
  const root = realpathSync(mkdtempSync(join(into, ".ns-graph-installation-")));
  const modules = join(root, "node_modules");
  const source = dirname(dirname(CLI_PATH));
  const target = join(modules, "ns-graph");
  mkdirSync(target, { recursive: true });
  cpSync(join(source, "dist"), join(target, "dist"), { recursive: true });
  cpSync(join(source, "package.json"), join(target, "package.json"));
  if (hasKoffi) {
    copyKoffi(modules);
    copyKoffiPart(modules);
  }
  return {
    root,
    bin: join(target, "dist/bin.js"),
    addPackage: (name, code) => {
      const folder = join(modules, name);
      mkdirSync(folder, { recursive: true });
      writeFileSync(join(folder, "package.json"), JSON.stringify({ name, type: "module", exports: "./index.js" }));
      writeFileSync(join(folder, "index.js"), code);
      return folder;
    },
    [Symbol.dispose]: () => rmSync(root, { recursive: true }),
  };
}

/** The source of a renderer; `render` is a function expression. */
export function rendererSource(render: string): string {
  return `export default { name: "mine", summary: "a test", mediaType: "text/plain", extension: "txt", flags: {},
    needs: () => [], render: ${render} };`;
}

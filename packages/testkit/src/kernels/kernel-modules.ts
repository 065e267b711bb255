import { readFileSync } from "node:fs";
import { basename } from "node:path";

/** What a guest needs to reach its root; later kernels have all of it built in. */
const WANTED = ["virtio_ring", "virtio", "virtio_pci", "fuse", "virtiofs"];

/** The value of `depends=` in the .modinfo section of a module. */
export function readDependencies(module: Buffer): string[] {
  const key = Buffer.from("\0depends=");
  const start = module.indexOf(key);
  if (start < 0) return [];
  const text = module.toString("latin1", start + key.length, module.indexOf(0, start + key.length));
  return text.split(",").filter((name) => name !== "");
}

/** The files of the modules that a guest needs, in the order in which they have to be loaded. */
export function orderModules(files: readonly string[]): string[] {
  const byName = new Map(files.map((file) => [basename(file).replace(/\.ko$/, "").replaceAll("-", "_"), file]));
  const ordered = new Set<string>();
  const visit = (name: string, above: readonly string[]): void => {
    const file = byName.get(name);
    if (file === undefined || ordered.has(file) || above.includes(name)) return;
    for (const dependency of readDependencies(readFileSync(file))) visit(dependency, [...above, name]);
    ordered.add(file);
  };
  for (const name of WANTED) visit(name, []);
  return [...ordered];
}

import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { describe, expect, test } from "vitest";

interface Manifest {
  readonly name: string;
  readonly version: string;
  readonly private?: boolean;
  readonly engines: object;
  readonly repository?: { readonly directory: string };
  readonly dependencies?: Readonly<Record<string, string>>;
  readonly devDependencies?: Readonly<Record<string, string>>;
  readonly optionalDependencies?: Readonly<Record<string, string>>;
  readonly publishConfig?: object;
  readonly scripts?: Readonly<Record<string, string>>;
}

const root = fileURLToPath(new URL("..", import.meta.url));
const read = (folder: string): Manifest => JSON.parse(readFileSync(join(root, folder, "package.json"), "utf8"));

const folders = readdirSync(join(root, "packages")).map((name) => `packages/${name}`);
const packages = folders.map(read);
const published = packages.filter((manifest) => !manifest.private);

describe("the manifests", () => {
  test("ask for the same range wherever they name the same dependency", () => {
    const ranges = new Map<string, Set<string>>();
    for (const { dependencies, devDependencies } of [read("."), ...packages]) {
      for (const [name, range] of Object.entries({ ...devDependencies, ...dependencies })) {
        if (range !== "workspace:*") ranges.set(name, (ranges.get(name) ?? new Set()).add(range));
      }
    }
    const disputed = [...ranges].filter(([, { size }]) => size > 1).map(([name, found]) => [name, ...found]);
    expect(disputed).toEqual([]);
  });

  test("ask for the same versions of Node", () => {
    for (const manifest of packages) expect(manifest.engines, manifest.name).toEqual(read(".").engines);
  });

  test("of published packages have one version", () => {
    expect(new Set(published.map(({ version }) => version)).size).toBe(1);
  });

  test("of published packages say where their source is", () => {
    for (const folder of folders) {
      const { private: isPrivate, repository } = read(folder);
      if (!isPrivate) expect(repository?.directory).toBe(folder);
    }
  });

  test("of the command names nothing to install with it but koffi", () => {
    expect(Object.keys(read("packages/cli").dependencies ?? {})).toEqual(["koffi"]);
  });

  test("of published packages pin what is not made here, as far down as that reaches", () => {
    const exact = /^\d+\.\d+\.\d+$/;
    const pinned = published.flatMap((manifest) => {
      const foreign = Object.entries(manifest.dependencies ?? {}).filter(([name]) => !name.startsWith("@ns-graph/"));
      for (const [name, range] of foreign) expect(range, `${manifest.name}: ${name}`).toMatch(exact);
      return foreign.map(([name]) => [manifest.name, name] as const);
    });
    expect(pinned.map(([, name]) => name).sort()).toEqual(["@viz-js/viz", "koffi", "koffi"]);
    for (const [index, name] of pinned) {
      const folder = folders[packages.findIndex((manifest) => manifest.name === index)] ?? "";
      const { dependencies = {}, optionalDependencies = {}, version } = read(join(folder, "node_modules", name));
      expect(version).toBe(packages.find((manifest) => manifest.name === index)?.dependencies?.[name]);
      for (const range of Object.values({ ...dependencies, ...optionalDependencies }))
        expect(range, name).toMatch(exact);
    }
  });

  test("of published packages ask for provenance, and for nothing to be run where they are installed", () => {
    for (const { name, publishConfig, scripts } of published) {
      expect(publishConfig, name).toEqual({ access: "public", provenance: true });
      for (const script of ["preinstall", "install", "postinstall", "prepare"])
        expect(scripts, name).not.toHaveProperty(script);
    }
  });

  test("of the model names nothing to install with it", () => {
    expect(read("packages/graph").dependencies ?? {}).toEqual({});
  });
});

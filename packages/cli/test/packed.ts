import { mkdirSync, mkdtempSync, readdirSync, readFileSync, realpathSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { run } from "@ns-graph/testkit";

const PACKAGES = fileURLToPath(new URL("../..", import.meta.url));
/** What npm says where there is no registry, and the cache has not what is needed. */
const NO_REGISTRY = /\b(ENOTCACHED|ENOTFOUND|EAI_AGAIN|ECONNREFUSED|ECONNRESET|ETIMEDOUT|ENETUNREACH|EHOSTUNREACH)\b/;
/** npm has its own settings in this workspace; an installation elsewhere has none of them. */
const NPM = { npm_config_loglevel: "error", npm_config_update_notifier: "false" };

/** A package that is published. */
export interface PublicPackage {
  readonly name: string;
  readonly version: string;
  readonly folder: string;
  /** Whether it can be imported; the command can't. */
  readonly isLibrary: boolean;
}

/** The packages of the workspace that are published. */
export function publicPackages(): PublicPackage[] {
  return readdirSync(PACKAGES).flatMap((entry) => {
    const folder = join(PACKAGES, entry);
    const manifest = JSON.parse(readFileSync(join(folder, "package.json"), "utf8")) as {
      name: string;
      version: string;
      private?: boolean;
      exports: Record<string, unknown>;
    };
    if (manifest.private === true) return [];
    return [{ name: manifest.name, version: manifest.version, folder, isLibrary: "." in manifest.exports }];
  });
}

/** An empty folder, outside of the repository, into which all published packages were installed from their tarballs. */
export interface PackedInstallation {
  readonly root: string;
  /** Why they could not be installed: there is no registry to take koffi and others' packages from. */
  readonly impossible?: string;
}

/**
 * Packs every published package, as `npm publish` would, and installs the tarballs as their users do, but with no script of
 * any package being run: none is needed.
 *
 * @throws Error with what npm says, if that fails for another reason than a missing registry.
 */
export async function installPacked(): Promise<PackedInstallation> {
  const root = realpathSync(mkdtempSync(join(tmpdir(), "ns-graph-packed-")));
  const tarballs = join(root, "tarballs");
  mkdirSync(tarballs);
  const folders = publicPackages().map(({ folder }) => folder);
  const packed = await run(["npm", "pack", ...folders, "--pack-destination", tarballs], { cwd: root, env: NPM });
  if (packed.exitCode !== 0) throw new Error(packed.stderr);
  writeFileSync(join(root, "package.json"), '{ "private": true, "type": "module" }\n');
  const files = readdirSync(tarballs).map((name) => join(tarballs, name));
  const options = ["--ignore-scripts", "--prefer-offline", "--no-audit", "--no-fund", "--no-package-lock"];
  const installed = await run(["npm", "install", ...options, ...files], { cwd: root, env: NPM, timeout: 180_000 });
  if (installed.exitCode === 0) return { root };
  if (!NO_REGISTRY.test(installed.stderr))
    throw new Error(`${installed.exitCode ?? installed.signal}: ${installed.stderr}`);
  return { root, impossible: `no registry can be reached: ${NO_REGISTRY.exec(installed.stderr)?.[0]}` };
}

/** Removes an installation. */
export function remove(installation: PackedInstallation): void {
  rmSync(installation.root, { recursive: true });
}

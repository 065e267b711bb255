// Run in the folder of a package: packs it and looks at the tarball as its users will.
import { execFileSync, spawnSync } from "node:child_process";
import { mkdirSync, mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { isDeepStrictEqual } from "node:util";

const manifest = JSON.parse(readFileSync("package.json", "utf8"));
const scratch = mkdtempSync(join(tmpdir(), "ns-graph-tarball-"));
process.on("exit", () => rmSync(scratch, { recursive: true }));

const tarball = pack("npm");
// pnpm rewrites manifests: `workspace:` ranges, `publishConfig`. Nothing here may need that, so that both make the same tarball.
if (!isDeepStrictEqual(describe(tarball), describe(pack("pnpm")))) {
  fail(`npm and pnpm pack ${manifest.name} differently; does a dependency have a range that only pnpm understands?`);
}
lint("publint", ["run", tarball, "--strict"]);
// A package without an entry point, such as the command, has no types to look at.
if (manifest.exports["."]) lint("attw", [tarball, "--profile", "esm-only"]);

function pack(packer) {
  const folder = join(scratch, packer);
  mkdirSync(folder);
  execFileSync(packer, ["pack", "--pack-destination", folder, "--loglevel=error"], {
    stdio: ["ignore", "ignore", "inherit"],
  });
  return join(folder, `${manifest.name.replace("@", "").replace("/", "-")}-${manifest.version}.tgz`);
}

/** What an installation goes by: the files, and the manifest without what only serves development. */
function describe(tarball) {
  const packed = JSON.parse(execFileSync("tar", ["-xzOf", tarball, "package/package.json"], { encoding: "utf8" }));
  const { scripts, devDependencies, publishConfig, ...rest } = packed;
  return { manifest: rest, files: execFileSync("tar", ["-tzf", tarball], { encoding: "utf8" }).split("\n").sort() };
}

function lint(command, args) {
  if (spawnSync(command, args, { stdio: "inherit" }).status !== 0) fail(`${command} ${args.join(" ")} failed`);
}

function fail(message) {
  console.error(message);
  process.exit(1);
}

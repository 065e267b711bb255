// Run in the folder of a package: packs it as both package managers would, and looks at the result as its users will.
import { execFileSync, spawnSync } from "node:child_process";
import { mkdirSync, mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";

const manifest = JSON.parse(readFileSync("package.json", "utf8"));
const scratch = mkdtempSync(join(tmpdir(), "ns-graph-tarball-"));
process.on("exit", () => rmSync(scratch, { recursive: true }));

for (const packer of ["pnpm", "npm"]) {
  const folder = join(scratch, packer);
  mkdirSync(folder);
  execFileSync(packer, ["pack", "--pack-destination", folder, "--loglevel=error"], {
    stdio: ["ignore", "ignore", "inherit"],
  });
  const tarball = join(folder, `${manifest.name.replace("@", "").replace("/", "-")}-${manifest.version}.tgz`);
  expectPlainRanges(packer, tarball);
  lint("publint", ["run", tarball, "--strict"]);
  // A package without an entry point, such as the command, has no types to look at.
  if (manifest.exports["."]) lint("attw", [tarball, "--profile", "esm-only"]);
}

/** `workspace:` and `catalog:` mean nothing outside of this workspace, and npm packs them as they are. */
function expectPlainRanges(packer, tarball) {
  const packed = JSON.parse(execFileSync("tar", ["-xzOf", tarball, "package/package.json"], { encoding: "utf8" }));
  for (const kind of ["dependencies", "peerDependencies", "optionalDependencies"]) {
    for (const [name, range] of Object.entries(packed[kind] ?? {})) {
      if (range.includes(":")) fail(`packed by ${packer}, ${manifest.name} depends on ${name} "${range}"`);
    }
  }
}

function lint(command, args) {
  if (spawnSync(command, args, { stdio: "inherit" }).status !== 0) fail(`${command} ${args.join(" ")} failed`);
}

function fail(message) {
  console.error(message);
  process.exit(1);
}

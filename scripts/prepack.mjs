// Run by npm and pnpm in the folder of the package they are about to pack.
import { copyFileSync, existsSync } from "node:fs";

if (!existsSync("dist")) {
  console.error("There is no dist to pack. Build first: npx turbo run build");
  process.exit(1);
}
// The licence has one home, the root; every tarball carries a copy.
copyFileSync(new URL("../LICENSE", import.meta.url), "LICENSE");

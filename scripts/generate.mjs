// Makes anew what is committed and made from the sources: what the packages' own scripts of that name make, then docs/api.
import { install, pnpm } from "./set-up.mjs";

install();
if (!pnpm(["--recursive", "run", "generate"])) process.exit(1);
const { writeApiReference } = await import("./api-reference.mjs");
await writeApiReference();

// The packages find each other through pnpm's workspace; an installation by npm would lack them.
import { readFileSync } from "node:fs";

if (!process.env.npm_config_user_agent?.startsWith("pnpm/")) {
  const { packageManager } = JSON.parse(readFileSync(new URL("../package.json", import.meta.url), "utf8"));
  console.error(`This workspace is installed with pnpm: npx --yes ${packageManager} install
\`npm start\` and \`npm test\` do that by themselves.`);
  process.exit(1);
}

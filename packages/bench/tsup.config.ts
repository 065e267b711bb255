import { program } from "../../tooling/tsup-preset.js";

export default program(["src/index.ts"]);

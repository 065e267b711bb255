import { program } from "../../tooling/tsup-preset.js";

export default program(
  ["src/index.ts"],
  ["@ns-graph/graph", "@ns-graph/sys", "@ns-graph/render-json", "@ns-graph/testkit"],
);

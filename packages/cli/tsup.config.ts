import { program } from "../../tooling/tsup-preset.js";

export default program(
  ["src/bin.ts"],
  [
    "@ns-graph/graph",
    "@ns-graph/sys",
    "@ns-graph/render-text",
    "@ns-graph/render-json",
    "@ns-graph/render-dot",
    "@ns-graph/render-mermaid",
  ],
);

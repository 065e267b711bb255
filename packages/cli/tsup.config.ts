import { command } from "../../tooling/tsup-preset.js";

export default command(
  ["src/bin.ts"],
  [
    "@ns-graph/graph",
    "@ns-graph/diagram",
    "@ns-graph/sys",
    "@ns-graph/render-text",
    "@ns-graph/render-json",
    "@ns-graph/render-dot",
    "@ns-graph/render-mermaid",
  ],
  ["resolve-package"],
);

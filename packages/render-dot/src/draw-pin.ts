import { type PinNode, pinLines } from "@ns-graph/diagram";
import { describeMount, describePin, describeProcess, type NamespaceGraph } from "@ns-graph/graph";
import { classes, type Drawn, small } from "./node-parts.js";
import { COLORS } from "./theme.js";

/** A pin as a small tag. */
export function drawPin(graph: NamespaceGraph, { id, pin }: PinNode): Drawn {
  const holder = "pid" in pin ? graph.process(pin.pid) : undefined;
  const words = pin.kind === "mount" ? describeMount(graph, pin) : describePin(pin);
  const { lines } = pinLines(graph, [pin], 1);
  return {
    lines: 1,
    attributes: {
      id,
      class: classes("pin", pin.kind),
      tooltip: holder === undefined ? words : `${words} (${describeProcess(holder)})`,
      label: small(lines[0] ?? "", COLORS.text),
      shape: "cds",
      style: "filled",
      fillcolor: COLORS.tag,
      color: COLORS.faintOutline,
      margin: "0.12,0.03",
      height: 0.2,
    },
  };
}

import type { NamespaceType } from "@ns-graph/graph";

/** How a type looks: no two types have the same shape, and the colours stay apart for the colour-blind (after Okabe and Ito). */
export interface TypeLook {
  /** Outline, and the mark in tables. */
  readonly color: string;
  /** Ground for dark text. */
  readonly tint: string;
  /** Graphviz shape of a node for one namespace. */
  readonly shape: string;
}

export const TYPE_LOOKS: Readonly<Record<NamespaceType, TypeLook>> = {
  cgroup: { color: "#b87a00", tint: "#ffe9bd", shape: "box3d" },
  ipc: { color: "#9c8f00", tint: "#fbf6b6", shape: "cylinder" },
  mnt: { color: "#00825f", tint: "#c4ecdd", shape: "folder" },
  net: { color: "#2b8cc4", tint: "#d3ecfa", shape: "octagon" },
  pid: { color: "#a8437f", tint: "#f6dbe9", shape: "ellipse" },
  time: { color: "#c24f00", tint: "#ffd9c2", shape: "hexagon" },
  user: { color: "#4a5260", tint: "#e4e7ec", shape: "box" },
  uts: { color: "#5b52a8", tint: "#dcdaf5", shape: "note" },
};

/** Colours that stand for no type. Lines are seen on white and on dark; text always has a light ground. */
export const COLORS = {
  text: "#16191d",
  faintText: "#5d6571",
  outline: "#4a5260",
  faintOutline: "#a3abb7",
  line: "#737c8a",
  paper: "#ffffff",
  /** Boxes in boxes take turns. */
  boxes: ["#f3f5f8", "#ffffff"],
  subject: "#c2185b",
  tag: "#eceff3",
} as const;

/**
 * Fonts of the same widths, one of which nearly every system has: what was measured with one still fits where the picture
 * is shown with another.
 */
export const FONTS = "Verdana,DejaVu Sans,Geneva,sans-serif";

/** In points. */
export const FONT_SIZE = { title: 12, text: 10, small: 8 } as const;

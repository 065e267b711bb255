import { type TypeIsolation, typeWords } from "@ns-graph/diagram";
import { bold, cell, type Html, row, table, text } from "./dot/html.js";
import { fine } from "./node-parts.js";
import { COLORS, TYPE_LOOKS } from "./theme.js";

/** One cell a type: coloured and bold where the processes have their own (with a dotted frame where that is not certain), framed where they share it, pale where all do, and `mixed` where they differ. */
export function drawIsolation(isolation: readonly TypeIsolation[]): Html {
  return table({ BORDER: 0, CELLBORDER: 1, CELLSPACING: 1, CELLPADDING: 2 }, [row(isolation.map(drawCell))]);
}

function drawCell(isolation: TypeIsolation): Html {
  const { type, state, certain, exposed } = isolation;
  const look = TYPE_LOOKS[type];
  const words = state === "machine" ? type : typeWords(isolation);
  const printed = (color: string): Html => fine(text(words), color);
  const remarkable = (words: string): Html =>
    cell({ COLOR: COLORS.subject, BGCOLOR: COLORS.paper, BORDER: 2 }, bold(fine(text(`${words} !`), COLORS.subject)));
  switch (state) {
    case "own":
      return certain === false
        ? cell({ BGCOLOR: look.tint, COLOR: look.color, STYLE: "DOTTED" }, printed(COLORS.text))
        : cell({ BGCOLOR: look.tint, COLOR: look.color }, bold(printed(COLORS.text)));
    case "shared":
      return cell({ BGCOLOR: COLORS.paper, COLOR: look.color, STYLE: "DASHED" }, printed(COLORS.text));
    case "machine":
      if (exposed) return remarkable(type);
      return cell({ COLOR: COLORS.paper }, printed(COLORS.faintOutline));
    case "mixed": {
      const mixed = `${type} (mixed)`;
      if (exposed) return remarkable(mixed);
      return cell({ BGCOLOR: look.tint, COLOR: look.color, STYLE: "DASHED" }, fine(text(mixed), COLORS.text));
    }
    case "unknown":
      return cell({ COLOR: COLORS.paper }, printed(COLORS.paper));
  }
}

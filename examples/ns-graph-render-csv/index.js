import { defineRenderer, describePin, linkedId, printable } from "@ns-graph/graph";

/** @typedef {{ separator: string, header: boolean }} Options */

/** @type {import("@ns-graph/graph").Renderer<Options, Iterable<string>>} */
const renderer = {
  name: "csv",
  summary: "A table with a line for each namespace.",
  mediaType: "text/csv",
  extension: "csv",
  flags: {
    separator: { type: "text", placeholder: "CHARACTER", default: ",", summary: "What stands between two fields." },
    header: { type: "boolean", default: true, summary: "Begin with the names of the columns." },
  },
  needs: (_options, view) => (view.members === "none" ? [] : ["status"]),
  *render(graph, { separator, header }) {
    const line = (/** @type {(string | number)[]} */ ...fields) =>
      `${fields.map((field) => quote(field, separator)).join(separator)}\n`;
    if (header) yield line("type", "inode", "owner", "parent", "processes", "commands", "held by");
    for (const namespace of graph.namespaces()) {
      const { id, type, ino, owner, parent } = namespace;
      const commands = new Set(graph.members(id).map(({ comm }) => comm ?? ""));
      yield line(
        type,
        ino,
        linkedId(owner) ?? owner.state,
        linkedId(parent) ?? parent.state,
        graph.memberCount(id),
        [...commands].map(printable).join(" "),
        graph.pins(id).map(describePin).map(printable).join("; "),
      );
    }
  },
};

/** Quotes a field as RFC 4180 has it. A spreadsheet takes a field that begins like a formula for one: an apostrophe prevents it. */
function quote(/** @type {string | number} */ field, /** @type {string} */ separator) {
  const text = typeof field === "string" && /^[=+\-@]/.test(field) ? `'${field}` : String(field);
  return /["\n\r]/.test(text) || text.includes(separator) ? `"${text.replaceAll('"', '""')}"` : text;
}

export default defineRenderer(renderer);

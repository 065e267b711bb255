/** What the edges of a picture mean, by their kinds. */
export const EDGE_MEANINGS = {
  parent: "to the parent",
  child: "to the parent process",
  member: "processes are in",
  pin: "holds",
} as const;

/** What is said in place of a drawing that would say nothing. */
export const INSTEAD_OF_DRAWING = {
  noProcesses: "The document was saved without its processes: who is isolated is not known.",
  allTogether: "Every process that could be read is in the same namespaces.",
} as const;

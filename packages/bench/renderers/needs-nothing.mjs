/** A renderer that asks for no facts: what a survey does under it is what every survey has to do. */
export default {
  name: "needs-nothing",
  summary: "how many namespaces there are",
  mediaType: "text/plain",
  extension: "txt",
  flags: {},
  needs: () => [],
  render: (graph) => [`${graph.namespaces().length}\n`],
};

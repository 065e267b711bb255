/** How many times longer than usual things may take: `NS_GRAPH_TEST_PATIENCE` says so on a machine that is emulated. */
export const PATIENCE = Number(process.env.NS_GRAPH_TEST_PATIENCE ?? 1);

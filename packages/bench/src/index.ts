/*
 * One program in five roles. It starts itself anew for the others, so that each measures in a fresh process.
 */
const [role = "", ...args] = process.argv.slice(2);

switch (role) {
  case "inside": {
    const { workInside } = await import("./inside.js");
    await workInside(JSON.parse(args[0] ?? ""));
    break;
  }
  case "scan": {
    const { jsonFacts, timeScan } = await import("./scan.js");
    console.log(timeScan(args[0] === "full" ? { facts: jsonFacts } : { sources: ["process"] }));
    break;
  }
  case "draw": {
    const { drawMadeUp } = await import("./draw-made-up.js");
    const [processes = 0, namespaces = 0] = args.map(Number);
    console.log(JSON.stringify(drawMadeUp({ processes, namespaces })));
    break;
  }
  case "read": {
    const { readMadeUp } = await import("./read-made-up.js");
    console.log(JSON.stringify(readMadeUp(Number(args[0]))));
    break;
  }
  default: {
    const { bench } = await import("./bench.js");
    try {
      process.exitCode = await bench(process.argv.slice(2));
    } catch (error) {
      console.error(`bench: ${error instanceof Error ? error.message : String(error)}`);
      process.exitCode = 1;
    }
  }
}

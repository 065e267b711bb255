/*
 * What a plain run does not need. It is loaded in one piece: loaded one by one, what these share with each other and
 * with the rest would be cut into many small files, and each file costs every run.
 */

export { drawNamed } from "./commands/draw-named.js";
export { printCompletion, printFormats, printHelp } from "./commands/information.js";
export { machineLookup } from "./commands/lookup.js";
export { run } from "./commands/run/run.js";
export { show } from "./commands/show.js";
export { openOutput } from "./output/file-sink.js";
export { printText } from "./output/print-text.js";
export { importModule } from "./plugins/import-module.js";
export { createPluginLoader } from "./plugins/plugin-loader.js";

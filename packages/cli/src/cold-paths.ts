/*
 * What a plain run does not need. It is loaded in one piece: loaded one by one, what these share with each other and
 * with the rest would be cut into many small files, and each file costs every run.
 */

export { printCompletion, printFormats, printHelp, printVersion } from "./commands/information.js";
export { run } from "./commands/run/run.js";
export { show } from "./commands/show.js";
export { openOutput } from "./output/file-sink.js";
export { loadModule } from "./plugins/load-module.js";
export { createPluginLoader } from "./plugins/plugins.js";

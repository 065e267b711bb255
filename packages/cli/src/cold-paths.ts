/*
 * What a plain run does not need. It is loaded in one piece: loaded one by one, what these share with each other and
 * with the rest would be cut into many small files, and each file costs every run.
 */
export { openOutput } from "./file-sink.js";
export { printCompletion, printFormats, printHelp, printVersion } from "./information.js";
export { loadModule } from "./load-module.js";
export { createPluginLoader } from "./plugins.js";
export { run } from "./run/run.js";
export { show } from "./show.js";

export { main } from "./main.js";
export { realSystem } from "./real-system.js";

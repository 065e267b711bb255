export { checkDescriptors } from "./check-descriptors.js";

export { checkDescriptors } from "./check-descriptors.js";
export { describeProbe } from "./describe-probe.js";

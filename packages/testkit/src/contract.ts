export { checkDescriptors } from "./contract/check-descriptors.js";
export { describeProbe } from "./contract/describe-probe.js";

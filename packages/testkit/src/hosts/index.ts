export { type CountedHost, countedHost, withPins } from "./counted-host.js";
export { CROWDS, type Crowd } from "./crowded-host.js";
export { desktopHost } from "./desktop-host.js";
export { HostBuilder, type MachineOptions, type NewNamespace, type NewProcess } from "./host-builder.js";
export { hostileHost } from "./hostile-host.js";
export { type KubernetesOptions, kubernetesHost } from "./kubernetes-host.js";
export { deepHost, nestedContainersHost } from "./nested-host.js";
export { plainHost } from "./plain-host.js";
export { type HostSize, hostWith, makeHost, tinyHost } from "./sized-host.js";

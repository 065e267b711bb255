export type { KernelNamespace } from "./described-kernel.js";
export { FAKE_DEV, type FakeKernel, fakeKernel, INITIAL_INODES } from "./fake-kernel.js";
export type { FakeProbe } from "./fake-probe.js";
export { GENERATIONS, type Generation } from "./generation.js";
export { HOSTILE_TEXTS } from "./hostile-text.js";
export type { FakeMount, FakeNamespace, FakeProcess, Fate, KernelSpec, Key, Keys } from "./kernel-spec.js";

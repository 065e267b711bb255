import type { NamespaceId } from "@ns-graph/graph";
import type { Generation } from "./generation.js";
import type { FakeNamespace, KernelSpec, Key } from "./kernel-spec.js";

/** A namespace of a fake kernel with all that the kernel decides. */
export interface KernelNamespace extends FakeNamespace {
  readonly key: Key;
  readonly id: NamespaceId;
  readonly dev: number;
  readonly ino: number;
  /** What NS_GET_ID answers. */
  readonly nsId: string;
  readonly owner: Key | null;
  readonly parent: Key | null;
}

/** A kernel in memory, made from a description. */
export interface DescribedKernel {
  readonly spec: KernelSpec;
  readonly generation: Generation;
  /** The id of a namespace. */
  id(key: Key): NamespaceId;
  /** The namespace with a key; undefined where this kernel has not that type. */
  namespace(key: Key): KernelNamespace | undefined;
  /** All that exist: the initial ones of the types this kernel has, and the described ones. */
  namespaces(): readonly KernelNamespace[];
}

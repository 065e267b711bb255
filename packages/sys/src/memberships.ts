import { type Membership, NAMESPACE_TYPES, type NamespaceId, type NamespaceType, namespaceId } from "@ns-graph/graph";
import { linkBytes } from "./libc.js";

const DIGIT_0 = 48;
const COLON = 58;

/** So many decimal digits make a number that engines keep without allocating for it. */
const SMALL_DIGITS = 5;

/** The number in the link that was read last, `net:[4026531833]`; 0 where it is not of that form. */
export function linkedInode(length: number): number {
  let start = 0;
  while (start < length && linkBytes[start] !== COLON) start++;
  start += 2;
  const end = length - 1;
  const middle = Math.max(start, end - SMALL_DIGITS);
  const high = decimal(start, middle);
  const low = decimal(middle, end);
  return high < 0 || low < 0 ? 0 : high * 10 ** SMALL_DIGITS + low;
}

/** The digits of a part of that link as a number; -1 where something else is among them. */
function decimal(start: number, end: number): number {
  let value = 0;
  for (let at = start; at < end; at++) {
    const digit = (linkBytes[at] as number) - DIGIT_0;
    if (digit < 0 || digit > 9) return -1;
    value = value * 10 + digit;
  }
  return value;
}

/** Makes one object of equal memberships. Inode 0 stands for a link that could not be read. */
export class Memberships {
  readonly #byInodes = new Map<string, Membership>();
  readonly #ids = new Map<number, NamespaceId>();
  readonly #dev: number;
  #last: Membership | undefined;
  readonly #lastInodes = new Float64Array(NAMESPACE_TYPES.length);

  /** `dev` is st_dev of nsfs: one for all namespaces of a running kernel. */
  constructor(dev: number) {
    this.#dev = dev;
  }

  id(inode: number): NamespaceId {
    let id = this.#ids.get(inode);
    if (id === undefined) {
      id = namespaceId(this.#dev, inode);
      this.#ids.set(inode, id);
    }
    return id;
  }

  /** The membership of these inodes, in the canonical order of the types. */
  of(inodes: Float64Array): Membership {
    // Neighbours in /proc are mostly in the same namespaces.
    if (this.#last !== undefined && this.#isAsLast(inodes)) return this.#last;
    const key = inodes.join();
    let membership = this.#byInodes.get(key);
    if (membership === undefined) {
      const entries: [NamespaceType, NamespaceId][] = [];
      NAMESPACE_TYPES.forEach((type, i) => {
        const inode = inodes[i] as number;
        if (inode > 0) entries.push([type, this.id(inode)]);
      });
      membership = Object.freeze(Object.fromEntries(entries)) as Membership;
      this.#byInodes.set(key, membership);
    }
    this.#last = membership;
    this.#lastInodes.set(inodes);
    return membership;
  }

  #isAsLast(inodes: Float64Array): boolean {
    for (let i = 0; i < inodes.length; i++) if (inodes[i] !== this.#lastInodes[i]) return false;
    return true;
  }
}

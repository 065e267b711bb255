/** A file or folder of an archive. */
export interface CpioEntry {
  /** Path without a leading slash. */
  readonly path: string;
  /** Type and permissions (inode(7)). */
  readonly mode: number;
  readonly content?: Uint8Array;
  /** Major and minor number of a device. */
  readonly device?: readonly [major: number, minor: number];
}

const pad = (length: number): Buffer => Buffer.alloc((4 - (length % 4)) % 4);

/** An archive in the form `newc`, as the kernel unpacks its initial file system from (Documentation/driver-api/early-userspace/buffer-format.rst). */
export function packCpio(entries: readonly CpioEntry[]): Buffer {
  const parts: Buffer[] = [];
  [...entries, { path: "TRAILER!!!", mode: 0 }].forEach((entry: CpioEntry, i) => {
    const { path, mode, content = Buffer.alloc(0), device = [0, 0] } = entry;
    const name = Buffer.from(`${path}\0`);
    const numbers = [i + 1, mode, 0, 0, 1, 0, content.length, 0, 0, ...device, name.length, 0];
    const header = Buffer.from(`070701${numbers.map((number) => number.toString(16).padStart(8, "0")).join("")}`);
    parts.push(header, name, pad(header.length + name.length), Buffer.from(content), pad(content.length));
  });
  return Buffer.concat(parts);
}

import { endianness } from "node:os";

const LITTLE_ENDIAN = endianness() === "LE";

/** Reads eight hexadecimal digits as the kernel prints an address from memory (%08X of a __be32). */
export function parseIpv4(digits: string, littleEndian = LITTLE_ENDIAN): number {
  const bytes = digits.match(/../g) ?? [];
  return Number.parseInt((littleEndian ? bytes.toReversed() : bytes).join(""), 16);
}

/** An address in dotted decimal. */
export function formatIpv4(address: number): string {
  return [24, 16, 8, 0].map((shift) => (address >>> shift) & 255).join(".");
}

/** The network that an address is in. */
export function networkOf(address: number, prefix: number): number {
  return prefix === 0 ? 0 : (address & (0xffffffff << (32 - prefix))) >>> 0;
}

/** An address of 32 hexadecimal digits in the form that people use (RFC 5952), as the hosts of URLs are written (URL Standard). */
export function formatIpv6(digits: string): string {
  return new URL(`http://[${digits.match(/.{4}/g)?.join(":")}]`).hostname.slice(1, -1);
}

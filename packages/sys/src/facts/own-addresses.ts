import { endianness } from "node:os";
import { closeFd, ioctlInto, openSocket } from "../kernel/libc.js";
import { loadKoffi } from "../kernel/load-koffi.js";

/** An IPv4 address, as a number, with its interface. */
export interface OwnAddress {
  /** Undefined where its label does not tell. */
  readonly name: string | undefined;
  readonly address: number;
  readonly prefix: number;
}

const LITTLE_ENDIAN = endianness() === "LE";

const AF_INET = 2;
/** <linux/sockios.h>; the same on every architecture. */
const SIOCGIFCONF = 0x8912;
const SIOCGIFNETMASK = 0x891b;
const NAME_SIZE = 16;
/** Where the address is in struct ifreq: behind the name, the family and the port of a struct sockaddr_in. */
const ADDRESS = NAME_SIZE + 4;
/** More bytes of answers are not asked for: some 26,000 addresses. */
const LARGEST = 2 ** 20;

/**
 * The IPv4 addresses of the network namespace that this process is in, as the kernel says them of each interface, whether
 * it is up or down (SIOCGIFCONF and SIOCGIFNETMASK, netdevice(7); inet_gifconf, net/ipv4/devinet.c). Undefined where it does not.
 * There is no such call for another namespace, and a dump of links by rtnetlink(7) leaves ids of namespaces behind.
 */
export function readOwnAddresses(): readonly OwnAddress[] | undefined {
  const socket = openSocket();
  if (socket < 0) return undefined;
  try {
    const requests = listRequests(socket);
    return requests?.flatMap((request): OwnAddress[] => {
      const address = new DataView(request.buffer, request.byteOffset).getUint32(ADDRESS);
      // It is in the question, so that the answer is about this address of the interface.
      if (ioctlInto(socket, SIOCGIFNETMASK, request) < 0) return [{ name: undefined, address, prefix: 32 }];
      const mask = new DataView(request.buffer, request.byteOffset).getUint32(ADDRESS);
      return [{ name: nameIn(request), address, prefix: 32 - Math.log2(2 ** 32 - mask) }];
    });
  } finally {
    closeFd(socket);
  }
}

/** A struct ifreq for each address. */
function listRequests(socket: number): readonly Uint8Array[] | undefined {
  const koffi = loadKoffi();
  const pointerSize = koffi.sizeof("void *");
  // struct ifreq holds a struct ifmap with two longs.
  const requestSize = NAME_SIZE + (pointerSize === 8 ? 24 : 16);
  const ask = (size: number, answers: bigint): number => {
    // struct ifconf: a length, and a pointer.
    const question = new DataView(new ArrayBuffer(2 * pointerSize));
    question.setInt32(0, size, LITTLE_ENDIAN);
    if (pointerSize === 8) question.setBigUint64(8, answers, LITTLE_ENDIAN);
    else question.setUint32(4, Number(answers), LITTLE_ENDIAN);
    const failed = ioctlInto(socket, SIOCGIFCONF, new Uint8Array(question.buffer));
    return failed < 0 ? failed : question.getInt32(0, LITTLE_ENDIAN);
  };
  const size = ask(0, 0n);
  if (size < 0 || size > LARGEST) return undefined;
  // Room for some that come meanwhile; an answer that fills it may have been cut.
  const answers = new Uint8Array(size + 8 * requestSize);
  const written = ask(answers.length, koffi.address(answers));
  if (written < 0 || written >= answers.length) return undefined;
  return Array.from({ length: Math.floor(written / requestSize) }, (_, at) =>
    answers.subarray(at * requestSize, (at + 1) * requestSize),
  ).filter((request) => new Uint16Array(request.slice(NAME_SIZE, NAME_SIZE + 2).buffer)[0] === AF_INET);
}

/** An address may have a label of its own, which begins with the name of the interface: `eth0:1`. */
function nameIn(request: Uint8Array): string {
  const label = Buffer.from(request.subarray(0, NAME_SIZE)).toString("latin1").split("\0", 1)[0] ?? "";
  return label.split(":", 1)[0] ?? "";
}

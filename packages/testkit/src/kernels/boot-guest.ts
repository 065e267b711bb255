import { existsSync, mkdtempSync, readdirSync, readFileSync, rmdirSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { startChild } from "./child.js";
import type { Kernel } from "./fetch-kernels.js";
import { type GuestProgram, packInitramfs, SHARE_TAG } from "./initramfs.js";
import { SERVED, shareRoot } from "./shared-root.js";

/** Seconds that a guest may take beside its program: to boot, and to send what it has to say. */
const BOOT_LIMIT = 60;
const MEMORY = "1024M";

/** The emulator. */
export const QEMU = "qemu-system-x86_64";

/** What a guest's program left: its output and exit code. */
export interface GuestResult {
  readonly stdout: string;
  readonly stderr: string;
  readonly exitCode: number;
}

/** Removes what guests left whose run was killed. */
export function sweepGuests(cache: string): void {
  for (const name of existsSync(cache) ? readdirSync(cache) : []) {
    const [, pid] = /^guest-(\d+)-/.exec(name) ?? [];
    if (pid === undefined || existsSync(`/proc/${pid}`)) continue;
    const folder = join(cache, name);
    // The mount point of what was served: empty, or nothing that may be removed.
    if (existsSync(join(folder, SERVED))) rmdirSync(join(folder, SERVED));
    rmSync(folder, { recursive: true });
  }
}

/**
 * Boots a kernel, runs one program in it as root, and ends it.
 *
 * The processor is emulated: /dev/kvm may exist, open, and still not work where this is a virtual machine itself.
 *
 * @throws Error with the guest's console, if it ended without a result or took too long.
 */
export async function bootGuest(
  kernel: Kernel,
  busybox: string,
  program: GuestProgram,
  cache: string,
): Promise<GuestResult> {
  const folder = mkdtempSync(join(cache, `guest-${process.pid}-`));
  const initramfs = join(folder, "initramfs");
  const socket = join(folder, "share");
  const port = (name: string): string => join(folder, name);
  try {
    writeFileSync(initramfs, packInitramfs(busybox, kernel.modules, program));
    const share = await shareRoot(folder, socket, program.visible);
    try {
      const guest = startChild(
        [
          QEMU,
          // microvm would be quicker, but now and then does not get past measuring its clock.
          ...["-accel", "tcg,thread=multi", "-machine", "q35", "-cpu", "max", "-smp", "1", "-m", MEMORY],
          // virtiofs reads and writes the guest's memory from another process.
          ...["-object", `memory-backend-memfd,id=memory,size=${MEMORY},share=on`, "-numa", "node,memdev=memory"],
          ...["-nodefaults", "-no-user-config", "-display", "none", "-no-reboot"],
          ...["-chardev", `socket,id=share,path=${socket}`],
          ...["-device", `vhost-user-fs-pci,chardev=share,tag=${SHARE_TAG}`],
          ...["console", "stdout", "stderr", "code"].flatMap((name) => ["-serial", `file:${port(name)}`]),
          ...["-kernel", kernel.image, "-initrd", initramfs],
          ...["-append", "console=ttyS0 quiet panic=-1 mitigations=off nokaslr"],
        ],
        folder,
        "qemu",
      );
      const inTime = await guest.wait((program.limit + BOOT_LIMIT) * 1000);
      await guest.stop();
      const read = (name: string): string => (existsSync(port(name)) ? readFileSync(port(name), "utf8") : "");
      // After a panic the emulator ends as if all were well: only a code that was sent is a result.
      const code = read("code").trim();
      if (!inTime || code === "") {
        const how = inTime ? "ended without a result" : `took more than ${program.limit + BOOT_LIMIT} s`;
        throw new Error(
          `the guest ${how}\n${guest.output()}${read("console").slice(-4000)}\n${read("stderr").slice(-4000)}`,
        );
      }
      return { stdout: read("stdout"), stderr: read("stderr"), exitCode: Number(code) };
    } finally {
      await share.stop();
    }
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

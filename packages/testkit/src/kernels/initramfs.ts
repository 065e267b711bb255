import { readFileSync } from "node:fs";
import { basename } from "node:path";
import { type CpioEntry, packCpio } from "./cpio.js";

const FOLDER = 0o040755;
const PROGRAM = 0o100755;
const FILE = 0o100644;
const CHARACTER_DEVICE = 0o020600;

/** What runs in a guest. */
export interface GuestProgram {
  /** The command line, of programs that the host has. */
  readonly command: readonly string[];
  readonly env: Readonly<Record<string, string>>;
  /** Seconds until it is killed. */
  readonly limit: number;
  /** Folders of the host that a file system of the guest's own would cover; they are put back on top. */
  readonly visible: readonly string[];
}

/** The tag of the shared file system. */
export const SHARE_TAG = "host";

/** Folders that are the guest's own, and writable. */
const OWN = ["/run", "/tmp", "/var/tmp", "/dev/shm"];

/**
 * The initial file system of a guest: it loads the modules, mounts the host's file system as its root, read-only,
 * and lets the program run as root with nothing else beside it.
 *
 * Three serial ports carry what becomes of it: its standard output, collected first, since a port is a terminal; its
 * standard error, as it comes; its exit code.
 */
export function packInitramfs(busybox: string, modules: readonly string[], program: GuestProgram): Buffer {
  const entries: CpioEntry[] = [
    ...["bin", "dev", "modules", "root"].map((path) => ({ path, mode: FOLDER })),
    { path: "dev/console", mode: CHARACTER_DEVICE, device: [5, 1] },
    { path: "bin/busybox", mode: PROGRAM, content: readFileSync(busybox) },
    ...modules.map((file) => ({ path: `modules/${basename(file)}`, mode: FILE, content: readFileSync(file) })),
    {
      path: "init",
      mode: PROGRAM,
      content: Buffer.from(
        mountScript(
          modules.map((file) => basename(file)),
          program,
        ),
      ),
    },
    { path: "run-program", mode: PROGRAM, content: Buffer.from(programScript(program)) },
  ];
  return packCpio(entries);
}

const quote = (text: string): string => `'${text.replaceAll("'", `'\\''`)}'`;

function mountScript(modules: readonly string[], program: GuestProgram): string {
  const covered = program.visible.filter((folder) => OWN.some((own) => `${folder}/`.startsWith(`${own}/`)));
  return `#!/bin/busybox sh
b=/bin/busybox
fail() { echo "guest: $1"; $b poweroff -f; }
${modules.map((name) => `$b insmod /modules/${name} || fail "insmod ${name}"\n`).join("")}
$b mkdir /host
$b mount -t virtiofs -o ro ${SHARE_TAG} /host || fail "mount virtiofs"
$b mount -o bind,ro /host /root || fail "mount root"
$b mount -t proc proc /root/proc
$b mount -t sysfs sysfs /root/sys
$b mount -t devtmpfs dev /root/dev
$b mkdir -p /root/dev/shm
${OWN.map((folder) => `[ -d /root${folder} ] && $b mount -t tmpfs -o mode=1777 tmpfs /root${folder}\n`).join("")}
${covered.map((folder) => `$b mkdir -p ${quote(`/root${folder}`)} && $b mount -o bind ${quote(`/host${folder}`)} ${quote(`/root${folder}`)}\n`).join("")}
$b cp /bin/busybox /run-program /root/run/
$b umount /host
exec $b switch_root /root /run/run-program
`;
}

function programScript(program: GuestProgram): string {
  const environment = Object.entries(program.env).map(([name, value]) => `export ${name}=${quote(value)}`);
  return `#!/run/busybox sh
b=/run/busybox
${environment.join("\n")}
export PATH=/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin HOME=/run TMPDIR=/tmp LANG=C.UTF-8 NO_COLOR=1
cd /
$b ip link set lo up 2>/dev/null
for port in 1 2 3; do $b stty raw -F /dev/ttyS$port; done
$b timeout -s KILL ${program.limit} ${program.command.map(quote).join(" ")} </dev/null >/run/out 2>/dev/ttyS2
code=$?
$b cat /run/out >/dev/ttyS1
echo $code >/dev/ttyS3
$b poweroff -f
`;
}

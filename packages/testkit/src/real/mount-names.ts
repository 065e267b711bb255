import { join } from "node:path";
import type { NamespaceType } from "@ns-graph/graph";
import { decodeText, encodeText } from "./byte-text.js";
import type { Held, Keeper } from "./keeper.js";
import { waiting } from "./keeper.js";
import { namespaceAt, namespaceOf, type RealNamespace } from "./real-namespace.js";
import { enterCommand } from "./start-container.js";

/** A namespace without processes that bind mounts hold, all in one mount namespace other than the caller's. */
export interface Mounted {
  readonly held: Held;
  /** A process in the mount namespace where the names are. */
  readonly pid: number;
  readonly namespace: RealNamespace;
  readonly owner: RealNamespace;
  readonly mountNamespace: RealNamespace;
  /** The mount points, as a process there sees them; U+DC80 … U+DCFF stand for bytes that are not UTF-8. */
  readonly paths: readonly string[];
  /** The start of a command line that runs the rest of it where the names can be seen. */
  readonly enter: readonly string[];
}

async function mountUnder(
  keeper: Keeper,
  type: NamespaceType,
  script: string,
  names: readonly string[],
  probe: string,
): Promise<Mounted> {
  const folder = join(keeper.directory, "names");
  const prepare = `mkdir -p "$1"; mount -t tmpfs tmpfs "$1"; cd "$1"; shift`;
  const held = await keeper.start(["unshare", "--mount", ...waiting(`${prepare}\n${script}`, folder, ...names)]);
  const { pid } = held;
  return {
    held,
    pid,
    namespace: namespaceAt(`/proc/${pid}/root${folder}/${probe}`, type),
    owner: namespaceOf(pid, "user"),
    mountNamespace: namespaceOf(pid, "mnt"),
    paths: names.map((name) => join(folder, name)),
    enter: enterCommand(pid, ["mnt"]),
  };
}

/** One network namespace bind-mounted at two paths. */
export function mountTwice(keeper: Keeper): Promise<Mounted> {
  return mountUnder(
    keeper,
    "net",
    `: >"$1"; : >"$2"; unshare --net="$1" true; mount --bind "$1" "$2"`,
    ["one", "two"],
    "one",
  );
}

/** A UTS namespace bind-mounted on a tmpfs that exists in another mount namespace only. */
export function mountElsewhere(keeper: Keeper): Promise<Mounted> {
  return mountUnder(keeper, "uts", `: >"$1"; unshare --uts="$1" true`, ["name"], "name");
}

/** Mount points that a careless reader of mountinfo or a careless printer trips over. */
export const ODD_NAMES: readonly string[] = [
  "with space",
  "line\nbreak",
  "tab\there",
  "back\\slash",
  "octal\\040escape",
  "#hash",
  " - nsfs nsfs rw",
  "quote\"and'quote",
  "\u001b[31mred\u001b[0m",
  "right\u202eto left",
  "Grüße 日本",
  "<script>",
  decodeText(Buffer.from([0x62, 0xff, 0xc3, 0x28])),
];

/** One IPC namespace bind-mounted at paths with spaces, newlines, backslashes, escape sequences and broken UTF-8. */
export async function mountAtOddPaths(keeper: Keeper): Promise<Mounted> {
  // The trailing dot keeps `$(…)` from cutting a newline at the end.
  const script = `
    : >first
    unshare --ipc=first true
    for code in "$@"; do
      name=$(printf '%b.' "$code")
      name=\${name%.}
      : >"$name"
      mount --bind first "$name"
    done
    umount first`;
  const mounted = await mountUnder(keeper, "ipc", script, ODD_NAMES.map(octal), "with space");
  return { ...mounted, paths: ODD_NAMES.map((name) => `${keeper.directory}/names/${name}`) };
}

/** A text in the escapes of `printf %b`. */
function octal(text: string): string {
  return Array.from(encodeText(text), (byte) => `\\0${byte.toString(8).padStart(3, "0")}`).join("");
}

import { execFile } from "node:child_process";
import {
  copyFileSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
  writeFileSync,
} from "node:fs";
import { basename, join } from "node:path";
import { promisify } from "node:util";
import { orderModules } from "./kernel-modules.js";
import { candidatesFor, type KernelPackage } from "./kernel-package.js";
import { BUSYBOX_SUITE, type KernelRow } from "./kernel-rows.js";
import { type KernelVersion, parseKernelVersion } from "./kernel-version.js";
import { PrivateApt } from "./private-apt.js";

const execute = promisify(execFile);
/** How long a choice of packages is good, in milliseconds: until then nothing is fetched that is here. */
const KEEP = 7 * 24 * 60 * 60 * 1000;

/** A kernel that was fetched and unpacked. */
export interface Kernel {
  readonly version: KernelVersion;
  readonly image: string;
  /** Modules in the order in which they are loaded. */
  readonly modules: readonly string[];
}

/** The kernel of a row, or why there is none. */
export type RowKernel =
  | { readonly row: KernelRow; readonly kernel: Kernel }
  | { readonly row: KernelRow; readonly missing: string };

/** What was fetched. */
export interface Fetched {
  readonly kernels: readonly RowKernel[];
  /** A static busybox, for the guests' initial file system. */
  readonly busybox: string;
}

interface Choice {
  readonly package: string;
  readonly chosen: number;
}

const BUSYBOX = "busybox-static";

/**
 * Gets the kernels of some rows: from the cache folder, and what is not there from Debian's mirrors. Packages are
 * unpacked, never installed.
 *
 * @throws Error where not even busybox can be had.
 */
export async function fetchKernels(rows: readonly KernelRow[], cache: string): Promise<Fetched> {
  mkdirSync(cache, { recursive: true });
  const store = new KernelStore(cache);
  const stale = rows.filter((row) => store.chosen(row, KEEP) === undefined);
  const busybox = join(cache, "busybox");
  if (stale.length === 0 && existsSync(busybox)) return { kernels: rows.map((row) => store.kept(row, "")), busybox };

  let apt: PrivateApt;
  try {
    apt = await PrivateApt.open(join(cache, "apt"), [
      ...new Set([BUSYBOX_SUITE, ...stale.flatMap((row) => row.suites)]),
    ]);
  } catch (error) {
    if (!existsSync(busybox)) throw error;
    const reason = error instanceof Error ? error.message.split("\n")[0] : String(error);
    return { kernels: rows.map((row) => store.kept(row, reason ?? "")), busybox };
  }
  if (!existsSync(busybox)) await store.addBusybox(apt, busybox);
  const names = [...(await apt.names("linux-image-")), ...(await apt.names("linux-binary-"))];
  const kernels: RowKernel[] = [];
  for (const row of rows) kernels.push(stale.includes(row) ? await store.obtain(row, apt, names) : store.kept(row, ""));
  return { kernels, busybox };
}

/** The unpacked kernels, a folder each, and which row they were chosen for. */
class KernelStore {
  readonly #folder: string;

  constructor(folder: string) {
    this.#folder = folder;
  }

  #choiceFile(row: KernelRow): string {
    return join(this.#folder, `${row.name}.json`);
  }

  chosen(row: KernelRow, maximumAge: number): string | undefined {
    const file = this.#choiceFile(row);
    if (!existsSync(file)) return undefined;
    const choice = JSON.parse(readFileSync(file, "utf8")) as Choice;
    const current = Date.now() - choice.chosen < maximumAge && existsSync(join(this.#folder, choice.package));
    return current ? choice.package : undefined;
  }

  /** What was chosen before, however long ago. */
  kept(row: KernelRow, whyNothingNew: string): RowKernel {
    const name = this.chosen(row, Number.POSITIVE_INFINITY);
    return name === undefined ? { row, missing: whyNothingNew } : { row, kernel: this.#read(name) };
  }

  async obtain(row: KernelRow, apt: PrivateApt, names: readonly string[]): Promise<RowKernel> {
    const candidates = candidatesFor(row, names);
    let failure = `no suite of ${row.suites.join(", ")} lists one`;
    for (const candidate of candidates) {
      try {
        if (!existsSync(join(this.#folder, candidate.name))) await this.#add(candidate, apt);
        const choice: Choice = { package: candidate.name, chosen: Date.now() };
        writeFileSync(this.#choiceFile(row), JSON.stringify(choice));
        return { row, kernel: this.#read(candidate.name) };
      } catch (error) {
        // The mirror may have dropped what its index still names.
        failure = `${candidate.name}: ${error instanceof Error ? error.message.trim().split("\n").at(-1) : error}`;
      }
    }
    return this.kept(row, failure);
  }

  #read(name: string): Kernel {
    const folder = join(this.#folder, name);
    const { version, modules } = JSON.parse(readFileSync(join(folder, "kernel.json"), "utf8")) as {
      version: string;
      modules: string[];
    };
    const image = join(folder, "vmlinuz");
    return { version: parseKernelVersion(version), image, modules: modules.map((file) => join(folder, file)) };
  }

  async #add(candidate: KernelPackage, apt: PrivateApt): Promise<void> {
    await this.#unpack(apt, candidate.name, (files, version, finished) => {
      const image = files.find((file) => basename(file).startsWith("vmlinuz"));
      if (image === undefined) throw new Error("there is no vmlinuz in the package");
      copyFileSync(image, join(finished, "vmlinuz"));
      const modules = orderModules(files.filter((file) => file.endsWith(".ko"))).map((file) => {
        copyFileSync(file, join(finished, basename(file)));
        return basename(file);
      });
      writeFileSync(join(finished, "kernel.json"), JSON.stringify({ version, modules }));
      renameSync(finished, join(this.#folder, candidate.name));
    });
  }

  async addBusybox(apt: PrivateApt, target: string): Promise<void> {
    await this.#unpack(apt, BUSYBOX, (files) => {
      const program = files.find((file) => /\/(usr\/)?bin\/busybox$/.test(file));
      if (program === undefined) throw new Error("there is no busybox in the package");
      renameSync(program, target);
    });
  }

  /** Fetches and unpacks a package into a folder that is gone afterwards; `take` moves what is wanted of it. */
  async #unpack(
    apt: PrivateApt,
    name: string,
    take: (files: readonly string[], version: string, finished: string) => void,
  ): Promise<void> {
    const scratch = mkdtempSync(join(this.#folder, "unpack-"));
    try {
      const archive = await apt.download(name, scratch);
      const tree = join(scratch, "tree");
      const finished = join(scratch, "finished");
      mkdirSync(finished);
      await execute("dpkg-deb", ["--extract", archive, tree]);
      const { stdout: version } = await execute("dpkg-deb", ["--field", archive, "Version"]);
      const files = readdirSync(tree, { recursive: true, withFileTypes: true })
        .filter((entry) => entry.isFile())
        .map((entry) => join(entry.parentPath, entry.name));
      take(files, version.trim(), finished);
    } finally {
      rmSync(scratch, { recursive: true, force: true });
    }
  }
}

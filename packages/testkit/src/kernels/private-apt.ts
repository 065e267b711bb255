import { execFile } from "node:child_process";
import { mkdirSync, readdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { promisify } from "node:util";
import { interrupted } from "./child.js";

const execute = promisify(execFile);
/** How long one run of apt may take, in milliseconds. */
const LIMIT = 180_000;

/**
 * apt with lists, caches and sources of its own: it reads other suites of the mirrors that this machine uses, and
 * neither sees nor changes what is installed. Signatures are checked with the keys of the machine.
 */
export class PrivateApt {
  readonly #folder: string;
  readonly #options: readonly string[];

  private constructor(folder: string) {
    this.#folder = folder;
    const settings = {
      "Dir::Etc::sourcelist": join(folder, "sources.list"),
      "Dir::Etc::sourceparts": "/dev/null",
      "Dir::State": join(folder, "state"),
      "Dir::State::Lists": join(folder, "lists"),
      "Dir::State::status": join(folder, "status"),
      "Dir::Cache": join(folder, "cache"),
      "Acquire::Languages": "none",
      "Acquire::http::Timeout": "20",
      "Acquire::https::Timeout": "20",
      "Acquire::Retries": "1",
      "APT::Sandbox::User": "root",
    };
    this.#options = Object.entries(settings).flatMap(([name, value]) => ["-o", `${name}=${value}`]);
  }

  /**
   * Fetches the lists of these suites; one that the mirrors lack is left out.
   *
   * @throws Error where there is no apt, or no mirror can be reached.
   */
  static async open(folder: string, suites: readonly string[]): Promise<PrivateApt> {
    const apt = new PrivateApt(folder);
    for (const part of ["lists/partial", "state", "cache/archives/partial"])
      mkdirSync(join(folder, part), { recursive: true });
    writeFileSync(join(folder, "status"), "");
    const { stdout } = await execute("apt-get", ["indextargets", "--format", "$(REPO_URI)"], {
      timeout: LIMIT,
      signal: interrupted,
    });
    const mirrors = [...new Set(stdout.split("\n").filter((line) => line !== ""))];
    const isSecurity = (text: string): boolean => text.includes("security");
    const sources = suites.flatMap((suite) =>
      mirrors
        .filter((mirror) => isSecurity(mirror) === isSecurity(suite))
        .map((mirror) => `deb ${mirror} ${suite} main\n`),
    );
    writeFileSync(join(folder, "sources.list"), sources.join(""));
    // apt-get update fails where one of the suites is missing, and has the others then.
    const failure = await apt.#run("apt-get", ["update", "-qq"]).then(
      () => undefined,
      (error: Error) => error,
    );
    if (!readdirSync(join(folder, "lists")).some((name) => name.includes("_Packages")))
      throw new Error(
        `no list of packages could be fetched: ${failure?.message ?? `no mirror has ${suites.join(", ")}`}`,
      );
    return apt;
  }

  #run(program: string, args: readonly string[], cwd = this.#folder): Promise<{ stdout: string; stderr: string }> {
    return execute(program, [...this.#options, ...args], {
      cwd,
      timeout: LIMIT,
      maxBuffer: 1 << 26,
      signal: interrupted,
    });
  }

  /** The names of all packages that begin with this. */
  async names(prefix: string): Promise<string[]> {
    const { stdout } = await this.#run("apt-cache", ["pkgnames", prefix]);
    return stdout.split("\n").filter((line) => line !== "");
  }

  /** Fetches a package into a folder, and answers the path of the file. */
  async download(name: string, folder: string): Promise<string> {
    mkdirSync(folder, { recursive: true });
    await this.#run("apt-get", ["download", "-qq", name], folder);
    const file = readdirSync(folder).find((entry) => entry.startsWith(`${name}_`) && entry.endsWith(".deb"));
    if (file === undefined) throw new Error(`apt-get download ${name} left no file`);
    return join(folder, file);
  }
}

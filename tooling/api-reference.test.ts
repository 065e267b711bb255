import { execFileSync } from "node:child_process";
import { mkdtempSync, readdirSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { expect, test } from "vitest";

const script = fileURLToPath(new URL("../scripts/api-reference.mjs", import.meta.url));
const pages = fileURLToPath(new URL("../docs/api", import.meta.url));

function readPages(folder: string): Record<string, string> {
  return Object.fromEntries(readdirSync(folder).map((page) => [page, readFileSync(join(folder, page), "utf8")]));
}

test("docs/api is what the docstrings say (npm run generate)", { timeout: 120_000 }, () => {
  const folder = mkdtempSync(join(tmpdir(), "ns-graph-pages-"));
  try {
    execFileSync(process.execPath, [script, folder]);
    expect(readPages(pages)).toEqual(readPages(folder));
  } finally {
    rmSync(folder, { recursive: true });
  }
});

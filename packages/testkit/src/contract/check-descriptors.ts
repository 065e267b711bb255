import { afterEach, beforeEach } from "vitest";
import { awaitDescriptors, listDescriptors } from "../real/descriptors.js";

/** Makes every test of the file (or of the `describe` it stands in) fail that leaves descriptors open. */
export function checkDescriptors(): void {
  let before: string[] = [];
  beforeEach(() => {
    before = listDescriptors();
  });
  afterEach(() => awaitDescriptors(before));
}

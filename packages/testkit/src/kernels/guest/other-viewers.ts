import type { FindingReport } from "../guest-report.js";
import type { Exhibit } from "./exhibit.js";

export async function askAsOthers(_exhibits: readonly Exhibit[]): Promise<FindingReport[]> {
  return [];
}

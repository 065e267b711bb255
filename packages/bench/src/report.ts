import type { Spread } from "./statistics.js";

/** One line of the report. */
export interface Row {
  /** What was compared with what, or counted. */
  readonly what: string;
  /** Under which load. */
  readonly at: string;
  /** The value, and how it spreads where it does. */
  readonly value: number | Spread;
  /** What it should not exceed, where there is such a number. */
  readonly limit?: number;
}

/** Whether a row stays below its limit. */
export function isReached({ value, limit }: Row): boolean {
  return limit === undefined || (typeof value === "number" ? value : value.median) <= limit;
}

/** Rows as a table for people: the median, the middle half, the limit and whether it was kept. */
export function formatTable(title: string, rows: readonly Row[]): string {
  const cells = rows.map((row) => {
    const { value, limit } = row;
    const isExact = typeof value === "number";
    return [
      row.what,
      row.at,
      formatNumber(isExact ? value : value.median),
      isExact ? "" : `${formatNumber(value.lower)} … ${formatNumber(value.upper)}`,
      limit === undefined ? "" : `≤ ${limit}`,
      limit === undefined ? "" : isReached(row) ? "reached" : "MISSED",
    ];
  });
  const header = ["", "processes", "value", "middle half", "target", ""];
  const widths = header.map((head, column) =>
    Math.max(...[header, ...cells].map((row) => (row[column] ?? head).length)),
  );
  const lines = [header, ...cells].map((row) =>
    row
      .map((cell, column) => (column === 0 ? cell.padEnd(widths[column] ?? 0) : cell.padStart(widths[column] ?? 0)))
      .join("  ")
      .trimEnd(),
  );
  return `${title}\n${lines.map((line) => `  ${line}`).join("\n")}\n`;
}

function formatNumber(value: number): string {
  return value >= 100 ? value.toFixed(0) : value >= 10 ? value.toFixed(1) : value.toFixed(2);
}

/** Shortens a long text in its middle, where two that differ seldom do. */
export function clip(text: string, length: number): string {
  if (text.length <= length) return text;
  const head = [...text.slice(0, length)];
  const tail = [...text.slice(-length)];
  const half = Math.ceil((length - 1) / 2);
  return `${head.slice(0, half).join("")}…${tail.slice(-(length - 1 - half)).join("")}`;
}

import { jsonText, jsonValue } from "./json-text.js";

type Extra = Readonly<Record<string, unknown>> | undefined;

/*
 * Members of an object, each with a comma before it. What is absent leaves nothing.
 */

export function plain(key: string, value: number | boolean | undefined): string {
  return value === undefined ? "" : `,"${key}":${value}`;
}

export function quoted(key: string, value: string | undefined): string {
  return value === undefined ? "" : `,"${key}":${jsonText(value)}`;
}

export function nested<T>(key: string, value: T | undefined, write: (value: T) => string): string {
  return value === undefined ? "" : `,"${key}":${write(value)}`;
}

export function others(extra: Extra): string {
  if (extra === undefined) return "";
  let text = "";
  for (const [key, value] of Object.entries(extra)) {
    const json = jsonValue(value);
    if (json !== undefined) text += `,${jsonText(key)}:${json}`;
  }
  return text;
}

/** An object of members. */
export function object(members: string): string {
  return `{${members.slice(1)}}`;
}

export function textList(texts: readonly string[]): string {
  return `[${texts.map(jsonText).join(",")}]`;
}

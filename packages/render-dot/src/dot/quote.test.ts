import { HOSTILE_TEXTS } from "@ns-graph/testkit";
import { expect, test } from "vitest";
import { escapeHtml, escapeText, quote } from "./quote.js";

test.each([
  ["a quote does not end the string", '"', '"\\""'],
  ["a quote after a backslash does not end the string", '\\"', '"\\\\\\\\\\""'],
  ["a backslash at the end does not take the closing quote along", "\\", '"\\\\\\\\"'],
  ["a quote and a new attribute stay one text", '", URL="javascript:alert(1)', '"\\", URL=\\"javascript:alert(1)"'],
  ["a quote, a bracket and a new node stay one text", '"]; evil [label="x', '"\\"]; evil [label=\\"x"'],
  ["a brace does not end the graph", '"}; digraph x {', '"\\"}; digraph x {"'],
  ["a newline does not begin a statement", "a\nb", '"a\\\\nb"'],
  ["a newline and a number sign do not begin a line for the preprocessor", "\n# 1", '"\\\\n# 1"'],
  ["a comment stays text", "/* x */ // y", '"/* x */ // y"'],
  ["NUL does not end the file", "a\0b", '"a\\\\0b"'],
  ["\\N is not replaced by the name of the node", "\\N", '"\\\\\\\\N"'],
  ["\\G is not replaced by the name of the graph", "\\G", '"\\\\\\\\G"'],
  ["an entity is not read as the character it stands for", "&lt;", '"&amp;lt;"'],
  ["a number as an entity is not read as a character", "&#34;", '"&amp;#34;"'],
  ["a lone surrogate is made visible", "\ud800", '"\\\\ud800"'],
  ["a byte that is not UTF-8 is made visible", "\udcff", '"\\\\xff"'],
  ["a bidirectional mark is made visible", "\u202e", '"\\\\u202e"'],
  ["a character that XML forbids is made visible", "\uffff", '"\\\\uffff"'],
  ["an escape sequence is made visible", "\u001b[31m", '"\\\\e[31m"'],
])("in a string: %s", (_title, hostile, printed) => {
  expect(quote(escapeText(hostile))).toBe(printed);
});

test.each([
  ["</script> stays text", "</script>", "&lt;/script&gt;"],
  ["an element is not opened", "<B>x</B>", "&lt;B&gt;x&lt;/B&gt;"],
  ["a cell is not closed", "</TD></TR>", "&lt;/TD&gt;&lt;/TR&gt;"],
  ["an attribute is not closed", '" HREF="javascript:alert(1)', "&quot; HREF=&quot;javascript:alert(1)"],
  ["an entity is not opened", "&lt;", "&amp;lt;"],
  ["a comment is not opened", "<!--", "&lt;!--"],
  ["a character section is not closed", "]]>", "]]&gt;"],
  ["\\N is not replaced by the name of the node", "\\N", "\\\\\\\\N"],
  ["NUL does not end the label", "\0", "\\\\0"],
  ["a lone surrogate is made visible", "\udfff", "\\\\udfff"],
  ["a character that XML forbids is made visible", "\ufffe", "\\\\ufffe"],
  ["a newline is made visible", "a\nb", "a\\\\nb"],
])("in markup: %s", (_title, hostile, printed) => {
  expect(escapeHtml(hostile)).toBe(printed);
});

test("no text ends the string or the element that it stands in", () => {
  for (const hostile of HOSTILE_TEXTS) {
    expect(quote(escapeText(hostile))).toMatch(/^"(?:[^"\\]|\\.)*"$/);
    expect(escapeHtml(hostile)).not.toMatch(/[<>"\n]|&(?!(?:amp|lt|gt|quot);)/);
  }
});

import { NsGraphError } from "@ns-graph/graph";
import { describe, expect, test } from "vitest";
import { descriptorSink } from "./sink.js";
import { ClosedPipe, describeWriteError } from "./system-error.js";

const failing = (code: string) => () => {
  throw Object.assign(new Error(code), { code });
};

describe("descriptorSink", () => {
  test("tells a closed pipe from a failure", async () => {
    const sink = descriptorSink(1, "standard output", failing("EPIPE"));
    await sink.write("abc");
    await expect(sink.close()).rejects.toBeInstanceOf(ClosedPipe);
  });

  test("says where it could not write, and why", async () => {
    const sink = descriptorSink(1, "standard output", failing("ENOSPC"));
    await expect(sink.write("x".repeat(2 ** 17))).rejects.toThrow(
      "could not write to standard output: no space is left (ENOSPC)",
    );
  });
});

describe("describeWriteError", () => {
  test("names an errno that it has no words for", () => {
    const error = describeWriteError(Object.assign(new Error("x"), { code: "EXDEV" }), "a\nb");
    expect(error.message).toBe("could not write to a\\nb: the system refuses (EXDEV)");
  });
  test("leaves what is explained already as it is", () => {
    const error = new NsGraphError("WRITE_FAILED", "x");
    expect(describeWriteError(error, "y")).toBe(error);
  });
});

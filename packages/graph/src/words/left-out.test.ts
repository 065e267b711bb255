import { expect, test } from "vitest";
import { describeLeftOut, type LeftOut } from "./left-out.js";

const LIMIT = "there are more than the limit allows";
const TIME = "the time that was allowed was over";

test.each<[Omit<LeftOut, "code">, string]>([
  [{ what: "descriptors", count: 1 }, "1 descriptor was not looked at"],
  [{ what: "descriptors", count: 2 }, "2 descriptors were not looked at"],
  [{ what: "sockets", count: 1 }, "1 socket was not looked at"],
  [{ what: "sockets", count: 2 }, "2 sockets were not looked at"],
  [{ what: "threads", count: 1 }, "1 thread was not looked at"],
  [{ what: "threads", count: 2 }, "2 threads were not looked at"],
  [{ what: "mounts", count: 1 }, "1 mount was not looked at"],
  [{ what: "mounts", count: 2 }, "2 mounts were not looked at"],
  [{ what: "processes", count: 1 }, "1 process was not looked at"],
  [{ what: "processes", count: 2 }, "2 processes were not looked at"],
  [{ what: "holders", count: 1 }, "1 process's threads and descriptors were not looked at"],
  [{ what: "holders", count: 2 }, "2 processes' threads and descriptors were not looked at"],
  [{ what: "mount namespaces", count: 1 }, "1 mount namespace's mounts were not looked at"],
  [{ what: "mount namespaces", count: 2 }, "2 mount namespaces' mounts were not looked at"],
  [{ what: "lists", count: 1 }, "1 list of the kernel was not looked at"],
  [{ what: "lists", count: 2 }, "2 lists of the kernel were not looked at"],
  [{ what: "facts", count: 1 }, "1 namespace's facts were not looked at"],
  [{ what: "facts", count: 2 }, "2 namespaces' facts were not looked at"],
  [{ what: "descriptors", count: undefined }, "some descriptors were not looked at"],
  [{ what: "mounts", count: undefined, of: "mnt:[5]" }, "some mounts of mnt:[5] were not looked at"],
  [{ what: "descriptors", count: 1, isLeast: true }, "more than 1 descriptors were not looked at"],
  [
    { what: "threads", count: 9, isLeast: true, of: "2 processes" },
    "more than 9 threads of 2 processes were not looked at",
  ],
  [{ what: "sockets", count: 1, of: "process 7" }, "1 socket of process 7 was not looked at"],
  [{ what: "keys", count: 2 }, "2 keys were not looked at"],
  [{ what: "constructor", count: 2 }, "2 constructor were not looked at"],
])("%j in words", (leftOut, words) => {
  expect(describeLeftOut({ ...leftOut, code: "LIMIT_REACHED" })).toBe(`${words}: ${LIMIT}`);
  expect(describeLeftOut({ ...leftOut, code: "TIME_LIMIT" })).toBe(`${words}: ${TIME}`);
});

test("a reason that this version does not know stands by its name", () => {
  expect(describeLeftOut({ code: "NEW_LIMIT", what: "mounts", count: 2 })).toBe(
    "2 mounts were not looked at: NEW_LIMIT",
  );
});

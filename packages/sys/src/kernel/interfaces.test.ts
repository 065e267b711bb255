import { expect, it } from "vitest";
import { Interfaces } from "./interfaces.js";

it("has what was not found to be absent", () => {
  const interfaces = new Interfaces();
  interfaces.markAbsent("listns", "ENOSYS");
  interfaces.markAbsent("NS_GET_PARENT", "ENOTTY");
  expect(interfaces.has("listmount")).toBe(true);
  expect(interfaces.has("listns")).toBe(false);
  expect(interfaces.problems()).toEqual([
    { code: "INTERFACE_MISSING", what: "listns", errno: "ENOSYS" },
    { code: "IOCTLS_MISSING", what: "NS_GET_PARENT", errno: "ENOTTY" },
  ]);
});

it("tells one reason once, and not that what was renounced is absent", () => {
  const interfaces = new Interfaces();
  const problem = { code: "PIDS_FOREIGN" };
  interfaces.renounce("pidfd_open", problem);
  interfaces.renounce("pidfd_getfd", problem);
  interfaces.markAbsent("pidfd_getfd", "ENOSYS");
  expect(interfaces.has("pidfd_getfd")).toBe(false);
  expect(interfaces.problems()).toEqual([problem]);
});

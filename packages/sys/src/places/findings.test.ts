import type { Problem, Sighting } from "@ns-graph/graph";
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { Findings, LISTED } from "./findings.js";

const open: Sighting["open"] = () => ({ state: "gone" });
const descriptor = (id: string, fd: number): Sighting => ({ id, pin: { kind: "fd", namespace: id, pid: 5, fd }, open });

/** Runs of like holders, so that many of one kind come, among others. */
const runs = fc.array(
  fc.record({
    kind: fc.constantFrom("fd" as const, "socket" as const, undefined),
    id: fc.constantFrom("4:1", "4:2", "4:3"),
    length: fc.oneof(fc.nat(3), fc.nat(LISTED + 10)),
  }),
  { maxLength: 12 },
);

function toSightings(all: readonly { kind: "fd" | "socket" | undefined; id: string; length: number }[]): Sighting[] {
  let fd = 0;
  return all.flatMap(({ kind, id, length }) =>
    Array.from({ length }, (): Sighting => {
      fd++;
      return kind === undefined ? { id, open } : { id, pin: { kind, namespace: id, pid: 5, fd }, open };
    }),
  );
}

const keyOf = ({ id, pin }: Sighting): string => `${pin?.kind} ${id}`;

describe("what is found of one process", () => {
  test("lists the first of each kind and namespace, and counts the others at the last of them", () => {
    fc.assert(
      fc.property(runs, (drawn) => {
        const sightings = toSightings(drawn);
        const findings = new Findings();
        for (const sighting of sightings) findings.see(sighting);
        findings.finish({ pid: 5 });

        const met = new Map<string, number>();
        const listed = sightings.filter((sighting) => {
          const number = (met.get(keyOf(sighting)) ?? 0) + 1;
          met.set(keyOf(sighting), number);
          return number <= LISTED;
        });
        const last = new Map(listed.map((sighting) => [keyOf(sighting), sighting]));
        const wanted = listed.map((sighting) => {
          const more = (met.get(keyOf(sighting)) ?? 0) - LISTED;
          const isMarked = more > 0 && last.get(keyOf(sighting)) === sighting && sighting.pin !== undefined;
          return isMarked ? { ...sighting, pin: { ...sighting.pin, more } } : sighting;
        });
        expect(findings.sightings).toEqual(wanted);
      }),
      { numRuns: 50 },
    );
  });

  test("lists the first problems of each code and errno, and counts the others behind them", () => {
    const problems = fc.array(
      fc.record({
        code: fc.constantFrom("DESCRIPTOR_UNREADABLE", "LINK_UNREADABLE"),
        errno: fc.constantFrom("EACCES", undefined),
        length: fc.nat(LISTED + 10),
      }),
      { maxLength: 10 },
    );
    fc.assert(
      fc.property(problems, (drawn) => {
        const all = drawn.flatMap(({ code, errno, length }, run) =>
          Array.from(
            { length },
            (_, at): Problem => ({ code, pid: 5, fd: 1000 * run + at, ...(errno === undefined ? {} : { errno }) }),
          ),
        );
        const findings = new Findings();
        for (const problem of all) findings.fail(problem);
        findings.finish({ pid: 5 });
        const met = new Map<string, Problem[]>();
        const listed: Problem[] = [];
        for (const problem of all) {
          const key = `${problem.code} ${problem.errno}`;
          const alike = met.get(key) ?? [];
          met.set(key, alike);
          if (alike.push(problem) <= LISTED) listed.push(problem);
        }
        expect(findings.problems.slice(0, listed.length)).toEqual(listed);
        const counted = findings.problems.slice(listed.length);
        const wanted = [...met.values()]
          .filter(({ length }) => length > LISTED)
          .map(([first, ...rest]) => {
            const { code, errno } = first as Problem;
            return { code, pid: 5, ...(errno === undefined ? {} : { errno }), count: rest.length + 1 - LISTED };
          });
        expect(counted).toEqual(expect.arrayContaining(wanted));
        expect(counted).toHaveLength(wanted.length);
      }),
      { numRuns: 50 },
    );
  });

  test("a million of one kind are a few, and their number", () => {
    const findings = new Findings();
    for (let fd = 0; fd < 1_000_000; fd++) {
      findings.see(descriptor("4:1", fd));
      findings.fail({ code: "DESCRIPTOR_UNREADABLE", pid: 5, fd, errno: "EACCES" });
    }
    findings.finish({ pid: 5 });
    expect(findings.sightings).toHaveLength(LISTED);
    expect(findings.sightings.at(-1)?.pin?.more).toBe(1_000_000 - LISTED);
    expect(findings.problems).toHaveLength(LISTED + 1);
    expect(findings.problems.at(-1)).toEqual({
      code: "DESCRIPTOR_UNREADABLE",
      pid: 5,
      errno: "EACCES",
      count: 1_000_000 - LISTED,
    });
  });
});

import { buildGraph, type NamespaceGraph, type SurveyOptions, survey } from "@ns-graph/graph";
import { type FakeKernel, type FakeProcess, fakeKernel, type KernelSpec } from "@ns-graph/testkit";

/** A whole survey of a kernel, what came of it, and what was asked. */
export function look(kernel: FakeKernel, options?: SurveyOptions) {
  const probe = kernel.probe();
  const observations = [...survey(probe, options)];
  const { openings, readings } = probe;
  probe.close();
  return { graph: buildGraph(observations), observations, openings, readings };
}

/** The graph of a kernel, and that kernel. */
export const graphOf = (spec: KernelSpec, options?: SurveyOptions): [NamespaceGraph, FakeKernel] => {
  const kernel = fakeKernel(spec);
  return [look(kernel, options).graph, kernel];
};

/** A process that is in another network namespace at each look, and stays in the last one. */
export function moving(pid: number, first: string, ...rest: readonly string[]): FakeProcess {
  const [second, ...others] = rest;
  return { pid, in: { net: first }, ...(second === undefined ? {} : { next: moving(pid, second, ...others) }) };
}

export const INIT: FakeProcess = { pid: 1, comm: "init" };

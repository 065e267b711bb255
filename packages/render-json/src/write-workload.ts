import { NAMESPACE_TYPES, type Pod, type TypeUse, type Workload, type WorkloadGroup } from "@ns-graph/graph";
import { nested, object, plain, quoted, textList } from "./json-members.js";
import { jsonText } from "./json-text.js";

/** Writes groups of processes. Most of them use the same namespaces as others, whose text is made once. */
export function workloadWriter(): (group: WorkloadGroup) => string {
  const uses = new Map<TypeUse, string>();
  const useText = (use: TypeUse): string => {
    let text = uses.get(use);
    if (text === undefined) {
      const ids = use.uses.map(({ namespace }) => namespace);
      text = object(quoted("state", use.state) + nested("namespaces", ids, textList));
      uses.set(use, text);
    }
    return text;
  };
  return ({ kind, workload, engine, borneOut, processes, leader, isolation, exposed }) => {
    const known = NAMESPACE_TYPES.filter((type) => isolation[type].state !== "unknown");
    return object(
      quoted("kind", kind) +
        quoted("engine", engine) +
        quoted("borneOut", borneOut) +
        nested("workload", workload, workloadText) +
        plain("leader", leader.pid) +
        plain("processCount", processes.length) +
        // All that are in no other group need no list.
        (kind === "machine" || kind === "unreadable" ? "" : `,"pids":[${processes.map(({ pid }) => pid).join()}]`) +
        `,"isolation":${object(known.map((type) => `,${jsonText(type)}:${useText(isolation[type])}`).join(""))}` +
        (exposed.length === 0 ? "" : `,"exposed":${textList(exposed)}`),
    );
  };
}

function workloadText({ kind, engine, cgroup, id, name, pod, unit, user, inside, borneOut }: Workload): string {
  return object(
    quoted("kind", kind) +
      quoted("engine", engine) +
      quoted("cgroup", cgroup) +
      quoted("id", id) +
      quoted("name", name) +
      nested("pod", pod, podText) +
      quoted("unit", unit) +
      plain("user", user) +
      nested("inside", inside, workloadText) +
      quoted("borneOut", borneOut),
  );
}

function podText({ id, qos, name, namespace }: Pod): string {
  return object(quoted("id", id) + quoted("qos", qos) + quoted("name", name) + quoted("namespace", namespace));
}

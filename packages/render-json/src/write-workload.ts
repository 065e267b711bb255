import {
  isolationOf,
  livingParts,
  NAMESPACE_TYPES,
  type NamespaceUse,
  type Pod,
  type Process,
  type TypeUse,
  type Workload,
  type WorkloadGroup,
  type WorkloadPart,
} from "@ns-graph/graph";
import { nested, object, plain, quoted, textList } from "./json-members.js";
import { jsonText } from "./json-text.js";

/** Writes groups of processes. Most of them use the same namespaces as others, whose text is made once. */
export function workloadWriter(): (group: WorkloadGroup) => string {
  const uses = new Map<TypeUse, string>();
  const useText = (use: TypeUse): string => {
    let text = uses.get(use);
    if (text === undefined) {
      const ids = use.uses.map(({ namespace }) => namespace);
      const isCertain = use.state !== "own" || use.uses.every(({ certain }) => certain);
      text = object(quoted("state", use.state) + nested("namespaces", ids, textList) + certainty(isCertain));
      uses.set(use, text);
    }
    return text;
  };
  const partUses = new Map<NamespaceUse, string>();
  const partUseText = (use: NamespaceUse): string => {
    let text = partUses.get(use);
    if (text === undefined) {
      const state = isolationOf(use);
      const isCertain = state !== "own" || use.certain;
      text = object(quoted("state", state) + nested("namespaces", [use.namespace], textList) + certainty(isCertain));
      partUses.set(use, text);
    }
    return text;
  };
  const partText = ({ leader, processes, uses: own }: WorkloadPart): string =>
    object(
      plain("leader", leader.pid) +
        plain("processCount", processes.length) +
        pidsText(processes) +
        `,"isolation":${object(
          NAMESPACE_TYPES.map((type) => {
            const use = own[type];
            return use === undefined ? "" : `,${jsonText(type)}:${partUseText(use)}`;
          }).join(""),
        )}`,
    );
  return (group) => {
    const { kind, workload, engine, borneOut, processes, leader, isolation, exposed } = group;
    const parts = livingParts(group);
    const known = NAMESPACE_TYPES.filter((type) => isolation[type].state !== "unknown");
    return object(
      quoted("kind", kind) +
        quoted("engine", engine) +
        quoted("borneOut", borneOut) +
        nested("workload", workload, workloadText) +
        plain("leader", leader.pid) +
        plain("processCount", processes.length) +
        // All that are in no other group need no list.
        (kind === "machine" || kind === "unreadable" ? "" : pidsText(processes)) +
        `,"isolation":${object(known.map((type) => `,${jsonText(type)}:${useText(isolation[type])}`).join(""))}` +
        (exposed.length === 0 ? "" : `,"exposed":${textList(exposed)}`) +
        (parts.length < 2 ? "" : `,"parts":[${parts.map(partText).join()}]`),
    );
  };
}

/** What is certain needs no word. */
function certainty(isCertain: boolean): string {
  return plain("certain", isCertain ? undefined : false);
}

function pidsText(processes: readonly Process[]): string {
  return `,"pids":[${processes.map(({ pid }) => pid).join()}]`;
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

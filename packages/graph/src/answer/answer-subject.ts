import type { Init } from "../model/init.js";
import type { NamespaceGraph } from "../model/namespace-graph.js";
import { describeLife } from "../words/describe-life.js";
import { quoteForShell } from "../words/quote-for-shell.js";
import { type EnterCommand, enterCommand, enterProcessCommand } from "./enter-command.js";
import { explainLife } from "./explain-life.js";

/** What is answered about the subject of a view, besides what the graph says of it. */
export interface Answer {
  /** Of a namespace: why it is alive, and what would have to go for it to vanish, as sentences. Holds no hostile text. */
  readonly why?: string;
  /** Of a pid namespace but the initial one: what has become of its init. */
  readonly init?: Init;
  /** The words of a command that enters it, see `EnterCommand`; absent where none can be offered. Hostile text: see `quoteForShell`. */
  readonly enterWith?: readonly string[];
  /** What whoever runs that has to know, or why none is offered. Holds no hostile text. */
  readonly enterNote?: string;
}

/** What is answered about the subject of the graph's view; undefined where there is none, or the graph lacks it. */
export function answerSubject(graph: NamespaceGraph): Answer | undefined {
  const { subject } = graph.view;
  if (subject === undefined) return undefined;
  if (subject.kind === "process") {
    const process = graph.process(subject.pid);
    if (process === undefined) return undefined;
    const answer = entrance(enterProcessCommand(graph, process));
    return Object.keys(answer).length === 0 ? undefined : answer;
  }
  const life = explainLife(graph, subject.id);
  if (life === undefined) return undefined;
  const { init } = life;
  return {
    why: describeLife(graph, life),
    ...(init === undefined ? {} : { init }),
    ...entrance(enterCommand(graph, subject.id)),
  };
}

function entrance({ words, note }: EnterCommand): Answer {
  return { ...(words === undefined ? {} : { enterWith: words }), ...(note === undefined ? {} : { enterNote: note }) };
}

/** The longest command that a picture shows: longer is none but one with a path that was made up to be long. */
const LONGEST_COMMAND = 500;

/** The same as lines of a picture: a sentence each, and the command as a shell takes it, whole or not at all. Safe to print as they are. */
export function answerLines(graph: NamespaceGraph): readonly string[] {
  const { why, enterWith, enterNote } = answerSubject(graph) ?? {};
  const command = enterWith && quoteForShell(enterWith);
  return [
    ...(why === undefined ? [] : why.split(/(?<=\.) /)),
    ...(command === undefined
      ? []
      : [
          `enter with: ${command.length > LONGEST_COMMAND ? "a command that is too long for a picture, see --format text" : command}`,
        ]),
    ...(enterNote === undefined ? [] : [enterNote]),
  ];
}

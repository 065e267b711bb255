/**
 * The word that stands for a program of the caller's choice, where the command would otherwise start one that others can
 * put there, as the caller. With the slash it names nothing that could be started: execve(2) fails with ENOTDIR, ENOENT or
 * EACCES, whatever is there.
 */
export const PROGRAM_PLACEHOLDER = "PROGRAM/";

/** Of a mount namespace whose programs others choose, where whoever enters stays the same user. */
export const PROGRAMS_AS_YOU = `Programs inside are not to be trusted: the one that you put in place of ${PROGRAM_PLACEHOLDER} is looked up there, and runs as you.`;
/** The same, where whoever enters becomes another user. */
export const PROGRAMS_AS_OTHERS =
  "Programs inside are not to be trusted: they run without your rights, but with your terminal and your environment.";
/** Of a user namespace that somebody else is in charge of. */
export const IN_REACH_OF_OTHERS =
  "Whoever is in charge of that user namespace can take over what you run in it, with your terminal and your environment.";
/** Where nothing else leads in than a descriptor of another run of the command. */
export const THROUGH_ANOTHER_RUN =
  "Nothing else leads in than a descriptor of a process that by its name is another run of ns-graph, which closes it when it ends.";
/** Where the owner, which would have to be entered too, has no way in. */
export const NO_WAY_TO_OWNER =
  "No command is offered: nothing that was found leads into the user namespace that owns it, and without that its programs would run as you.";
/** Where a user namespace maps no user or no group. */
export const NOBODY_TO_BE =
  "No command is offered: that user namespace maps no user or no group that you could become. You would stay who you are, and whoever is in charge of it could act as you.";
/** Where setgroups(2) is refused in the viewer's user namespace and in one that somebody else has made. */
export const NOBODY_TO_BECOME =
  "No command is offered: setgroups(2) is refused there and here. You would stay who you are, and whoever is in charge of that user namespace could act as you.";

/** Of a pid namespace without an init, by the state of that. */
export const OF_NO_INIT: Readonly<Record<string, string>> = {
  "not-begun": "No command is offered: it has had no process yet, and whoever came first would become its init.",
  "gone-or-not-begun": "No command is offered: it has no init, without which fork(2) fails there.",
};
/** Of a pid namespace that is known to be empty, in a document without processes. */
export const OF_NO_MEMBERS = "No command is offered: nobody knows of an init in it, without which fork(2) fails there.";
/** Of a pid namespace whose init has ended. */
export const OF_LOST_INIT = "No command is offered: its init has ended, and fork(2) fails there since.";
/** Of processes in whose namespaces the viewer is already. */
export const NO_NEED = "No need to enter: you are in all of them.";
/** Where the viewer lacks the right to enter. */
export const TAKES_RIGHTS =
  "No command is offered: to enter it takes CAP_SYS_ADMIN in the user namespace that owns it. Ask again as root.";
/** Of a process whose user namespace does not own all others, where the viewer lacks the right to enter those first. */
export const OWNERS_APART =
  "No command is offered: its user namespace does not own all of its namespaces, and to enter those first takes CAP_SYS_ADMIN. Ask about each of them, or again as root.";
/** Of a pid namespace below one whose init has ended. */
export const OF_LOST_INIT_ABOVE = "No command is offered: the init of a pid namespace above it has ended.";
/** Of a process in a pid namespace whose init has ended. */
export const OF_LOST_INIT_OF_PROCESS =
  "No command is offered: the init of its pid namespace has ended, and fork(2) fails there since.";

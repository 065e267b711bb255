/*
 * SHLVL says how many shells are around another. Those between the command and who started it are none that anybody meant. Many
 * shells count themselves when they begin, and take that back when another program takes their place, but not in parentheses.
 */

/** Commands of a shell that make SHLVL again what it is here; of what is no number they leave what the shell makes of it. */
export function restoreLevel(level: string | undefined = process.env.SHLVL): string {
  if (level === undefined) return "unset SHLVL";
  return /^\d+$/.test(level) ? `SHLVL=${level}` : ":";
}

/** The same before another program takes the shell's place: BusyBox's counts itself and does not take it back. */
export function restoreLevelForExec(level?: string): string {
  return `[ -n "\${BASH_VERSION-}\${ZSH_VERSION-}\${KSH_VERSION-}" ] || ${restoreLevel(level)}`;
}

/** The characters that drawings are made of. */
export interface Glyphs {
  /** Whether nothing but ASCII can be shown. */
  readonly isAscii: boolean;
  /** Guides of a tree: a branch, the last one, what runs past, nothing; wide and narrow. */
  readonly guides: Readonly<Record<"wide" | "narrow", Guides>>;
  /** Between two remarks. */
  readonly dot: string;
  readonly mapsTo: string;
  readonly times: string;
  readonly to: string;
  readonly ellipsis: string;
  /** Own, own as far as could be seen, that of one listed above in the same group, shared with the machine (workload matrix). */
  readonly own: string;
  readonly seemsOwn: string;
  readonly again: string;
  readonly shared: string;
}

export interface Guides {
  readonly width: number;
  readonly branch: string;
  readonly last: string;
  readonly past: string;
  readonly gap: string;
}

export const UNICODE: Glyphs = {
  isAscii: false,
  guides: {
    wide: { width: 4, branch: "├── ", last: "└── ", past: "│   ", gap: "    " },
    narrow: { width: 2, branch: "├╴", last: "└╴", past: "│ ", gap: "  " },
  },
  dot: "·",
  mapsTo: "↦",
  times: "×",
  to: "–",
  ellipsis: "…",
  own: "●",
  seemsOwn: "○",
  again: "″",
  shared: "·",
};

export const ASCII: Glyphs = {
  isAscii: true,
  guides: {
    wide: { width: 4, branch: "|-- ", last: "`-- ", past: "|   ", gap: "    " },
    narrow: { width: 2, branch: "|-", last: "`-", past: "| ", gap: "  " },
  },
  dot: "-",
  mapsTo: "->",
  times: "x",
  to: "-",
  ellipsis: "...",
  own: "O",
  seemsOwn: "o",
  again: '"',
  shared: ".",
};

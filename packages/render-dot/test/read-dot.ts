/** A DOT graph, as far as tests look at it. */
export interface DotGraph {
  readonly nodes: ReadonlyMap<string, DotAttributes>;
  readonly edges: readonly { readonly tail: string; readonly head: string; readonly attributes: DotAttributes }[];
  /** Clusters by name, with the one around each. */
  readonly clusters: ReadonlyMap<string, { readonly inside: string | undefined; readonly attributes: DotAttributes }>;
  /** The cluster that each node stands in. */
  readonly placeOf: ReadonlyMap<string, string | undefined>;
  readonly attributes: DotAttributes;
}

export type DotAttributes = Readonly<Record<string, string>>;

type Token = { readonly kind: "id" | "html" | "sign"; readonly text: string };

const TOKEN = /\s+|"((?:[^"\\]|\\[\s\S])*)"|(->|[{}[\];,=:])|(-?[A-Za-z_0-9.]+)/y;

function readTokens(source: string): Token[] {
  const tokens: Token[] = [];
  for (let at = 0; at < source.length; ) {
    if (source[at] === "<") {
      const end = endOfHtml(source, at);
      tokens.push({ kind: "html", text: source.slice(at + 1, end) });
      at = end + 1;
      continue;
    }
    TOKEN.lastIndex = at;
    const match = TOKEN.exec(source);
    if (match === null) throw new SyntaxError(`at ${at}: ${JSON.stringify(source.slice(at, at + 40))}`);
    at = TOKEN.lastIndex;
    const [, quoted, sign, word] = match;
    if (quoted !== undefined) tokens.push({ kind: "id", text: quoted.replaceAll('\\"', '"') });
    else if (word !== undefined) tokens.push({ kind: "id", text: word });
    else if (sign !== undefined) tokens.push({ kind: "sign", text: sign });
  }
  return tokens;
}

function endOfHtml(source: string, start: number): number {
  let depth = 0;
  for (let i = start; i < source.length; i++) {
    if (source[i] === "<") depth++;
    if (source[i] === ">" && --depth === 0) return i;
  }
  throw new SyntaxError(`at ${start}: markup without an end`);
}

/** Reads what the printer writes, and nothing else of the language; throws where it is not that. */
export function readDot(source: string): DotGraph {
  return new DotReader(readTokens(source)).read();
}

class DotReader {
  readonly #tokens: readonly Token[];
  #at = 0;
  readonly #nodes = new Map<string, DotAttributes>();
  readonly #edges: DotGraph["edges"][number][] = [];
  readonly #clusters = new Map<string, { inside: string | undefined; attributes: DotAttributes }>();
  readonly #placeOf = new Map<string, string | undefined>();
  readonly #open: string[] = [];
  #attributes: DotAttributes = {};

  constructor(tokens: readonly Token[]) {
    this.#tokens = tokens;
  }

  read(): DotGraph {
    if (this.#id() !== "digraph") throw new SyntaxError("not a digraph");
    this.#id();
    this.#sign("{");
    while (!(this.#isNext("}") && this.#open.length === 0)) this.#statement();
    this.#sign("}");
    if (this.#at !== this.#tokens.length) throw new SyntaxError("something follows the graph");
    return {
      nodes: this.#nodes,
      edges: this.#edges,
      clusters: this.#clusters,
      placeOf: this.#placeOf,
      attributes: this.#attributes,
    };
  }

  #statement(): void {
    if (this.#isNext("}")) {
      this.#sign("}");
      this.#open.pop();
      return;
    }
    const word = this.#end();
    if (word === "subgraph") {
      this.#cluster();
      return;
    }
    if (this.#isNext("->")) {
      this.#sign("->");
      this.#edges.push({ tail: word, head: this.#end(), attributes: this.#list() });
    } else if (word === "graph") this.#setAttributes(this.#list());
    else if (word === "node" || word === "edge") this.#list();
    else this.#node(word, this.#list());
    this.#sign(";");
  }

  #cluster(): void {
    const name = this.#id();
    this.#sign("{");
    if (this.#clusters.has(name)) throw new SyntaxError(`two clusters are called ${name}`);
    this.#clusters.set(name, { inside: this.#open.at(-1), attributes: {} });
    this.#open.push(name);
  }

  #setAttributes(attributes: DotAttributes): void {
    const cluster = this.#clusters.get(this.#open.at(-1) ?? "");
    if (cluster === undefined) this.#attributes = attributes;
    else cluster.attributes = attributes;
  }

  #node(name: string, attributes: DotAttributes): void {
    if (this.#nodes.has(name)) throw new SyntaxError(`two nodes are called ${name}`);
    this.#nodes.set(name, attributes);
    this.#placeOf.set(name, this.#open.at(-1));
  }

  #list(): DotAttributes {
    const attributes: Record<string, string> = {};
    if (!this.#isNext("[")) return attributes;
    this.#sign("[");
    while (!this.#isNext("]")) {
      const name = this.#id();
      this.#sign("=");
      const value = this.#tokens[this.#at++];
      if (value === undefined || value.kind === "sign") throw new SyntaxError(`${name} has no value`);
      attributes[name] = value.text;
      if (this.#isNext(",")) this.#sign(",");
    }
    this.#sign("]");
    return attributes;
  }

  #end(): string {
    const name = this.#id();
    while (this.#isNext(":")) {
      this.#sign(":");
      this.#id();
    }
    return name;
  }

  #isNext(text: string): boolean {
    const token = this.#tokens[this.#at];
    return token?.kind === "sign" && token.text === text;
  }

  #sign(text: string): void {
    if (!this.#isNext(text)) throw new SyntaxError(`${text} is missing before ${this.#here()}`);
    this.#at++;
  }

  #id(): string {
    const token = this.#tokens[this.#at++];
    if (token?.kind !== "id") throw new SyntaxError(`a name is missing before ${this.#here()}`);
    return token.text;
  }

  #here(): string {
    return JSON.stringify(this.#tokens.slice(this.#at, this.#at + 5));
  }
}

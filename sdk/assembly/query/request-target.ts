/**
 * The parts of a request target such as `:path` (RFC 9112 §3.2), exactly as they were sent: nothing is decoded or normalised,
 * so that what a filter decides on is what the upstream gets. Joined again they give the same text.
 */
export class RequestTarget {
  private constructor(
    /** Everything before the first "?" or "#". */
    public path: string,
    /** Between the first "?" and the fragment, without the "?"; null when there is no "?". */
    public query: string | null,
    /** Behind the first "#"; null when there is none. No client should send one; Envoy lets some pass. */
    public fragment: string | null,
  ) {}

  /** Splits a target. Every text has parts; an empty one has an empty path. */
  static parse(target: string): RequestTarget {
    const hash = target.indexOf("#");
    const fragment: string | null = hash < 0 ? null : target.substring(hash + 1);
    const rest = hash < 0 ? target : target.substring(0, hash);
    const mark = rest.indexOf("?");
    const query: string | null = mark < 0 ? null : rest.substring(mark + 1);
    return new RequestTarget(mark < 0 ? rest : rest.substring(0, mark), query, fragment);
  }

  /** The target, to be set as `:path`. */
  toString(): string {
    const query = this.query;
    const fragment = this.fragment;
    let target = this.path;
    if (query !== null) target += "?" + query;
    if (fragment !== null) target += "#" + fragment;
    return target;
  }
}

/** The lines of Envoy's ABI trace, taken apart (abi.md F.7). */

export type TraceEvent =
  /** Into the filter: `[host->vm] proxy_on_request_headers(2, 6, 1)`. */
  | { readonly kind: "callback"; readonly name: string; readonly values: readonly string[] }
  /** Back: `[host<-vm] proxy_on_request_headers return: 0`. */
  | { readonly kind: "answer"; readonly name: string; readonly value: string | null }
  /** Out of it: `[vm->host] env.proxy_log(2, 4096, 5)`. */
  | { readonly kind: "call"; readonly name: string; readonly values: readonly string[] }
  /** Back: `[vm<-host] env.proxy_log return: 0`. */
  | { readonly kind: "return"; readonly name: string; readonly value: string | null };

/** Null for lines of the host's own. */
export function parseTraceLine(text: string): TraceEvent | null {
  const call = /^\[(host->vm|vm->host)\] (?:\w+\.)?(\w+)\(([^)]*)\)$/.exec(text);
  if (call !== null) {
    const [, direction, name = "", list = ""] = call;
    return {
      kind: direction === "host->vm" ? "callback" : "call",
      name,
      values: list === "" ? [] : list.split(", "),
    };
  }
  const back = /^\[(host<-vm|vm<-host)\] (?:\w+\.)?(\w+) return: (\S+)$/.exec(text);
  if (back === null) return null;
  const [, direction, name = "", value = ""] = back;
  return {
    kind: direction === "host<-vm" ? "answer" : "return",
    name,
    value: value === "void" ? null : value,
  };
}

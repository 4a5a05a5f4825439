import type { LogMessage } from "as-proxy-wasm-sim/real-envoy";

/** One call of the ABI as `wasm:trace` logs it (abi.md F.7). */
export interface AbiCall {
  readonly threadId: string;
  /** `guest`: the host calls an export of the plugin. `host`: the plugin calls a host function. */
  readonly callee: "guest" | "host";
  /** `proxy_on_request_headers`, `proxy_log`, `wasi_snapshot_preview1.fd_write`: `env.` is left out. */
  readonly name: string;
  /** As unsigned decimals. */
  readonly arguments: readonly string[];
}

/** The calls in a log with `wasmLogLevel: "trace"`, in order. */
export function abiTrace(messages: readonly LogMessage[]): AbiCall[] {
  const calls: AbiCall[] = [];
  for (const { logger, level, threadId, text } of messages) {
    if (logger !== "wasm" || level !== "trace") continue;
    const match = /^\[(host->vm|vm->host)\] (?:env\.)?([\w.]+)\((.*)\)$/.exec(text);
    if (match === null) continue;
    const [, direction, name = "", list = ""] = match;
    calls.push({
      threadId,
      callee: direction === "host->vm" ? "guest" : "host",
      name,
      arguments: list === "" ? [] : list.split(", "),
    });
  }
  return calls;
}

/** The names of the host functions, or of the callbacks, that were called. */
export function calledNames(messages: readonly LogMessage[], callee: AbiCall["callee"]): Set<string> {
  return new Set(
    abiTrace(messages)
      .filter((call) => call.callee === callee)
      .map((call) => call.name),
  );
}

import { toText } from "../byte-string.js";
import { SimulatorError } from "../errors.js";
import type { LogLine, TraceLine } from "./event-log.js";

/** Envoy would have exited: its last words are in `logs`. */
export class EnvoyStartError extends SimulatorError {
  constructor(
    readonly plugin: string,
    readonly logs: readonly LogLine[],
    readonly trace: readonly TraceLine[],
    hint: string,
  ) {
    const errors = logs.filter(({ level }) => level === "error").map(({ text }) => toText(text));
    const reason = errors.length === 0 ? "" : `\n  ${errors.join("\n").replaceAll("\n", "\n  ")}`;
    super("ERR_ENVOY_START", `Unable to create Wasm plugin ${plugin}${reason}`, hint);
  }
}

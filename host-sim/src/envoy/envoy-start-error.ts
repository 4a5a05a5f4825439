import { toText } from "../byte-string.js";
import { SimulatorError } from "../errors.js";
import { trapLines, type Trap } from "../source/trap.js";
import type { LogLine, TraceLine } from "./event-log.js";

/** Envoy would have exited: its last words are in `logs`. */
export class EnvoyStartError extends SimulatorError {
  constructor(
    readonly plugin: string,
    readonly logs: readonly LogLine[],
    readonly trace: readonly TraceLine[],
    /** What trapped on the way, with the author's lines where there is a source map. */
    readonly traps: readonly Trap[],
    hint: string,
  ) {
    const errors = logs.filter(({ level }) => level === "error").map(({ text }) => toText(text));
    // The same trap stands there once for each VM that was tried.
    const places = new Set(traps.map((trap) => trapLines(trap).join("\n")));
    const lines = [...errors, ...places].join("\n").replaceAll("\n", "\n  ");
    const reason = lines === "" ? "" : `\n  ${lines}`;
    super("ERR_ENVOY_START", `Unable to create Wasm plugin ${plugin}${reason}`, hint);
  }
}

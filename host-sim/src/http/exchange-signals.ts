import type { Outcome } from "./exchange.js";

/** The guest did something that ends a real Envoy 1.40.0 with a segmentation fault (abi.md 8.5, 12.15). */
export class EnvoyCrash extends Error {
  constructor(misuse: string) {
    super(`Envoy 1.40.0 crashes here: ${misuse}.`);
    this.name = "EnvoyCrash";
  }
}

/** A filter is about to look at a body that the recording lacks. */
export class MissingBodyNeeded extends Error {
  constructor(
    readonly direction: "request" | "response",
    callback: string,
    reason: string,
  ) {
    super(`${callback} needs the ${direction} body, which the recording lacks: ${reason}`);
    this.name = "MissingBodyNeeded";
  }
}

/** Turns what stopped a replay into its outcome. */
export function interruption(error: unknown): Outcome {
  if (error instanceof MissingBodyNeeded) {
    return { kind: "body-missing", direction: error.direction, explanation: error.message };
  }
  if (error instanceof EnvoyCrash) return { kind: "crashed", explanation: error.message };
  const failure = error instanceof Error ? error : new Error(String(error));
  return { kind: "failed", explanation: failure.message, error: failure };
}

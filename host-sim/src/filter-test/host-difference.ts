import { toText } from "../byte-string.js";
import { fieldText } from "../check/message-text.js";
import { outcomeDifferences, outcomeLines } from "../check/outcome-lines.js";
import { SimulatorError } from "../errors.js";
import type { Exchange } from "../http/exchange.js";

/** The simulator and a real Envoy did different things with a stream: the simulator is wrong, or the filter depends on time or chance. */
export class HostDifferenceError extends SimulatorError {
  constructor(
    readonly simulated: Exchange,
    readonly real: Exchange,
    /** `- ` in the simulator alone, `+ ` in the real Envoy alone. */
    readonly differences: readonly string[],
  ) {
    super(
      "ERR_HOST_DIFFERENCE",
      `The simulator (-) and a real Envoy (+) differ about stream ${JSON.stringify(simulated.stream.id)}:\n${differences.map((line) => `  ${line}`).join("\n")}`,
      "If the filter depends neither on time nor on chance, the simulator is wrong: please report it with the stream.",
    );
  }
}

/** Throws where they differ in what anybody got, in the logs or in the callouts. */
export function requireSame(simulated: Exchange, real: Exchange): void {
  const differences = outcomeDifferences(lines(simulated), lines(real));
  if (differences.length > 0) throw new HostDifferenceError(simulated, real, differences);
}

function lines(exchange: Exchange): string[] {
  return [
    ...outcomeLines(exchange),
    ...exchange.logs.map(({ level, text }) => `log ${level}: ${toText(text)}`),
    ...exchange.callouts.flatMap(({ request: { cluster, headers, body } }) => [
      ...headers.map((field) => `${toText(cluster)} was called with ${fieldText(field)}`),
      `${toText(cluster)} was called with a body of ${body.length} bytes`,
    ]),
  ];
}

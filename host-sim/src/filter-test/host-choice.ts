import { SimulatorError } from "../errors.js";

/** What a test runs in. `both`: in the simulator, and in a real Envoy that must agree. */
export type HostChoice = "simulator" | "envoy" | "both";

const choices: readonly HostChoice[] = ["simulator", "envoy", "both"];

/** What the environment variable `AS_PROXY_WASM_HOST` asks for; `as-proxy-wasm test --host envoy` sets it. */
export function hostFromEnvironment(): HostChoice {
  const asked = process.env["AS_PROXY_WASM_HOST"];
  if (asked === undefined || asked === "") return "simulator";
  const choice = choices.find((one) => one === asked);
  if (choice !== undefined) return choice;
  throw new SimulatorError(
    "ERR_OPTIONS",
    `AS_PROXY_WASM_HOST is ${JSON.stringify(asked)}, which is no host.`,
    `Set it to ${choices.join(", ")}, or leave it away for the simulator.`,
  );
}

/** A test asked a real Envoy for what only a simulated one can do. */
export function onlySimulated(what: string): SimulatorError {
  return new SimulatorError(
    "ERR_HOST",
    `${what} cannot be done in a real Envoy.`,
    'Leave the test out there: it.skipIf(envoy.host !== "simulator")(…).',
  );
}

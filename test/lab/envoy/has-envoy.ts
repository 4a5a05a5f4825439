import { findEnvoy } from "as-proxy-wasm-sim/real-envoy";

/** Whether this machine has an Envoy: `npm test` needs no more than Node. CI names one in ENVOY_BINARY, so that nothing is left out. */
export const hasEnvoy = await findEnvoy().then(
  () => true,
  () => false,
);

import type { Consumer } from "./consumer.js";
import { envoyGateway } from "./envoy-gateway.js";
import { google } from "./google.js";
import { higress } from "./higress.js";
import { istio } from "./istio.js";
import { wkg } from "./wkg.js";

export type { Consumer, Remark, Rule, Verdict } from "./consumer.js";
export { judge } from "./judge.js";
export { envoyGateway, google, higress, istio, wkg };

/** In the order in which they are asked. */
export const consumers: readonly Consumer[] = [istio, envoyGateway, higress, google, wkg];

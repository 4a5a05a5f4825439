import { afterEach, expect, it, vi } from "vitest";
import { findEnvoy } from "../real-envoy/index.js";
import { plugin } from "../testing/run-filter.js";
import { HostDifferenceError, request, startFilter } from "./index.js";
import { requireSame } from "./host-difference.js";
import "../vitest/index.js";

const guard = await plugin(`
let waiting: i32 = 0;
export function proxy_on_request_headers(id: i32, headers: i32, end: i32): i32 {
  waiting = id;
  log("asks authn");
  httpCall("authn", GET + "|x-token: " + get(0, "x-token"), "", 500);
  return 1;
}
export function proxy_on_http_call_response(id: i32, token: i32, headers: i32, body: i32, trailers: i32): void {
  proxy_set_effective_context(waiting);
  if (get(6, ":status") == "200") { add(0, "x-user", get(6, "x-user")); proxy_continue_stream(0); }
  else reply(403, "denied_by_authn", "");
}
`);
const clusters = {
  authn: [
    { headers: { "x-token": "good" }, answer: { headers: { "x-user": "jo" } } },
    { headers: { "x-token": "bad" }, answer: { status: 401 } },
  ],
};
const hasEnvoy = await findEnvoy().then(
  () => true,
  () => false,
);

afterEach(() => vi.unstubAllEnvs());

it.runIf(hasEnvoy).each(["simulator", "envoy", "both"] as const)("runs the same test in %s", async (host) => {
  vi.stubEnv("AS_PROXY_WASM_HOST", host);
  const envoy = await startFilter(guard, { clusters });
  expect(envoy.host).toBe(host);
  const exchange = await envoy.replay(request({ body: "order", headers: { "x-token": "good" } }));
  expect(exchange.upstream).toHaveHeader("x-user", "jo");
  expect(exchange.upstream).toHaveBody("order");
  expect(exchange).toHaveLogged("asks authn", "info");
  expect(exchange).toHaveCalled("authn", { path: "/check", times: 1 });
  const refused = await envoy.replay(request({ headers: { "x-token": "bad" } }));
  expect(refused).toHaveSentLocalReply(403, { details: "denied_by_authn" });
  await expect(envoy.replay(request({ headers: { "x-token": "other" } }))).rejects.toThrow("GET /check");
  await envoy.stop();
});

it.runIf(hasEnvoy)("says what cannot be done in a real Envoy", async () => {
  const envoy = await startFilter(guard, { clusters, host: "envoy", onUnhandledCallout: "as-envoy" });
  expect(() => envoy.advance(10)).toThrow("To let time pass cannot be done in a real Envoy.");
  expect(() => envoy.update([guard])).toThrow("An update cannot be done in a real Envoy.");
  await envoy.stop();
});

it("says where the two differ", async () => {
  const envoy = await startFilter(guard, { clusters, host: "simulator" });
  const one = await envoy.replay(request({ headers: { "x-token": "good" } }));
  const other = await envoy.replay(request({ headers: { "x-token": "bad" } }));
  expect(() => requireSame(one, one)).not.toThrow();
  expect(() => requireSame(one, other)).toThrow(HostDifferenceError);
  expect(() => requireSame(one, other)).toThrow(
    /^The simulator \(-\) and a real Envoy \(\+\) differ about stream "GET\/":\n[^]*- the upstream got x-user: jo\n[^]*\+ the client got :status: 403/,
  );
  await envoy.stop();
});

it("knows three hosts", async () => {
  vi.stubEnv("AS_PROXY_WASM_HOST", "nginx");
  await expect(startFilter(guard, { clusters })).rejects.toMatchObject({
    message: 'AS_PROXY_WASM_HOST is "nginx", which is no host.',
    hint: "Set it to simulator, envoy, both, or leave it away for the simulator.",
  });
});

import { expect, it } from "vitest";
import { plugin } from "../testing/run-filter.js";
import { flaky, request, startFilter, UnhandledCalloutError, type ScriptedAnswer } from "./index.js";
import { startedEnvoys } from "./started-envoys.js";
import { unusedAnswersText } from "./unused-answers-text.js";
import "../vitest/index.js";

/** Lets a request through when the cluster `authn` answers 200, and passes its x-token on. */
const guard = await plugin(`
let waiting: i32 = 0;
export function proxy_on_request_headers(id: i32, headers: i32, end: i32): i32 {
  waiting = id;
  httpCall("authn", GET + "|x-token: " + get(0, "x-token"), "", 500);
  return 1;
}
export function proxy_on_http_call_response(id: i32, token: i32, headers: i32, body: i32, trailers: i32): void {
  proxy_set_effective_context(waiting);
  if (get(6, ":status") == "200") proxy_continue_stream(0);
  else reply(403, "denied_by_authn", "");
}
`);

const statusFor = async (authn: readonly ScriptedAnswer[], tokens: readonly string[]): Promise<string[]> => {
  const envoy = await startFilter(guard, { clusters: { authn } });
  const got: string[] = [];
  for (const token of tokens) {
    const exchange = await envoy.replay(request({ headers: { "x-token": token } }));
    got.push(exchange.response?.headers.find(([name]) => name === ":status")?.[1] ?? "none");
  }
  await envoy.stop();
  return got;
};

it("answers callouts by what is in them, the first answer that fits first", async () => {
  const answers: ScriptedAnswer[] = [
    { headers: { "x-token": "good" }, answer: { status: 200 } },
    { headers: { "x-token": /^old/ }, path: "/check", answer: { status: 401 } },
    { method: "GET", answer: "reset" },
  ];
  expect(await statusFor(answers, ["good", "old-1", "other"])).toEqual(["200", "403", "403"]);
});

it("gives several answers one after the other, and others so many times", async () => {
  const answers: ScriptedAnswer[] = [
    { answer: [{ status: 200 }, { status: 401 }] },
    { answer: { status: 200 }, times: 1 },
    { answer: (call) => ({ status: call.headers.some(([name]) => name === "x-token") ? 401 : 500 }) },
  ];
  expect(await statusFor(answers, ["a", "b", "c", "d"])).toEqual(["200", "403", "200", "403"]);
});

it("fails now and then where the cluster is flaky", async () => {
  const envoy = await startFilter(guard, { clusters: { authn: flaky({ status: 200 }, { every: 3 }) } });
  const replies: boolean[] = [];
  for (let index = 0; index < 6; index++) replies.push((await envoy.replay(request())).localReply !== null);
  expect(replies).toEqual([false, false, true, false, false, true]);
  await envoy.stop();
});

it("takes a callout to a cluster that the test does not have for a mistake", async () => {
  const envoy = await startFilter(guard);
  const error = await envoy.replay(request()).catch((caught: unknown) => caught);
  expect(error).toBeInstanceOf(UnhandledCalloutError);
  expect((error as UnhandledCalloutError).message).toBe(
    'The filter called GET /check of the cluster "authn", and the test has no answer for it.',
  );
  expect((error as UnhandledCalloutError).hint).toContain(
    'clusters: { "authn": [{ method: "GET", path: "/check", answer: { status: 200 } }] }',
  );
  await envoy.stop();
});

it("takes a callout that no answer fits for a mistake, and tells only what is new", async () => {
  const envoy = await startFilter(guard, {
    clusters: { authn: [{ headers: { "x-token": "good" }, answer: { status: 200 } }] },
  });
  await expect(envoy.replay(request())).rejects.toThrow("GET /check");
  expect(await envoy.replay(request({ headers: { "x-token": "good" } }))).toHaveReachedUpstream();
  await envoy.stop();
});

it("does as Envoy does where the test says so", async () => {
  const envoy = await startFilter(guard, { onUnhandledCallout: "as-envoy" });
  expect(await envoy.replay(request())).toHaveCalled("authn", { outcome: "unknown cluster" });
  await envoy.stop();
});

it("sees callouts outside of streams as well", async () => {
  const ticking = await plugin(`
export function proxy_on_vm_start(id: i32, size: i32): i32 { proxy_set_tick_period_milliseconds(100); return 1; }
export function proxy_on_tick(id: i32): void { httpCall("keys", GET, "", 500); }
`);
  const envoy = await startFilter(ticking);
  expect(() => envoy.advance(100)).toThrow('of the cluster "keys"');
  await envoy.stop();
});

it("sees gRPC calls to clusters that the test does not have", async () => {
  const calling = await plugin(`
export function proxy_on_request_headers(id: i32, headers: i32, end: i32): i32 {
  const target = bytes("greeter"); const service = bytes("a.B"); const method = bytes("C");
  proxy_grpc_call(address(target), target.byteLength, address(service), service.byteLength, address(method), method.byteLength, 0, 0, 0, 0, 100, out);
  return 0;
}`);
  const envoy = await startFilter(calling);
  await expect(envoy.replay(request())).rejects.toThrow("gRPC");
  await envoy.stop();
});

it("lists the answers that no filter asked for", async () => {
  const envoy = await startFilter(guard, {
    clusters: {
      authn: [
        { answer: { status: 200 }, times: 2 },
        { path: "/other", method: "POST", answer: { status: 200 } },
        { headers: { "x-token": /a/ }, answer: [{ status: 200 }, { status: 401 }] },
      ],
    },
  });
  await envoy.replay(request());
  expect(unusedAnswersText(envoy.unusedAnswers)).toMatchInlineSnapshot(`
    "Scripted answers that no filter asked for:
      cluster  calls         given
      authn    any call      1 of 2
      authn    POST /other   0 of 1
      authn    x-token: /a/  0 of 2"
  `);
  await envoy.stop();
  // The vitest entry would print them.
  expect(startedEnvoys.delete(envoy)).toBe(true);
});

it("gives the filter another configuration, text as it is and anything else as JSON", async () => {
  const echo = await plugin(`
export function proxy_on_configure(id: i32, size: i32): i32 { log(buffer(7)); return 1; }`);
  for (const [configuration, sent] of [
    [{ a: [1] }, '{"a":[1]}'],
    ["plain", "plain"],
  ] as const) {
    const envoy = await startFilter(echo, { configuration });
    expect(envoy).toHaveLogged(sent);
    await envoy.stop();
  }
});

it("stops at the end of a block", async () => {
  const envoy = await startFilter(guard);
  await envoy[Symbol.asyncDispose]();
  await expect(envoy.replay(request())).rejects.toThrow("stopped");
});

it("answers with what a recorded stream has, and tells which of it nobody asked for", async () => {
  const envoy = await startFilter(guard);
  const ok = { status: 200, headers: [], body: new Uint8Array(), trailers: null };
  const callouts = [
    { cluster: "authn", answer: ok },
    { cluster: "authn", match: [[":method", "PUT"] as const], answer: ok },
    { cluster: "greeter", method: "/greet.Greeter/Hello", answer: { failure: "timeout" } as const },
  ];
  expect(await envoy.replay({ ...request(), callouts })).toHaveCompleted();
  expect(envoy.unusedAnswers).toEqual([
    { cluster: "authn", calls: "PUT", given: 0, expected: 1 },
    { cluster: "greeter", calls: "/greet.Greeter/Hello", given: 0, expected: 1 },
  ]);
  await expect(envoy.replay({ ...request(), callouts: callouts.slice(1) })).rejects.toThrow(
    'The filter called GET /check of the cluster "authn", and the test has no answer for it.',
  );
  await envoy.stop();
  startedEnvoys.delete(envoy);
});

import { expect, it } from "vitest";
import { request } from "../filter-test/index.js";
import { bodyOf } from "./pieces.js";
import type { RecordedStream } from "../recording/recorded-stream.js";
import { plugin } from "../testing/run-filter.js";
import { explore, type ExploreOptions, type Finding } from "./index.js";

/** What is found in a filter; `heap.reset()` at the end of a callback gives back all that the words of the prelude took. */
async function findings(
  source: string,
  streams: readonly RecordedStream[],
  options: Partial<ExploreOptions>,
): Promise<Finding[]> {
  const found: Finding[] = [];
  const envoy = { plugins: [await plugin(source)], callbackTimeoutMs: 400 };
  for await (const finding of explore(envoy, streams, { seed: 7, runs: 100, ...options }))
    found.push(finding);
  return found;
}

const order = request({ body: '{"note":"a secret"}', headers: { "x-user": "jo", accept: "*/*" } });

/** Looks for a word in the whole body, as it should be done. */
const careful = `
export function proxy_on_request_headers(id: i32, headers: i32, end: i32): i32 { return 0; }
export function proxy_on_request_body(id: i32, size: i32, end: i32): i32 {
  if (!end) return 1;
  if (buffer(REQUEST_BODY).includes("secret")) reply(403, "secret_in_body", "");
  heap.reset();
  return 0;
}`;

/** Looks for it in each piece. */
const hasty = careful.replace("if (!end) return 1;", "");

it("finds a filter that looks at each piece of a body by itself, and the one cut that shows it", async () => {
  const [finding, ...others] = await findings(hasty, [order], { searches: ["pieces"] });
  expect(others).toEqual([]);
  expect(finding).toMatchObject({ kind: "pieces", streamId: "POST/" });
  if (finding?.kind !== "pieces") return;
  expect(finding.change).toMatch(/^the request's body is cut after 1[1-6] of 19 bytes$/);
  expect(finding.differences).toContain('- a local reply 403 with the details "secret_in_body"');
  expect(finding.stream.request.body).toMatchObject({ chunks: { length: 2 } });
});

it("cuts a short body in all ways", async () => {
  // Wrong only when the body comes in three pieces of one byte each.
  const counting = `
let pieces = 0;
export function proxy_on_request_body(id: i32, size: i32, end: i32): i32 {
  if (!end && ++pieces == 3) reply(500, "third", "");
  return end ? 0 : 1;
}`;
  const [finding] = await findings(counting, [request({ body: "abc" })], { searches: ["pieces"] });
  expect(finding).toMatchObject({ change: "the request's body is cut after 1 and 2 of 3 bytes" });
});

/** Traps on an octet that is not ASCII in the header x-user. */
const brittle = `
export function proxy_on_request_headers(id: i32, headers: i32, end: i32): i32 {
  const key = bytes("x-user");
  if (proxy_get_header_map_value(REQUEST, address(key), key.byteLength, out, out + 4) == 0) {
    for (let at: u32 = 0; at < load<u32>(out, 4); at++) if (load<u8>(load<u32>(out) + at) >= 0x80) unreachable();
  }
  heap.reset();
  return 0;
}`;

it("finds the header that makes a filter trap, and nothing more than that header", async () => {
  const [finding, ...others] = await findings(brittle, [order], { searches: ["inputs"] });
  expect(others).toEqual([]);
  expect(finding).toMatchObject({
    kind: "trap",
    streamId: "POST/",
    explanation: expect.stringMatching(/^proxy_on_request_headers trapped: .*unreachable/),
    changes: [expect.stringMatching(/^the request's header x-user is ".*\\x[89a-f]/)],
  });
  const { headers } = finding!.stream.request;
  expect(headers.filter(([name]) => name === "accept")).toEqual([]);
  expect(headers.find(([name]) => name === "x-user")?.[1]).toMatch(/^[\x80-\xff]$/);
  expect(bodyOf(finding!.stream, "request")).toHaveLength(0);
});

it("finds the same with the same seed", async () => {
  const texts = async () =>
    JSON.stringify(await findings(brittle, [order], { searches: ["inputs"], seed: 3 }));
  expect(await texts()).toBe(await texts());
});

it("finds a body that a filter never stops reading", async () => {
  const endless = `
export function proxy_on_request_body(id: i32, size: i32, end: i32): i32 {
  if (!end) return 1;
  let text = buffer(REQUEST_BODY);
  let at = 0;
  while (text.charCodeAt(at) != 0x7d) at = at + 1 < text.length ? at + 1 : 0;
  heap.reset();
  return 0;
}`;
  const [finding] = await findings(endless, [order], { searches: ["inputs"], runs: 40 });
  expect(finding).toMatchObject({ kind: "timeout", explanation: expect.stringContaining("did not return") });
  expect(bodyOf(finding!.stream, "request").includes("}")).toBe(false);
});

it("finds a stream that a filter holds for ever, and not one that nothing answers", async () => {
  const waiting = `
export function proxy_on_request_headers(id: i32, headers: i32, end: i32): i32 {
  const held = get(REQUEST, "accept") == "<1>";
  heap.reset();
  return held ? 1 : 0;
}`;
  const [finding] = await findings(waiting, [order], { searches: ["inputs"] });
  expect(finding).toMatchObject({ kind: "stall", changes: ["the request has no header accept"] });
  const unanswered = request({ headers: { accept: "*/*", "x-a": "1" } }, null);
  const idle = `export function proxy_on_request_headers(id: i32, headers: i32, end: i32): i32 { return 0; }`;
  expect(await findings(idle, [unanswered], { searches: ["inputs"], runs: 20 })).toEqual([]);
});

it("finds memory that grows with every stream, and in which callback", async () => {
  const leaking = `
export function proxy_on_request_headers(id: i32, headers: i32, end: i32): i32 { return 0; }
export function proxy_on_request_body(id: i32, size: i32, end: i32): i32 { heap.alloc(150); return 0; }`;
  const [finding] = await findings(leaking, [order], { searches: ["growth"] });
  expect(finding).toMatchObject({ kind: "growth", callbacks: ["proxy_on_request_body"], replays: 4000 });
  if (finding?.kind === "growth") expect(finding.bytesPerStream).toBeGreaterThan(200);
});

it("goes on where the last step of memory could be the end of a warm-up", async () => {
  // Takes a page after 200, 900 and 3700 streams: none of them in the third part of 1600.
  const stepping = `
let count = 0;
export function proxy_on_request_headers(id: i32, headers: i32, end: i32): i32 {
  if (++count == 200 || count == 900 || count == 3700) memory.grow(1);
  return 0;
}`;
  const options = { searches: ["growth"], replays: 1_600 } as const;
  const [finding] = await findings(stepping, [order], options);
  expect(finding).toMatchObject({ kind: "growth", replays: 3_700 });
  expect(await findings(stepping.replace(" || count == 3700", ""), [order], options)).toEqual([]);
});

it("knows a filter that warms up from one that leaks", async () => {
  const warming = `
let streams = 0;
export function proxy_on_request_headers(id: i32, headers: i32, end: i32): i32 {
  if (++streams < 500) heap.alloc(1000);
  return 0;
}`;
  expect(await findings(warming, [order], { searches: ["growth"] })).toEqual([]);
});

it("is silent about a filter that does nothing wrong", async () => {
  const answered = request(
    { chunks: ["a", "bc"], headers: { "x-user": "jo" } },
    { chunks: ["hello", " world"], headers: { "x-id": "1" } },
  );
  const harmless = request({ body: '{"note":"nothing"}', headers: { "x-user": "jo", accept: "*/*" } });
  expect(await findings(careful, [harmless, answered], { runs: 30, replays: 2_000 })).toEqual([]);
});

import { EnvoyStartError, type Exchange, loadFilter, readRecording, startFilter } from "as-proxy-wasm-sim";
import "as-proxy-wasm-sim/vitest";
import { describe, expect, it } from "vitest";

const project = new URL("..", import.meta.url);
const plugin = await loadFilter(new URL("filter.json", project));
const recordings = await readRecording(new URL("recordings/headers.stream.jsonl", project));
const envoy = await startFilter(plugin);

const replay = (id: string): Promise<Exchange> =>
  envoy.replay(recordings.find((stream) => stream.id === id)!);

it("applies remove, rename, set and add to the request", async () => {
  const { upstream } = await replay("all-rules");
  expect(upstream).not.toHaveHeader("x-internal-token");
  expect(upstream).not.toHaveHeader("x-note");
  expect(upstream).toHaveHeader("x-remark", "gift wrap");
  expect(upstream).toHaveHeader("x-environment", "staging");
  expect(upstream).toHaveHeaderCount("x-trace", 2);
  expect(upstream).toHaveHeader("x-trace", "client");
  expect(upstream).toHaveHeader("x-trace", "envoy");
});

it("applies the response's rules to the response", async () => {
  const { response } = await replay("all-rules");
  expect(response).toHaveHeader("x-remark", "slow");
  expect(response).toHaveHeaderCount("x-frame-options", 1);
  expect(response).toHaveHeader("x-frame-options", "DENY");
  expect(response).toHaveHeader("x-served-by", "envoy");
  expect((await replay("plain")).response).not.toHaveHeader("x-powered-by");
});

it("renames every value of a repeated header and replaces what had the new name", async () => {
  const { upstream } = await replay("repeated");
  expect(upstream).toHaveHeaderCount("x-remark", 2);
  expect(upstream).toHaveHeader("x-remark", "one");
  expect(upstream).toHaveHeader("x-remark", "two");
});

describe("a wrong configuration", () => {
  it.each([
    ["", " must be a JSON object; there is none"],
    ["{", " is not JSON: a member's name is due at byte 1"],
    ["[]", " must be a JSON object; it is a list"],
    ['{"requests":{}}', ".requests is unknown; known are request, response"],
    ['{"request":[]}', ".request must be an object; it is a list"],
    ['{"request":{"remove":"x"}}', ".request.remove must be a list of header names; it is a string"],
    ['{"request":{"remove":["a",1]}}', ".request.remove[1] must be a header name; it is 1"],
    ['{"response":{"set":{"x":1}}}', ".response.set.x must be a string; it is 1"],
    ['{"response":{"delete":[]}}', ".response.delete is unknown; known are remove, rename, set, add"],
  ])("%s is refused with the reason", async (configuration, reason) => {
    const error = await startFilter(plugin, { configuration }).then(
      () => null,
      (refused: unknown) => refused as EnvoyStartError,
    );
    expect(error).toBeInstanceOf(EnvoyStartError);
    expect(error?.logs.map(({ text }) => text).join("\n")).toContain(`configuration${reason}`);
  });
});

import { EnvoyStartError, type Exchange, loadFilter, readRecording, startFilter } from "as-proxy-wasm-sim";
import "as-proxy-wasm-sim/vitest";
import { describe, expect, it } from "vitest";

const project = new URL("..", import.meta.url);
const plugin = await loadFilter(new URL("filter.json", project));
const recordings = await readRecording(new URL("recordings/clients.stream.jsonl", project));
const envoy = await startFilter(plugin);

const replay = (id: string): Promise<Exchange> =>
  envoy.replay(recordings.find((stream) => stream.id === id)!);

it("lets a known key through, names the client and keeps the key to itself", async () => {
  const exchange = await replay("known-key");
  expect(exchange.upstream).toHaveHeader("x-api-client", "demo");
  expect(exchange.upstream).not.toHaveHeader("x-api-key");
  expect(exchange.response).toHaveHeader(":status", "200");
});

it("replaces an identity that the client made up", async () => {
  const { upstream } = await replay("spoofed-identity");
  expect(upstream).toHaveHeaderCount("x-api-client", 1);
  expect(upstream).toHaveHeader("x-api-client", "partner");
});

it.each([
  ["no-key", 401, "missing_api_key"],
  ["unknown-key", 403, "unknown_api_key"],
  ["post-without-key", 401, "missing_api_key"],
])("answers %s with %s before the upstream sees anything", async (id, status, details) => {
  const exchange = await replay(id);
  expect(exchange).toHaveSentLocalReply(status, { details });
  expect(exchange).not.toHaveReachedUpstream();
});

it("asks for a key in the way HTTP knows", async () => {
  expect((await replay("no-key")).response).toHaveHeader("www-authenticate", 'ApiKey realm="api"');
});

describe("a wrong configuration", () => {
  it.each([
    ["", " must be a JSON object; there is none"],
    ["{}", ".keys must name at least one client"],
    ['{"keys":{}}', ".keys must name at least one client"],
    ['{"keys":{"a":""}}', ".keys.a must be a string that is not empty"],
    ['{"keys":["a"]}', ".keys must be an object; it is a list"],
    ['{"keys":{"a":"b"},"header":7}', ".header must be a header name; it is 7"],
    ['{"key":{},"keys":{"a":"b"}}', ".key is unknown; known are header, identityHeader, keys"],
  ])("%s is refused with the reason", async (configuration, reason) => {
    const error = await startFilter(plugin, { configuration }).then(
      () => null,
      (refused: unknown) => refused as EnvoyStartError,
    );
    expect(error).toBeInstanceOf(EnvoyStartError);
    expect(error?.logs.map(({ text }) => text).join("\n")).toContain(`configuration${reason}`);
  });
});

import { Envoy, EnvoyStartError, type Exchange, loadFilter, readRecording } from "as-proxy-wasm-sim";
import { describe, expect, it } from "vitest";

const project = new URL("..", import.meta.url);
const plugin = await loadFilter(new URL("filter.json", project));
const recordings = await readRecording(new URL("recordings/clients.stream.jsonl", project));

async function replay(id: string): Promise<Exchange> {
  const envoy = await Envoy.start({ plugins: [plugin] });
  const exchange = await envoy.replay(recordings.find((stream) => stream.id === id)!);
  envoy.stop();
  return exchange;
}

it("lets a known key through, names the client and keeps the key to itself", async () => {
  const { upstream, response } = await replay("known-key");
  expect(upstream?.headers).toContainEqual(["x-api-client", "demo"]);
  expect(upstream?.headers.map(([name]) => name)).not.toContain("x-api-key");
  expect(response?.headers).toContainEqual([":status", "200"]);
});

it("replaces an identity that the client made up", async () => {
  const { upstream } = await replay("spoofed-identity");
  expect(upstream?.headers.filter(([name]) => name === "x-api-client")).toEqual([
    ["x-api-client", "partner"],
  ]);
});

it.each([
  ["no-key", "401", "missing_api_key"],
  ["unknown-key", "403", "unknown_api_key"],
  ["post-without-key", "401", "missing_api_key"],
])("answers %s with %s before the upstream sees anything", async (id, status, details) => {
  const { upstream, response, responseCodeDetails } = await replay(id);
  expect(upstream).toBeNull();
  expect(response?.headers).toContainEqual([":status", status]);
  expect(responseCodeDetails).toBe(details);
});

it("asks for a key in the way HTTP knows", async () => {
  expect((await replay("no-key")).response?.headers).toContainEqual([
    "www-authenticate",
    'ApiKey realm="api"',
  ]);
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
    const error = await Envoy.start({ plugins: [{ ...plugin, configuration }] }).then(
      () => null,
      (refused: unknown) => refused as EnvoyStartError,
    );
    expect(error).toBeInstanceOf(EnvoyStartError);
    expect(error?.logs.map(({ text }) => text).join("\n")).toContain(`configuration${reason}`);
  });
});

import { Envoy, EnvoyStartError, type Exchange, loadFilter, readRecording } from "as-proxy-wasm-sim";
import { describe, expect, it } from "vitest";

const project = new URL("..", import.meta.url);
const plugin = await loadFilter(new URL("filter.json", project));
const recordings = await readRecording(new URL("recordings/headers.stream.jsonl", project));

async function replay(id: string): Promise<Exchange> {
  const envoy = await Envoy.start({ plugins: [plugin] });
  const exchange = await envoy.replay(recordings.find((stream) => stream.id === id)!);
  envoy.stop();
  return exchange;
}

const values = (headers: readonly (readonly [string, string])[] | undefined, name: string): string[] =>
  (headers ?? []).filter(([key]) => key === name).map(([, value]) => value);

it("applies remove, rename, set and add to the request", async () => {
  const headers = (await replay("all-rules")).upstream?.headers;
  expect(values(headers, "x-internal-token")).toEqual([]);
  expect(values(headers, "x-note")).toEqual([]);
  expect(values(headers, "x-remark")).toEqual(["gift wrap"]);
  expect(values(headers, "x-environment")).toEqual(["staging"]);
  expect(values(headers, "x-trace")).toEqual(["client", "envoy"]);
});

it("applies the response's rules to the response", async () => {
  const headers = (await replay("all-rules")).response?.headers;
  expect(values(headers, "x-remark")).toEqual(["slow"]);
  expect(values(headers, "x-frame-options")).toEqual(["DENY"]);
  expect(values(headers, "x-served-by")).toEqual(["envoy"]);
  expect(values((await replay("plain")).response?.headers, "x-powered-by")).toEqual([]);
});

it("renames every value of a repeated header and replaces what had the new name", async () => {
  expect(values((await replay("repeated")).upstream?.headers, "x-remark")).toEqual(["one", "two"]);
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
    const error = await Envoy.start({ plugins: [{ ...plugin, configuration }] }).then(
      () => null,
      (refused: unknown) => refused as EnvoyStartError,
    );
    expect(error).toBeInstanceOf(EnvoyStartError);
    expect(error?.logs.map(({ text }) => text).join("\n")).toContain(`configuration${reason}`);
  });
});

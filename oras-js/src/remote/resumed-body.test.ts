import { expect, test } from "vitest";
import { fetchBytes } from "../content.js";
import { describe as descriptorOf } from "../descriptor.js";
import { open, registry, useRegistry } from "../testing/hello-repository.js";
import type { SeenRequest } from "../testing/registry.js";

useRegistry();

const bytes = new Uint8Array(300_000).map((_, index) => index % 251);
const blob = descriptorOf("text/plain", bytes);

/** A registry whose connections break in the middle: each answer has so many bytes of what was asked for. */
function breakAfter(length: number, { parts = true, shift = 0 } = {}): void {
  registry.intercept = ({ method, range }: SeenRequest, response) => {
    if (method !== "GET") return false;
    const from = Number(/^bytes=(\d+)-/.exec(range ?? "")?.[1] ?? 0);
    const partial = parts && range !== undefined;
    const start = partial ? from + shift : 0;
    response.writeHead(partial ? 206 : 200, {
      "content-length": bytes.byteLength - start,
      ...(partial ? { "content-range": `bytes ${start}-${bytes.byteLength - 1}/${bytes.byteLength}` } : {}),
    });
    const whole = start + length >= bytes.byteLength;
    response.write(bytes.subarray(start, start + length), () =>
      whole ? response.end() : response.destroy(),
    );
    return true;
  };
}

const ranges = () => registry.requests.map(({ range }) => range);

test("a download that breaks off goes on where it was, and the whole is verified", async () => {
  breakAfter(120_000);
  expect(Buffer.compare(await fetchBytes(open(), blob), bytes)).toBe(0);
  expect(ranges()).toEqual([undefined, "bytes=120000-299999", "bytes=240000-299999"]);
});

test("not where the registry sends the beginning again, or another part", async () => {
  for (const way of [{ parts: false }, { shift: 1 }]) {
    registry.requests.length = 0;
    breakAfter(120_000, way);
    await expect(fetchBytes(open(), blob)).rejects.toMatchObject({ code: "ORAS_NETWORK" });
    expect(ranges()).toEqual([undefined, "bytes=120000-299999"]);
  }
});

test("a few bytes at a time do not go on for ever", async () => {
  breakAfter(10);
  await expect(fetchBytes(open(), blob)).rejects.toMatchObject({ code: "ORAS_NETWORK" });
  expect(ranges()).toHaveLength(5);
});

import { expect, test } from "vitest";
import { counted, readAll, single, verified } from "./content.js";
import { describe as descriptorOf } from "./descriptor.js";
import { digestOf, parseDigest } from "./digest.js";
import { digestOf as hash } from "./digest.js";

const bytes = new TextEncoder().encode("hello");
const descriptor = descriptorOf("text/plain", bytes);

async function* chunks(...parts: string[]): AsyncGenerator<Uint8Array> {
  for (const part of parts) yield new TextEncoder().encode(part);
}

async function seenBefore(source: AsyncIterable<Uint8Array>): Promise<{ seen: string; code: string }> {
  let seen = "";
  try {
    for await (const chunk of source) seen += new TextDecoder().decode(chunk);
  } catch (error) {
    return { seen, code: (error as { code: string }).code };
  }
  return { seen, code: "" };
}

test("right content passes in its chunks", async () => {
  expect(await seenBefore(verified(chunks("he", "", "llo"), descriptor))).toEqual({
    seen: "hello",
    code: "",
  });
});

test("of content with another digest the last chunk never comes out", async () => {
  expect(await seenBefore(verified(chunks("he", "lla"), descriptor))).toEqual({
    seen: "he",
    code: "ORAS_DIGEST_MISMATCH",
  });
});

test("too few and too many bytes are errors", async () => {
  expect(await seenBefore(verified(chunks("he"), descriptor))).toEqual({
    seen: "he",
    code: "ORAS_SIZE_MISMATCH",
  });
  expect(await seenBefore(verified(chunks("hello", "!"), descriptor))).toEqual({
    seen: "",
    code: "ORAS_SIZE_MISMATCH",
  });
});

test("empty content has a digest too", async () => {
  const empty = { digest: digestOf(new Uint8Array()), size: 0 };
  expect(await seenBefore(verified(chunks(), empty))).toEqual({ seen: "", code: "" });
  expect((await seenBefore(verified(chunks(), { ...empty, digest: descriptor.digest }))).code).toBe(
    "ORAS_DIGEST_MISMATCH",
  );
});

test("reading into memory stops at the limit", async () => {
  await expect(readAll(single(bytes), 4)).rejects.toMatchObject({ code: "ORAS_TOO_LARGE" });
});

test("digests from outside are lower-case hex of the right length, nothing else", () => {
  expect(parseDigest(hash(bytes, "sha512"))).toMatch(/^sha512:[0-9a-f]{128}$/);
  const hostile = [
    "",
    "sha256",
    "sha256:",
    "sha256:../../etc/passwd",
    `sha256:${"A".repeat(64)}`,
    `sha256:${"a".repeat(64)}\n`,
  ];
  for (const text of [...hostile, `sha384:${"a".repeat(96)}`, "constructor:abc"]) {
    expect(() => parseDigest(text), text).toThrow(expect.objectContaining({ code: "ORAS_INVALID_DIGEST" }));
  }
});

test("what is verified already is hashed once, however often it is counted and passed on", async () => {
  const source = verified(chunks("he", "llo"), descriptor);
  const passed = counted(source, () => undefined);
  expect(verified(source, descriptor)).toBe(source);
  expect(verified(passed, descriptor)).toBe(passed);
  expect(verified(passed, { ...descriptor, size: 4 })).not.toBe(passed);
  expect(await seenBefore(verified(passed, descriptor))).toEqual({ seen: "hello", code: "" });
});

test("a stream of which something was read is verified anew", async () => {
  const source = verified(chunks("he", "llo"), descriptor);
  const first = source[Symbol.asyncIterator]();
  await first.next();
  expect(await seenBefore(verified(source, descriptor))).toMatchObject({ code: "ORAS_SIZE_MISMATCH" });
});

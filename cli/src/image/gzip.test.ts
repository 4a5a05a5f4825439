import { randomBytes } from "node:crypto";
import { gunzipSync } from "node:zlib";
import { digestOf } from "oras-js";
import { expect, test } from "vitest";
import { storedGzip } from "./gzip.js";

test.each([0, 1, 65_535, 65_536, 200_000])("%i bytes come back", (size) => {
  const bytes = randomBytes(size);
  expect(Buffer.compare(gunzipSync(storedGzip(bytes)), bytes)).toBe(0);
});

test("the same bytes give this file, whatever Node and zlib write", () => {
  const bytes = Buffer.from("as always".repeat(10_000));
  expect(digestOf(storedGzip(bytes))).toBe(
    "sha256:fdb8e0248417bbf4cc1fa04d590b072bd4d07642fc5a0f61a73767b15a4eb481",
  );
});

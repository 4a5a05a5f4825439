import { expect, test } from "vitest";
import type { HeaderList } from "../../byte-string.js";
import { rejectRequest } from "./request-rejection.js";

function rejected(path: string, fields: HeaderList = [["host", "h"]]): string | null {
  const rejection = rejectRequest({ kind: "request", method: "GET", path }, fields);
  return rejection === null ? null : `${rejection.reply.statusCode} ${rejection.reply.details}`;
}

test.each([
  ["/ok?a=b%00", null],
  ['/odd"<>{}|^`\\', null],
  ["/a#b", "400 path_normalization_failed"],
  ["/\xe4", "400 http1.codec_error"],
  ["no-slash", "400 http1.codec_error"],
  ["*", "400 http1.invalid_url"],
])("path %s: %s", (path, expected) => expect(rejected(path)).toBe(expected));

test.each([
  [[], "400 missing_host_header"],
  [[["host", ""]], null],
  [[["host", "a b"]], "400 http.invalid_authority"],
  [
    [
      ["host", "h"],
      ["x", "v".repeat(50 * 1024)],
    ],
    null,
  ],
  [
    [
      ["host", "h"],
      ["x", "v".repeat(60 * 1024)],
    ],
    "431 http1.headers_too_large",
  ],
  [[["host", "h"], ...Array.from({ length: 100 }, () => ["x", "1"] as const)], "431 http1.too_many_headers"],
  [
    [
      ["host", "h"],
      ["connection", "Upgrade"],
      ["upgrade", "websocket"],
    ],
    "403 upgrade_failed",
  ],
  [
    [
      ["host", "h"],
      ["connection", "upgrade"],
      ["upgrade", "h2c"],
    ],
    null,
  ],
  [
    [
      ["host", "h"],
      ["upgrade", "websocket"],
    ],
    null,
  ],
] as [HeaderList, string | null][])("fields %#: %s", (fields, expected) =>
  expect(rejected("/", fields)).toBe(expected),
);

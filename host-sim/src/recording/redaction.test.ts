import { describe, expect, test } from "vitest";
import type { HeaderList } from "../byte-string.js";
import { redaction, SECRET_HEADERS } from "./redaction.js";
import type { RecordedStream } from "./recorded-stream.js";

describe("the value of a secret header keeps its length and shape", () => {
  test.each([
    ["authorization", "Bearer eyJhbGci.aB-3_9", "Bearer xxXxxXxx.xX-0_0"],
    ["authorization", "Basic dXNlcjpwYXNz", "Basic xXXxxxxxXXXx"],
    ["authorization", "s3cret", "x0xxxx"],
    ["proxy-authorization", "Negotiate  abc==", "Negotiate  xxx=="],
    ["cookie", "session=aB3; theme=dark; bare", "session=xX0; theme=xxxx; xxxx"],
    ["set-cookie", "id=a3fWa; Path=/; Max-Age=3600; HttpOnly", "id=x0xXx; Path=/; Max-Age=3600; HttpOnly"],
    ["x-api-key", "demo-key\xff", "xxxx-xxxx"],
    ["x-api-key", "", ""],
  ])("%s: %s", (name, value, expected) => {
    expect(redaction().headers([[name, value]])).toEqual([[name, expected]]);
    expect(expected).toHaveLength(value.length);
  });
});

test("which headers are secret can be said", () => {
  const headers: HeaderList = [
    ["cookie", "a=b"],
    ["x-user", "jo"],
    ["x-tenant", "Acme1"],
  ];
  expect(redaction().headers(headers)).toEqual([["cookie", "a=x"], headers[1], headers[2]]);
  expect(redaction({ redact: ["X-Tenant"], keep: ["Cookie"] }).headers(headers)).toEqual([
    headers[0],
    headers[1],
    ["x-tenant", "Xxxx0"],
  ]);
});

test("every place of a stream that has headers is looked at", () => {
  const secrets: HeaderList = SECRET_HEADERS.map((name) => [name, "secret42"]);
  const message = {
    headers: [[":status", "200"], ...secrets] as HeaderList,
    body: { kind: "recorded", chunks: [] } as const,
    trailers: secrets,
  };
  const stream: RecordedStream = {
    id: "a",
    source: "a.har",
    protocol: "HTTP/2",
    request: message,
    response: message,
    callouts: [
      {
        cluster: "authn",
        match: secrets,
        answer: { status: 200, headers: secrets, body: new Uint8Array(), trailers: secrets },
      },
      {
        cluster: "greeter",
        method: "/a/b",
        answer: { grpcStatus: 0, messages: [], initialMetadata: secrets, trailingMetadata: secrets },
      },
    ],
    expect: {
      upstream: { headers: secrets, trailers: secrets },
      response: { headers: secrets, trailers: null },
    },
    notes: [],
  };
  const text = JSON.stringify(redaction().item(stream));
  expect(text).not.toContain("secret42");
  expect(text.match(/xxxxxx00/g)?.length).toBe(SECRET_HEADERS.length * 12);
});

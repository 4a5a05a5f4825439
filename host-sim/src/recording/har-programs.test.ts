// HAR files as mitmproxy wrote one, and in the forms that Firefox and Charles write (test/capture/README.md).
import { readFileSync } from "node:fs";
import { describe, expect, test } from "vitest";
import { firstValue } from "../byte-string.js";
import { parseRecording } from "./open-recording.js";
import type { RecordedBody, RecordedStream } from "./recorded-stream.js";

function read(program: string) {
  const file = new URL(`../../../test/capture/recordings/${program}.har`, import.meta.url);
  const { streams, skipped } = parseRecording(readFileSync(file), `${program}.har`);
  const of = (path: string): RecordedStream => {
    const found = streams.find(({ request }) => firstValue(request.headers, ":path") === path);
    if (found === undefined) throw new Error(`no stream for ${path}`);
    return found;
  };
  return { streams, skipped, of };
}

function bytes(body: RecordedBody | undefined): Buffer {
  if (body?.kind !== "recorded") throw new Error(`the body is missing: ${body?.reason}`);
  return Buffer.concat(body.chunks);
}

const upload = Buffer.from([0x00, 0xff, 0xfe, 0x80, 0x62, 0x69, 0x6e]);
const octetsNote = "The request's body is no text: each character of the recorded text is one octet of it.";

describe("mitmproxy", () => {
  const { streams, skipped, of } = read("mitmproxy");

  test("what never got an answer, and a WebSocket, are skipped", () => {
    expect(streams).toHaveLength(8);
    expect(skipped).toEqual([
      {
        source: "mitmproxy.har, log.entries[7]",
        reason: "the browser aborted or blocked the request: it has no status",
      },
      {
        source: "mitmproxy.har, log.entries[9]",
        reason: "WebSockets are not replayed; this one has 1 message",
      },
    ]);
  });

  test("a packed response is recorded unpacked, with the packed size beside it", () => {
    const { response, notes } = of("/gzip");
    expect(bytes(response?.body).toString()).toBe("<p>packed</p>".repeat(20));
    expect(firstValue(response!.headers, "content-length")).toBe("260");
    expect(notes).toEqual([
      "The response's content-encoding gzip is dropped: HAR has only the decoded body.",
    ]);
  });

  test("a binary upload is text, one character an octet; a JSON body is UTF-8", () => {
    expect(bytes(of("/upload").request.body)).toEqual(upload);
    expect(of("/upload").notes).toEqual([octetsNote]);
    expect(bytes(of("/json").request.body).toString()).toBe('{"name":"Jö"}');
    expect(of("/json").notes).toEqual([]);
  });

  test("images are base64; repeated cookies, empty answers and forms are as they were", () => {
    expect(bytes(of("/pixel").response?.body).subarray(0, 6).toString()).toBe("GIF89a");
    expect(of("/cookies").response?.headers.filter(([name]) => name === "set-cookie")).toHaveLength(2);
    expect(bytes(of("/empty").response?.body)).toHaveLength(0);
    expect(bytes(of("/form").request.body).toString()).toBe("a=1&b=two%20words");
  });
});

describe("Firefox", () => {
  const { streams, skipped, of } = read("firefox");

  test("Host stands for the authority of HTTP/2, and what has no status or is a WebSocket is skipped", () => {
    expect(of("/").protocol).toBe("HTTP/2");
    expect(of("/").request.headers.slice(0, 4)).toEqual([
      [":authority", "shop.example.com"],
      [":path", "/"],
      [":method", "GET"],
      [":scheme", "https"],
    ]);
    expect(firstValue(of("/").request.headers, "host")).toBeNull();
    expect(bytes(of("/").response?.body).toString()).toBe("<p>Grüße</p>");
    expect(skipped.map(({ reason }) => reason)).toEqual([
      "the browser aborted or blocked the request: it has no status",
      "WebSockets are not replayed",
    ]);
    expect(streams).toHaveLength(7);
  });

  test("its sizes count characters: the announced length tells octets from UTF-8", () => {
    expect(bytes(of("/upload").request.body)).toEqual(upload);
    expect(bytes(of("/json").request.body).toString()).toBe('{"name":"Jö"}');
    expect(of("/json").notes).toEqual([]);
  });

  test("a body that it left out is missing; one of a 304 was never sent", () => {
    expect(of("/film").response?.body).toEqual({
      kind: "missing",
      size: 5_000_000,
      reason: "the browser had thrown the body away when the HAR was written",
    });
    expect(bytes(of("/old").response?.body)).toHaveLength(0);
    expect(bytes(of("/pixel.gif").response?.body)).toHaveLength(42);
  });
});

describe("Charles", () => {
  const { streams, skipped, of } = read("charles");

  test("tunnels and WebSockets are skipped", () => {
    expect(skipped.map(({ reason }) => reason)).toEqual([
      "a tunnel was opened, and what went through it is not recorded",
      "WebSockets are not replayed; this one has 2 messages",
    ]);
    expect(streams).toHaveLength(4);
  });

  test("null for a reason phrase or a type is none; pseudo headers are listed", () => {
    const { protocol, response } = of("/v1/user?id=7");
    expect(protocol).toBe("HTTP/2");
    expect(response?.headers).toEqual([
      [":status", "200"],
      ["content-type", "application/json"],
    ]);
    expect(bytes(response?.body).toString()).toBe('{"name": "Ada"}');
  });

  test("a body that it took for a form's parameter is the body that it was", () => {
    expect(bytes(of("/v1/query").request.body).toString()).toBe('{"op":"list","page":2}');
  });

  test("the body of an exchange that broke off is missing, not short", () => {
    expect(of("/feed").response?.body).toEqual({
      kind: "missing",
      size: null,
      reason: "Charles saw the exchange break off (EXCEPTION): what it has of the body may be cut off",
    });
  });
});

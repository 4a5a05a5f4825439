import { readFileSync } from "node:fs";
import { describe, expect, test } from "vitest";
import { firstValue, fromText } from "../byte-string.js";
import { parseRecording } from "./open-recording.js";
import type { Recording } from "./recording.js";
import { RecordingError } from "./recording-error.js";
import type { RecordedMessage, RecordedStream } from "./recorded-stream.js";

const parseText = (text: string, source: string): Recording => parseRecording(Buffer.from(text), source);

const siteHar = readFileSync(new URL("../../../examples/recordings/site.har", import.meta.url), "utf8");

function bodyText(message: RecordedMessage | null): string {
  if (message?.body.kind !== "recorded")
    throw new Error(`no recorded body: ${JSON.stringify(message?.body)}`);
  return Buffer.concat(message.body.chunks).toString();
}

describe("the HAR of a real Chromium", () => {
  const { streams, skipped } = parseText(siteHar, "site.har");
  const find = (method: string, path: string, nth = 0): RecordedStream => {
    const found = streams.filter(
      ({ request }) =>
        firstValue(request.headers, ":method") === method && firstValue(request.headers, ":path") === path,
    )[nth];
    if (found === undefined) throw new Error(`${method} ${path} is not in the recording`);
    return found;
  };

  test("every stream has a unique id, its place, and the pseudo headers first", () => {
    expect(new Set(streams.map(({ id }) => id)).size).toBe(streams.length);
    for (const stream of streams) {
      expect(stream.source).toMatch(/^site\.har, log\.entries\[\d+\]$/);
      expect(stream.request.headers.slice(0, 4).map(([name]) => name)).toEqual([
        ":authority",
        ":path",
        ":method",
        ":scheme",
      ]);
      expect(stream.response?.headers[0]?.[0]).toBe(":status");
      expect(firstValue(stream.request.headers, "host")).toBeNull();
    }
  });

  test("an aborted request is skipped with its reason", () => {
    expect(skipped).toHaveLength(1);
    expect(skipped[0]).toMatchObject({
      reason: "the browser aborted or blocked the request: it has no status",
    });
  });

  test("a query stays as it was sent", () => {
    expect(find("GET", "/api/items?limit=1&sort=name%20asc").protocol).toBe("HTTP/1.1");
  });

  test("text bodies are UTF-8 bytes, and content-length counts them", () => {
    const { request, response } = find("POST", "/api/items");
    expect(bodyText(request)).toBe('{"name":"Crème brûlée","price":4.5,"tags":["sweet","cold"]}');
    expect(firstValue(request.headers, "content-length")).toBe("62");
    expect(bodyText(response)).toContain('"id":3');
  });

  test("a body of length 0 is recorded, and empty", () => {
    expect(find("POST", "/api/items", 2).request.body).toEqual({ kind: "recorded", chunks: [] });
  });

  test("a form has the bytes that were sent", () => {
    expect(bodyText(find("POST", "/orders").request)).toBe("item=Cr%C3%A8me+br%C3%BBl%C3%A9e&count=2");
  });

  test("a binary response is decoded from base64", () => {
    const body = find("GET", "/report.bin").response?.body;
    const expected = Uint8Array.from({ length: 1024 }, (_, index) => (index * 7) % 256);
    expect(body).toEqual({ kind: "recorded", chunks: [expected] });
  });

  test("a gzip response is decoded: its encoding is dropped, its length fits, and a note says so", () => {
    const { response, notes } = find("GET", "/terms.txt");
    expect(bodyText(response)).toHaveLength(1880);
    expect(firstValue(response!.headers, "content-encoding")).toBeNull();
    expect(firstValue(response!.headers, "content-length")).toBe("1880");
    expect(notes).toEqual([
      "The response's content-encoding gzip is dropped: HAR has only the decoded body.",
    ]);
  });

  test("the body of a redirect and a binary upload are missing, with the size that the recording tells", () => {
    expect(find("POST", "/orders").response?.body).toEqual({
      kind: "missing",
      size: 13,
      reason: "browsers do not keep the bodies of redirects",
    });
    expect(find("POST", "/uploads").request.body).toEqual({
      kind: "missing",
      size: 5,
      reason: "binary uploads are left out of HAR files",
    });
  });

  test("a redirect that announced no body has none", () => {
    expect(find("GET", "/old-place").response?.body).toEqual({ kind: "recorded", chunks: [] });
  });

  test("repeated headers stay repeated", () => {
    const repeated = find("GET", "/repeated-headers").response?.headers.filter(
      ([name]) => name === "x-repeated",
    );
    expect(repeated?.map(([, value]) => value)).toEqual(["one", "two", "one"]);
    expect(find("POST", "/orders").response?.headers.filter(([name]) => name === "set-cookie")).toHaveLength(
      2,
    );
  });

  test("HEAD and 204 have empty bodies and keep their headers", () => {
    const head = find("HEAD", "/api/items").response;
    expect(firstValue(head!.headers, "content-length")).toBe("79");
    expect(head?.body).toEqual({ kind: "recorded", chunks: [] });
    expect(find("GET", "/status/204").response?.body).toEqual({ kind: "recorded", chunks: [] });
  });

  test("a chunked response stays chunked", () => {
    expect(firstValue(find("GET", "/stream.txt").response!.headers, "transfer-encoding")).toBe("chunked");
  });
});

/** The smallest entry, with parts replaced. */
function entry(request: object = {}, response: object = {}, more: object = {}): object {
  return {
    request: {
      method: "GET",
      url: "http://a.example/",
      httpVersion: "HTTP/1.1",
      headers: [],
      bodySize: 0,
      ...request,
    },
    response: { status: 200, headers: [], content: { size: 0 }, bodySize: 0, ...response },
    ...more,
  };
}

function only(...entries: object[]): RecordedStream {
  const { streams } = parseText(JSON.stringify({ log: { entries } }), "a.har");
  const [stream] = streams;
  if (stream === undefined) throw new Error("the recording has no stream");
  return stream;
}

describe("what other programs write", () => {
  test("a byte order mark is no error", () => {
    expect(
      parseText(`\ufeff${JSON.stringify({ log: { entries: [entry()] } })}`, "a.har").streams,
    ).toHaveLength(1);
  });

  test.each([
    ["http://a.example", "/"],
    ["http://user:secret@a.example/x", "/x"],
    ["http://a.example?q=1#top", "/?q=1"],
    ["http://a.example/a/../b%7e?x=%20", "/a/../b%7e?x=%20"],
    ["http://a.example/crème brûlée", "/cr%C3%A8me%20br%C3%BBl%C3%A9e"],
  ])("%s asks for %s", (url, path) => {
    const { headers } = only(entry({ url })).request;
    expect(firstValue(headers, ":path")).toBe(path);
    expect(firstValue(headers, ":authority")).toBe("a.example");
  });

  test.each([
    ["h2", "HTTP/2"],
    ["http/2.0", "HTTP/2"],
    ["HTTP/2", "HTTP/2"],
    ["h3", "HTTP/2"],
    ["HTTP/1.1", "HTTP/1.1"],
    ["", "HTTP/1.1"],
  ])("httpVersion %j is %s", (httpVersion, protocol) => {
    expect(only(entry({ httpVersion })).protocol).toBe(protocol);
  });

  test("listed pseudo headers and Host are a cross-check, not a second truth", () => {
    const { request, notes } = only(
      entry({
        headers: [
          { name: ":path", value: "/other" },
          { name: "Host", value: "b.example" },
        ],
      }),
    );
    expect(request.headers).toEqual([
      [":authority", "a.example"],
      [":path", "/"],
      [":method", "GET"],
      [":scheme", "http"],
    ]);
    expect(notes).toHaveLength(2);
  });

  test("values beyond ASCII become their UTF-8 bytes; joined values come apart", () => {
    const { response } = only(
      entry(
        {},
        {
          headers: [
            { name: "X-Note", value: "Crème" },
            { name: "Set-Cookie", value: "a=1\nb=2" },
          ],
        },
      ),
    );
    expect(response?.headers).toEqual([
      [":status", "200"],
      ["x-note", fromText("Crème")],
      ["set-cookie", "a=1"],
      ["set-cookie", "b=2"],
    ]);
  });

  test("an HTTP/2 message has no connection headers", () => {
    const { response } = only(
      entry(
        { httpVersion: "h2" },
        {
          headers: [
            { name: "connection", value: "close" },
            { name: "transfer-encoding", value: "chunked" },
          ],
        },
      ),
    );
    expect(response?.headers).toEqual([[":status", "200"]]);
  });

  test("form parameters without a text are put together", () => {
    const postData = {
      mimeType: "application/x-www-form-urlencoded",
      params: [{ name: "item", value: "Crème brûlée" }, { name: "count" }],
    };
    const { request, notes } = only(entry({ method: "POST", postData }));
    expect(bodyText(request)).toBe("item=Cr%C3%A8me+br%C3%BBl%C3%A9e&count=");
    expect(firstValue(request.headers, "content-length")).toBe("39");
    expect(notes).toHaveLength(2);
  });

  test("form parameters that were recorded encoded are not encoded again", () => {
    const postData = { mimeType: "application/x-www-form-urlencoded", params: [{ name: "a", value: "%20" }] };
    expect(bodyText(only(entry({ method: "POST", bodySize: 5, postData })).request)).toBe("a=%20");
  });

  test.each([
    ["a form with files", { mimeType: "multipart/form-data; boundary=x", params: [{ name: "file" }] }, 99],
    ["an upload that was decoded as text", { mimeType: "image/png", text: "\ufffdPNG" }, 4],
    ["an upload that was left out", { mimeType: "image/png", text: "" }, 4],
  ])("%s is missing", (_, postData, bodySize) => {
    expect(only(entry({ method: "POST", postData, bodySize })).request.body).toMatchObject({
      kind: "missing",
      size: bodySize,
    });
  });

  test.each([
    ["evicted", { size: 10, mimeType: "text/html" }, {}, 10],
    ["evicted, with an empty text", { size: 10, text: "" }, {}, 10],
    ["in a file beside the HAR", { size: 10, _file: "a.html" }, {}, 10],
    ["unknown", { size: -1 }, {}, null],
    ["of a redirect", { size: 0 }, { status: 302 }, null],
    [
      "announced by content-length alone",
      { size: 0 },
      { headers: [{ name: "content-length", value: "7" }] },
      7,
    ],
  ])("a response body that is %s is missing", (_, content, more, size) => {
    expect(only(entry({}, { content, ...more })).response?.body).toMatchObject({ kind: "missing", size });
  });

  test("a foreign charset is told, not converted", () => {
    const headers = [{ name: "content-type", value: "text/plain; charset=iso-8859-1" }];
    const { response, notes } = only(entry({}, { headers, content: { size: 6, text: "Crème" } }));
    expect(bodyText(response)).toBe("Crème");
    expect(notes).toEqual([
      "The response's body is UTF-8 in HAR, whatever its content-type says (charset=iso-8859-1).",
    ]);
  });

  test("entries that no proxy has seen are skipped", () => {
    const { streams, skipped } = parseText(
      JSON.stringify({
        log: {
          entries: [
            entry({ url: "data:text/plain,hello" }),
            entry({ url: "wss://a.example/chat" }),
            entry({}, { status: 0 }),
            entry({}, { status: 101 }),
            entry({}, {}, { _fromCache: "memory" }),
            entry({}, { _fetchedViaServiceWorker: true }),
            entry({}, {}, { _wasFulfilled: true }),
            entry({}, { _fetchedViaServiceWorker: false }),
          ],
        },
      }),
      "a.har",
    );
    expect(skipped.map(({ source }) => source)).toEqual(
      [0, 1, 2, 3, 4, 5, 6].map((index) => `a.har, log.entries[${index}]`),
    );
    expect(streams.map(({ id }) => id)).toEqual(["entry-7"]);
  });
});

describe("what is refused, and how it is said", () => {
  const refused = (text: string): RecordingError => {
    try {
      parseText(text, "site.har");
    } catch (error) {
      if (error instanceof RecordingError) return error;
      throw error;
    }
    throw new Error("was not refused");
  };
  const refusedEntry = (...parts: Parameters<typeof entry>): string =>
    refused(JSON.stringify({ log: { entries: [entry(), entry(...parts)] } })).message;

  test.each<[Parameters<typeof entry>, string]>([
    [
      [{}, { content: { size: 1, text: "AA==", encoding: "gzip64" } }],
      'site.har: log.entries[1].response.content.encoding is "gzip64", expected "base64"',
    ],
    [
      [{}, { content: { size: 1, text: "A?==", encoding: "base64" } }],
      "site.har: log.entries[1].response.content.text is not base64",
    ],
    [[{ url: "/relative" }], "site.har: log.entries[1].request.url is no absolute http or https address"],
    [[{ url: 7 }], "site.har: log.entries[1].request.url is a number, expected a string"],
    [[{ method: "G T" }], "site.har: log.entries[1].request.method is no HTTP method"],
    [[{ headers: null }], "site.har: log.entries[1].request.headers is missing"],
    [
      [{ headers: [{ name: "a b", value: "" }] }],
      "site.har: log.entries[1].request.headers[0].name is no header name",
    ],
    [
      [{}, { headers: [{ name: "a", value: "x\0" }] }],
      "site.har: log.entries[1].response.headers[0].value has a line break or a NUL, which no header value can have",
    ],
    [
      [{}, { status: "200" }],
      "site.har: log.entries[1].response.status is a string, expected a whole number",
    ],
    [
      [{}, { status: 103 }],
      "site.har: log.entries[1].response.status is 103, expected a final status from 200 to 999",
    ],
  ])("%j", (parts, message) => {
    expect(refusedEntry(...parts)).toBe(message);
  });

  test("no HAR at all", () => {
    expect(refused('{"log":{}}')).toMatchObject({
      code: "ERR_RECORDING_BAD_FIELD",
      message: "site.har: log.entries is missing",
    });
    expect(refused('{"log":[]}').message).toBe("site.har: log is an array, expected an object");
    expect(refused('{"log":{"entries":{"a":{}}}}').message).toBe(
      "site.har: log.entries is an object, expected an array",
    );
    expect(refused("")).toMatchObject({ code: "ERR_RECORDING_EMPTY" });
    expect(refused('{"log":{"entries":[]}} {}')).toMatchObject({ code: "ERR_RECORDING_NOT_JSON" });
  });

  test("every cut of a real HAR is a truncated file", () => {
    for (const length of [1, 100, 10_000, siteHar.trimEnd().length - 1]) {
      expect(refused(siteHar.slice(0, length)).code).toBe("ERR_RECORDING_TRUNCATED");
    }
  });
});

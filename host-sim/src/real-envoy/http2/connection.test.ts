import { once } from "node:events";
import { createServer as createHttp2Server, connect as connectHttp2 } from "node:http2";
import { type AddressInfo, connect, createServer, type Socket } from "node:net";

import { afterEach, expect, it } from "vitest";

import { Http2Connection, type Http2Stream } from "./connection.js";
import { HpackDecoder } from "./hpack.js";
import { decodeHuffman } from "./huffman.js";

const closing: (() => void)[] = [];
afterEach(() => {
  for (const close of closing.splice(0)) close();
});

const hex = (text: string) => Buffer.from(text.replaceAll(" ", ""), "hex");

it("reads the requests of RFC 7541, C.4", () => {
  const decoder = new HpackDecoder();
  const blocks = [
    "8286 8441 8cf1 e3c2 e5f2 3a6b a0ab 90f4 ff",
    "8286 84be 5886 a8eb 1064 9cbf",
    "8287 85bf 4088 25a8 49e9 5ba9 7d7f 8925 a849 e95b b8e8 b4bf",
  ].map((block) => decoder.decode(hex(block)));
  expect(blocks[0]).toEqual([
    [":method", "GET"],
    [":scheme", "http"],
    [":path", "/"],
    [":authority", "www.example.com"],
  ]);
  expect(blocks[1]?.at(-1)).toEqual(["cache-control", "no-cache"]);
  expect(blocks[2]?.slice(-2)).toEqual([
    [":authority", "www.example.com"],
    ["custom-key", "custom-value"],
  ]);
});

it("refuses a Huffman text that ends in the middle of a code", () => {
  expect(decodeHuffman(hex("a8eb10649cbf"))).toBe("no-cache");
  expect(() => decodeHuffman(hex("a8eb10649c"))).toThrow("in the middle");
});

it("is understood by Node's server, and understands it", async () => {
  const server = createHttp2Server();
  server.on("stream", (stream, headers) => {
    stream.respond(
      { ":status": 200, "x-octets": "\xfe", "x-echo": headers["x-octets"] },
      { waitForTrailers: true },
    );
    stream.on("wantTrailers", () => stream.sendTrailers({ "x-end": "1" }));
    stream.pipe(stream);
  });
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  closing.push(() => server.close());

  const socket = await connected((server.address() as AddressInfo).port);
  const connection = new Http2Connection(socket, "client");
  await connection.settled;
  const stream = connection.stream(1);
  stream.sendHeaders(
    [
      [":method", "POST"],
      [":path", "/"],
      [":scheme", "http"],
      [":authority", "test"],
      ["x-octets", "\x80\xff"],
      ["x-large", "a".repeat(40_000)],
    ],
    false,
  );
  stream.sendData(Buffer.from("ab"), true);
  await ended(stream);

  const [headers, ...rest] = stream.received;
  expect(headers).toMatchObject({ type: "HEADERS", endStream: false });
  expect(headers).toHaveProperty(
    "fields",
    expect.arrayContaining([
      ["x-octets", "\xfe"],
      ["x-echo", "\x80\xff"],
    ]),
  );
  expect(rest.filter((frame) => frame.type !== "DATA" || frame.bytes.length > 0)).toEqual([
    { type: "DATA", bytes: Buffer.from("ab"), endStream: false },
    { type: "HEADERS", fields: [["x-end", "1"]], endStream: true },
  ]);
});

it("is understood by Node's client, and tells its resets", async () => {
  const requests: Http2Stream[] = [];
  const server = createServer((socket) => {
    new Http2Connection(socket, "server").onStream = (stream) => {
      requests.push(stream);
      stream.sendHeaders(
        [
          [":status", "200"],
          ["x-answer", "1"],
        ],
        false,
      );
    };
  });
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  const session = connectHttp2(`http://127.0.0.1:${(server.address() as AddressInfo).port}`);
  closing.push(
    () => session.destroy(),
    () => server.close(),
  );
  const request = session.request({ ":path": "/somewhere", ":method": "POST" }, { endStream: false });
  const [headers] = (await once(request, "response")) as [Record<string, string>];
  expect(headers["x-answer"]).toBe("1");
  request.on("error", () => {});
  request.close(8);
  const [stream] = requests;
  await ended(stream as Http2Stream);
  expect(stream?.received.at(-1)).toEqual({ type: "RST_STREAM", code: 8 });
});

async function connected(port: number): Promise<Socket> {
  const socket = connect({ port, host: "127.0.0.1" });
  closing.push(() => socket.destroy());
  await once(socket, "connect");
  return socket;
}

function ended(stream: Http2Stream): Promise<void> {
  return new Promise((resolve) => {
    const look = () => {
      if (stream.complete || stream.reset) resolve();
    };
    stream.onFrame = look;
    look();
  });
}

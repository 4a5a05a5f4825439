import { once } from "node:events";
import { createServer, type IncomingMessage, request, type Server, type ServerResponse } from "node:http";
import { connect as connectHttp2 } from "node:http2";
import { type AddressInfo, connect } from "node:net";
import type { RecordedBody, RecordedStream } from "as-proxy-wasm-sim";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { RecordingProxy } from "./recording-proxy.js";

let upstream: Server;
let answer: (request: IncomingMessage, response: ServerResponse) => void;
let proxy: RecordingProxy;
let streams: RecordedStream[];
let whenRecorded: () => void;

beforeEach(async () => {
  streams = [];
  whenRecorded = () => undefined;
  upstream = createServer((incoming, response) => {
    response.sendDate = false;
    answer(incoming, response);
  });
  upstream.listen(0, "127.0.0.1");
  await once(upstream, "listening");
  proxy = await startProxy((upstream.address() as AddressInfo).port);
});
afterEach(async () => {
  await proxy.stop();
  upstream.closeAllConnections();
  upstream.close();
});

const startProxy = (port: number): Promise<RecordingProxy> =>
  RecordingProxy.start({
    upstream: new URL(`http://127.0.0.1:${port}`),
    port: 0,
    bodyLimit: 1000,
    onStream: (stream) => {
      streams.push(stream);
      whenRecorded();
    },
  });

async function recorded(): Promise<RecordedStream> {
  if (streams.length === 0) await new Promise<void>((resolve) => (whenRecorded = resolve));
  return streams[0]!;
}

/** Sends bytes and gives what came back when the connection is closed. */
async function exchange(...writes: readonly string[]): Promise<string> {
  const socket = connect(proxy.port, "127.0.0.1");
  const received: Buffer[] = [];
  socket.on("data", (bytes) => received.push(bytes));
  socket.on("error", () => undefined);
  const closed = once(socket, "close");
  for (const bytes of writes) {
    socket.write(bytes, "latin1");
    await new Promise((resolve) => setTimeout(resolve, 30));
  }
  await closed;
  return Buffer.concat(received).toString("latin1");
}

const text = (body: RecordedBody): readonly string[] =>
  body.kind === "missing" ? [] : body.chunks.map((chunk) => Buffer.from(chunk).toString("latin1"));
const steps = ({ order = [] }: RecordedStream): readonly unknown[] =>
  order.filter((step) => typeof step === "string" || "reset" in step);

describe("HTTP/1.1", () => {
  test("header octets, chunks, trailers and times", async () => {
    answer = (incoming, response) => {
      incoming.resume().on("end", () => {
        response.writeHead(201, [
          "X-Raw",
          "caf\xe9",
          "set-cookie",
          "a=1",
          "Set-Cookie",
          "b=2",
          "trailer",
          "x-sum",
        ]);
        response.write(Buffer.alloc(0)); // as octets: flushHeaders would send UTF-8
        response.write("one");
        setTimeout(() => {
          response.addTrailers([["x-sum", "2a"]]);
          response.end("two");
        }, 20);
      });
    };
    const received = await exchange(
      "POST /items?a=%20b HTTP/1.1\r\nHost: shop.example.com\r\nX-Note: caf\xe9\r\nTransfer-Encoding: chunked\r\nConnection: close\r\n\r\n5\r\nfirst\r\n",
      "6\r\nsecond\r\n0\r\nx-check: 7\r\n\r\n",
    );
    expect(received).toMatch(/^HTTP\/1\.1 201 Created\r\nx-raw: caf\xe9\r\n/i);
    expect(received).toMatch(/x-sum: 2a\r\n\r\n$/i);

    const stream = await recorded();
    expect(stream.protocol).toBe("HTTP/1.1");
    expect(stream.request.headers).toEqual([
      [":authority", "shop.example.com"],
      [":path", "/items?a=%20b"],
      [":method", "POST"],
      [":scheme", "http"],
      ["x-note", "caf\xe9"],
      ["transfer-encoding", "chunked"],
      ["connection", "close"],
    ]);
    expect(text(stream.request.body)).toEqual(["first", "second"]);
    expect(stream.request.trailers).toEqual([["x-check", "7"]]);
    expect(stream.response?.headers.slice(0, 4)).toEqual([
      [":status", "201"],
      ["x-raw", "caf\xe9"],
      ["set-cookie", "a=1"],
      ["set-cookie", "b=2"],
    ]);
    expect(text(stream.response!.body)).toEqual(["one", "two"]);
    expect(stream.response?.trailers).toEqual([["x-sum", "2a"]]);
    expect(steps(stream)).toEqual([
      ...Array<string>(4).fill("request"),
      ...Array<string>(4).fill("response"),
    ]);
    const waited = stream.order!.reduce(
      (sum, step) => (typeof step === "object" && "wait" in step ? sum + step.wait : sum),
      0,
    );
    expect(waited).toBeGreaterThan(30);
  });

  test("a message without a body is one piece", async () => {
    answer = (_, response) => response.writeHead(204).end();
    await exchange("GET / HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n");
    const stream = await recorded();
    expect(steps(stream)).toEqual(["request", "response"]);
    expect(stream.response?.headers[0]).toEqual([":status", "204"]);
  });

  test("of a large body only the size is kept, and all of it is passed on", async () => {
    answer = (_, response) => response.end("x".repeat(5000));
    expect(await exchange("GET / HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n")).toContain(
      "x".repeat(5000),
    );
    const stream = await recorded();
    expect(stream.response?.body).toEqual({
      kind: "missing",
      size: 5000,
      reason: "it is larger than the 1000 bytes that were recorded of a body",
    });
    expect(steps(stream)).toEqual(["request", "response", "response", "response"]);
  });

  test("a client that goes away", async () => {
    answer = () => undefined;
    const client = request({
      port: proxy.port,
      host: "127.0.0.1",
      method: "POST",
      headers: { "content-length": 10 },
    });
    client.on("error", () => undefined);
    client.write("half");
    await once(upstream, "request");
    await new Promise((resolve) => setTimeout(resolve, 20));
    client.destroy();
    const stream = await recorded();
    expect(steps(stream)).toEqual(["request", "request", { reset: "client" }]);
    expect(stream.response).toBeNull();
  });

  test("an upstream that breaks off", async () => {
    answer = (_, response) => {
      response.writeHead(200, { "content-length": 10 });
      response.write("half", () => response.destroy());
    };
    await exchange("GET / HTTP/1.1\r\nHost: a\r\n\r\n");
    const stream = await recorded();
    expect(steps(stream)).toEqual(["request", "response", "response", { reset: "upstream" }]);
    expect(text(stream.response!.body)).toEqual(["half"]);
  });

  test("an upstream that is not there", async () => {
    await proxy.stop();
    proxy = await startProxy(1);
    expect(await exchange("GET / HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n")).toMatch(
      /^HTTP\/1\.1 502 /,
    );
    expect(await recorded()).toMatchObject({ response: null });
  });
});

test("HTTP/2 with prior knowledge", async () => {
  answer = (incoming, response) => {
    incoming.resume().on("end", () => {
      response.writeHead(200, ["x-raw", "caf\xe9", "trailer", "x-sum"]);
      response.write(Buffer.alloc(0)); // as octets: flushHeaders would send UTF-8
      response.addTrailers([["x-sum", "2a"]]);
      response.end("body");
    });
  };
  const session = connectHttp2(`http://127.0.0.1:${proxy.port}`);
  const stream = session.request(
    { ":method": "POST", ":path": "/h2", ":authority": "shop.example.com", "x-note": "n" },
    { waitForTrailers: true },
  );
  stream.on("wantTrailers", () => stream.sendTrailers({ "x-check": "7" }));
  stream.end("sent");
  const received: Buffer[] = [];
  let trailers: unknown;
  stream.on("data", (bytes: Buffer) => received.push(bytes));
  stream.on("trailers", (fields) => (trailers = { ...fields }));
  await once(stream, "close");
  session.close();
  expect(Buffer.concat(received).toString()).toBe("body");
  expect(trailers).toMatchObject({ "x-sum": "2a" });

  const got = await recorded();
  expect(got).toMatchObject({ protocol: "HTTP/2", request: { trailers: [["x-check", "7"]] } });
  expect(got.request.headers).toEqual([
    [":authority", "shop.example.com"],
    [":path", "/h2"],
    [":method", "POST"],
    [":scheme", "http"],
    ["x-note", "n"],
  ]);
  expect(text(got.request.body)).toEqual(["sent"]);
  expect(got.response?.headers[1]).toEqual(["x-raw", "caf\xe9"]);
  expect(got.response?.trailers).toEqual([["x-sum", "2a"]]);
});

test("what is underway when the recording ends is recorded as cut", async () => {
  answer = (_, response) => void response.write("begun");
  const closed = exchange("GET / HTTP/1.1\r\nHost: a\r\n\r\n");
  await once(upstream, "request");
  await new Promise((resolve) => setTimeout(resolve, 50));
  await proxy.stop();
  await closed;
  expect((await recorded()).notes).toEqual(["The recording was stopped in the middle of this stream."]);
  expect(steps(streams[0]!)).toEqual(["request", "response", "response", { reset: "client" }]);
  proxy = await startProxy(1);
});

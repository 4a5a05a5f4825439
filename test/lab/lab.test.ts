import { expect, it } from "vitest";

import {
  abiTrace,
  answer,
  GrpcServer,
  http1,
  http2,
  Http2Client,
  Http2Server,
  Http1Server,
  TcpClient,
  TcpServer,
} from "./index.js";
import { grpcFrame, GrpcMessages } from "as-proxy-wasm-sim/real-envoy";

it("speaks HTTP/1.1 byte for byte", async () => {
  const server = await Http1Server.listen(({ path }) =>
    answer(200, [["x-octets", "\x80\xff"]], {
      kind: "chunked",
      chunks: [path, "\xfe"],
      trailers: [["x-end", "1"]],
    }),
  );
  try {
    const response = await http1(server.port, {
      method: "POST",
      path: "/somewhere",
      headers: [
        ["x-octets", "\x80"],
        ["x-octets", "\xff"],
      ],
      body: { kind: "chunked", chunks: ["a", "b"], trailers: [["x-last", "2"]] },
    });
    expect(response).toMatchObject({ end: "complete", status: 200, trailers: [["x-end", "1"]] });
    expect(response.headers).toContainEqual(["x-octets", "\x80\xff"]);
    expect(response.body.toString("latin1")).toBe("/somewhere\xfe");
    expect(server.take()).toMatchObject([
      {
        method: "POST",
        headers: [
          ["host", "lab"],
          ["x-octets", "\x80"],
          ["x-octets", "\xff"],
          ["transfer-encoding", "chunked"],
        ],
        body: Buffer.from("ab"),
        trailers: [["x-last", "2"]],
        complete: true,
      },
    ]);
  } finally {
    await server.stop();
  }
});

it("tells a response that is cut from one that does not come", async () => {
  const server = await Http1Server.listen(({ path }) =>
    path === "/cut"
      ? { writes: [Buffer.from("HTTP/1.1 200 OK\r\ncontent-length: 9\r\n\r\nhalf")], after: "reset" }
      : { writes: [] },
  );
  try {
    expect(await http1(server.port, { path: "/cut" })).toMatchObject({
      end: "cut",
      body: Buffer.from("half"),
    });
    expect(await http1(server.port, { path: "/silent" }, 50)).toMatchObject({ end: "stalled", status: 0 });
  } finally {
    await server.stop();
  }
});

it("speaks HTTP/2 with octets of 0x80 and more, empty data and trailers", async () => {
  const seen: unknown[] = [];
  const server = await Http2Server.listen(({ stream, headers }) => {
    seen.push(headers.find(([name]) => name === "x-octets"));
    stream.respond({ ":status": 200, "x-octets": "\xfe" }, { waitForTrailers: true });
    stream.on("wantTrailers", () => stream.sendTrailers({ "x-end": "1" }));
    stream.pipe(stream);
  });
  const client = await Http2Client.connect(server.port);
  try {
    const response = await client.request({
      method: "POST",
      headers: [["x-octets", "\x80\xff"]],
      data: ["ab", ""],
    });
    expect(response).toMatchObject({
      end: "complete",
      status: 200,
      body: Buffer.from("ab"),
      trailers: [["x-end", "1"]],
    });
    expect(response.headers).toContainEqual(["x-octets", "\xfe"]);
    expect(seen).toEqual([["x-octets", "\x80\xff"]]);
  } finally {
    client.close();
    await server.stop();
  }
});

it("answers gRPC calls by hand", async () => {
  const server = await GrpcServer.listen({
    "/test.Echo/Twice": async (call) => {
      const message = await call.message();
      call.send(Buffer.concat([message ?? Buffer.alloc(0), message ?? Buffer.alloc(0)]));
      call.end(0, "", [["x-end", "1"]]);
    },
  });
  try {
    const response = await http2(server.port, {
      method: "POST",
      path: "/test.Echo/Twice",
      data: [grpcFrame(Buffer.from("ab"))],
    });
    const messages = new GrpcMessages();
    messages.push(response.body);
    expect(messages.next()?.toString()).toBe("abab");
    expect(response.trailers).toEqual([
      ["grpc-status", "0"],
      ["x-end", "1"],
    ]);
    const unknown = await http2(server.port, {
      method: "POST",
      path: "/test.Echo/Never",
      data: [grpcFrame(Buffer.from("ab"))],
    });
    expect(unknown.headers).toContainEqual(["grpc-status", "12"]);
  } finally {
    await server.stop();
  }
});

it("speaks TCP, half-closes included", async () => {
  const server = await TcpServer.listen();
  const client = await TcpClient.connect(server.port);
  try {
    client.write("ping");
    expect((await client.read(4)).toString()).toBe("ping");
    client.end();
    expect(await client.untilEnded()).toBe(true);
    expect(server.connections).toMatchObject([{ received: Buffer.from("ping"), ended: true }]);
  } finally {
    client.close();
    await server.stop();
  }
});

it("reads the calls of the ABI out of a trace", () => {
  const line = (text: string) => ({ threadId: "7", level: "trace", logger: "wasm", text });
  expect(
    abiTrace([
      line("[host->vm] proxy_on_request_headers(2, 5, 1)"),
      line("[vm->host] env.proxy_log(2, 1024, 5)"),
      line("[vm<-host] env.proxy_log return: 0"),
      line("[vm->host] wasi_snapshot_preview1.fd_write(1, 8, 1, 16)"),
    ]),
  ).toEqual([
    { threadId: "7", callee: "guest", name: "proxy_on_request_headers", arguments: ["2", "5", "1"] },
    { threadId: "7", callee: "host", name: "proxy_log", arguments: ["2", "1024", "5"] },
    {
      threadId: "7",
      callee: "host",
      name: "wasi_snapshot_preview1.fd_write",
      arguments: ["1", "8", "1", "16"],
    },
  ]);
});

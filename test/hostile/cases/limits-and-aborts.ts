import { setTimeout as sleep } from "node:timers/promises";

import { answer, chunk, head, http1, Http1Client, http2, Http2Client } from "../../lab/index.js";
import { type Case, equal, truth } from "../case.js";

const JSON_TYPE: readonly [string, string] = ["content-type", "application/json"];

const object = (size: number) => `{"a":"${"x".repeat(size - 8)}"}`;

/** Bodies above the filter's limit (64 KiB) and above Envoy's. */
export const limits: readonly Case[] = [
  {
    row: "over-limit",
    name: "body above the filter's limit, announced by content-length",
    station: "check-request",
    run: async (bench) => {
      const response = await http1(bench.port("check-request"), {
        method: "POST",
        headers: [JSON_TYPE],
        body: { kind: "sized", bytes: object(65537) },
      });
      equal(response.status, 413, "the status");
      truth(bench.upstreamRequest() === undefined, "the upstream saw the request");
    },
  },
  {
    row: "over-limit",
    name: "body above the filter's limit, chunked",
    station: "check-request",
    run: async (bench) => {
      const response = await http1(bench.port("check-request"), {
        method: "POST",
        headers: [JSON_TYPE],
        body: { kind: "chunked", chunks: Array.from({ length: 20 }, () => "x".repeat(4096)) },
        gapMs: 1,
      });
      equal(response.status, 413, "the status");
      truth(bench.upstreamRequest() === undefined, "the upstream saw the request");
    },
  },
  {
    row: "over-limit",
    name: "body above the filter's limit, HTTP/2",
    station: "check-request",
    run: async (bench) => {
      const response = await http2(bench.port("check-request"), {
        method: "POST",
        headers: [JSON_TYPE],
        data: Array.from({ length: 20 }, () => "x".repeat(4096)),
        gapMs: 1,
      });
      equal(response.status, 413, "the status");
      truth(bench.upstreamRequest() === undefined, "the upstream saw the request");
    },
  },
  {
    row: "over-limit",
    name: "body of exactly the filter's limit",
    station: "check-request",
    run: async (bench) => {
      const response = await http1(bench.port("check-request"), {
        method: "POST",
        headers: [JSON_TYPE],
        body: { kind: "sized", bytes: object(65536) },
      });
      equal(response.status, 200, "the status");
      equal(bench.upstreamRequest()?.body.length, 65536 + ',"checked":true'.length, "the size of the body");
    },
  },
  {
    row: "over-limit",
    name: "body above Envoy's limit, below the filter's",
    station: "small-buffer",
    run: async (bench) => {
      const response = await http1(bench.port("small-buffer"), {
        method: "POST",
        headers: [JSON_TYPE],
        body: { kind: "chunked", chunks: Array.from({ length: 8 }, () => "x".repeat(4096)) },
        gapMs: 2,
      });
      equal(response.status, 413, "the status");
      truth(bench.upstreamRequest() === undefined, "the upstream saw the request");
    },
  },
  {
    row: "over-limit",
    name: "response above the filter's limit, announced by content-length",
    station: "check-response",
    run: async (bench) => {
      bench.upstream.script = () => answer(200, [JSON_TYPE], { kind: "sized", bytes: object(70_000) });
      equal((await http1(bench.port("check-response"))).status, 502, "the status");
    },
  },
  {
    row: "over-limit",
    name: "response above the filter's limit, chunked",
    station: "check-response",
    run: async (bench) => {
      bench.upstream.script = () =>
        answer(200, [JSON_TYPE], {
          kind: "chunked",
          chunks: Array.from({ length: 20 }, () => "x".repeat(4096)),
        });
      equal((await http1(bench.port("check-response"))).status, 502, "the status");
    },
  },
];

const HALF = [
  head({
    startLine: "POST / HTTP/1.1",
    fields: [["host", "lab"], JSON_TYPE, ["transfer-encoding", "chunked"]],
  }),
  chunk('{"half":'),
];

/** Peers that leave in the middle of a body. */
export const aborts: readonly Case[] = [
  ...(["close", "abort"] as const).map((how): Case => ({
    row: "abort-body",
    name: `client leaves in mid-body (${how === "close" ? "FIN" : "RST"})`,
    station: "check-request",
    run: async (bench) => {
      const client = await Http1Client.connect(bench.port("check-request"));
      client.write(Buffer.concat(HALF));
      await sleep(30);
      client[how]();
      await sleep(30);
      truth(bench.upstreamRequest() === undefined, "the upstream saw the request");
    },
  })),
  {
    row: "abort-body",
    name: "twenty clients leave in mid-body at once",
    station: "check-request",
    run: async (bench) => {
      const clients = await Promise.all(
        Array.from({ length: 20 }, () => Http1Client.connect(bench.port("check-request"))),
      );
      for (const client of clients) client.write(Buffer.concat(HALF));
      await sleep(50);
      for (const client of clients) client.abort();
      await sleep(50);
      truth(bench.upstreamRequest() === undefined, "the upstream saw a request");
    },
  },
  {
    row: "abort-body",
    name: "client resets an HTTP/2 stream in mid-body",
    station: "check-request",
    run: async (bench) => {
      const client = await Http2Client.connect(bench.port("check-request"));
      const stream = client.open({
        method: "POST",
        headers: [JSON_TYPE],
        data: ['{"half":'],
        unended: true,
      });
      await sleep(30);
      stream.close(8);
      await sleep(30);
      client.close();
      truth(bench.upstreamRequest() === undefined, "the upstream saw the request");
    },
  },
  {
    row: "abort-body",
    name: "upstream breaks off in mid-body",
    station: "check-response",
    run: async (bench) => {
      bench.upstream.script = () => ({
        writes: [
          Buffer.concat([
            head({
              startLine: "HTTP/1.1 200 OK",
              fields: [JSON_TYPE, ["transfer-encoding", "chunked"]],
            }),
            chunk('{"half":'),
          ]),
        ],
        after: "reset",
      });
      const response = await http1(bench.port("check-response"), {}, 3_000);
      truth(response.end !== "stalled", "the client waits for ever");
      truth(response.status !== 200 || response.end === "cut", "a half response passes as a whole one");
    },
  },
];

import { answer, field, head, http1, Http1Client } from "../../lab/index.js";
import type { Bench } from "../bench.js";
import { type Case, equal, truth } from "../case.js";

const JSON_TYPE: readonly [string, string] = ["content-type", "application/json"];

const raw = (text: string) => Buffer.from(text, "latin1");

const odd = (name: string, station: string, run: (bench: Bench) => Promise<void>): Case => ({
  row: "odd-exchange",
  name: `odd exchange: ${name}`,
  station,
  run,
});

/** One connection that gets exactly these bytes; the responses that come back. */
async function speak(bench: Bench, station: string, text: string, responses = 1): Promise<number[]> {
  const client = await Http1Client.connect(bench.port(station));
  try {
    client.write(raw(text));
    const statuses: number[] = [];
    for (let at = 0; at < responses; at++) statuses.push((await client.response("GET", 1_000)).status);
    return statuses;
  } finally {
    client.close();
  }
}

/** What HTTP allows, or what peers do although it does not, with filters that look at headers and bodies. */
export const oddExchanges: readonly Case[] = [
  odd("HEAD", "headers", async (bench) => {
    bench.upstream.script = () => ({
      writes: [head({ startLine: "HTTP/1.1 200 OK", fields: [["content-length", "5000"]] })],
    });
    const response = await http1(bench.port("headers"), { method: "HEAD" });
    equal(response.status, 200, "the status");
    equal(field(response.headers, "content-length"), "5000", "content-length");
  }),
  ...[204, 304].map((status) =>
    odd(`${status}`, "headers", async (bench) => {
      bench.upstream.script = () => answer(status, [], { kind: "none" });
      equal((await http1(bench.port("headers"))).status, status, "the status");
    }),
  ),
  odd("interim responses before the answer", "check-response", async (bench) => {
    bench.upstream.script = () => ({
      writes: [
        raw("HTTP/1.1 100 Continue\r\n\r\nHTTP/1.1 103 Early Hints\r\nlink: </a>\r\n\r\n"),
        ...answer(200, [JSON_TYPE], '{"a":1}').writes,
      ],
    });
    const response = await http1(bench.port("check-response"));
    equal(response.body, raw('{"a":1,"checked":true}'), "the body");
  }),
  odd("expect: 100-continue", "check-request", async (bench) => {
    const response = await http1(bench.port("check-request"), {
      method: "POST",
      path: "/echo",
      headers: [JSON_TYPE, ["expect", "100-continue"]],
      body: { kind: "sized", bytes: '{"a":1}' },
    });
    truth(response.bytes.toString("latin1").includes("HTTP/1.1 200 OK"), "there is no 200");
    equal(bench.upstreamRequest()?.body, raw('{"a":1,"checked":true}'), "the body");
  }),
  odd("three pipelined requests", "check-request", async (bench) => {
    const one = (body: string) =>
      `POST /echo HTTP/1.1\r\nhost: x\r\ncontent-type: application/json\r\ncontent-length: ${body.length}\r\n\r\n${body}`;
    const statuses = await speak(bench, "check-request", one('{"a":1}') + one('{"b":2}') + one("[]"), 3);
    equal(statuses, [200, 200, 400], "the statuses");
  }),
  odd("content-length and transfer-encoding", "check-request", async (bench) => {
    const statuses = await speak(
      bench,
      "check-request",
      "POST / HTTP/1.1\r\nhost: x\r\ncontent-type: application/json\r\ncontent-length: 3\r\ntransfer-encoding: chunked\r\n\r\n3\r\n[1]\r\n0\r\n\r\n",
    );
    equal(statuses, [400], "the status");
  }),
  odd("chunk of a size that is none", "check-request", async (bench) => {
    const statuses = await speak(
      bench,
      "check-request",
      "POST / HTTP/1.1\r\nhost: x\r\ncontent-type: application/json\r\ntransfer-encoding: chunked\r\n\r\nzz\r\n{}\r\n0\r\n\r\n",
    );
    equal(statuses, [400], "the status");
    truth(bench.upstreamRequest() === undefined, "the upstream saw the request");
  }),
  odd("chunk of a size beyond all", "check-request", async (bench) => {
    const statuses = await speak(
      bench,
      "check-request",
      'POST / HTTP/1.1\r\nhost: x\r\ncontent-type: application/json\r\ntransfer-encoding: chunked\r\n\r\n2\r\n{"\r\nfffffffffffffffff\r\n',
    );
    equal(statuses, [400], "the status");
    truth(bench.upstreamRequest() === undefined, "the upstream saw the request");
  }),
  odd("no host", "headers", async (bench) => {
    equal(await speak(bench, "headers", "GET / HTTP/1.1\r\n\r\n"), [400], "the status");
  }),
  odd("absolute form of the target", "headers", async (bench) => {
    equal(
      await speak(bench, "headers", "GET http://other/x HTTP/1.1\r\nhost: x\r\n\r\n"),
      [200],
      "the status",
    );
    equal(bench.upstreamRequest()?.path, "/x", "the path");
  }),
  odd("binary instead of HTTP", "headers", async (bench) => {
    equal(await speak(bench, "headers", "\x16\x03\x01\x02\x00\x01\x00\r\n\r\n"), [400], "the status");
  }),
  odd("response before the request is whole", "check-streamed-request", async (bench) => {
    const client = await Http1Client.connect(bench.port("check-streamed-request"));
    client.write(
      raw(
        "POST / HTTP/1.1\r\nhost: x\r\ncontent-type: text/plain\r\ntransfer-encoding: chunked\r\n\r\n2\r\nab\r\n",
      ),
    );
    await client.response("POST", 100);
    client.close();
  }),
  odd("response with two content-lengths", "check-response", async (bench) => {
    bench.upstream.script = () => ({
      writes: [raw("HTTP/1.1 200 OK\r\ncontent-length: 2\r\ncontent-length: 3\r\n\r\n{} ")],
      after: "close",
    });
    truth((await http1(bench.port("check-response"))).status !== 200, "it passed");
  }),
  odd("response whose end is the connection's", "check-response", async (bench) => {
    bench.upstream.script = () => ({
      writes: [raw('HTTP/1.1 200 OK\r\ncontent-type: application/json\r\n\r\n{"a":1}')],
      after: "close",
    });
    const response = await http1(bench.port("check-response"));
    equal(response.body, raw('{"a":1,"checked":true}'), "the body");
  }),
  odd("response that is longer than it says", "check-response", async (bench) => {
    bench.upstream.script = () => ({
      writes: [
        raw('HTTP/1.1 200 OK\r\ncontent-type: application/json\r\ncontent-length: 7\r\n\r\n{"a":1}and more'),
      ],
    });
    const response = await http1(bench.port("check-response"));
    equal(response.body, raw('{"a":1,"checked":true}'), "the body");
  }),
  odd("status line that is none", "check-response", async (bench) => {
    bench.upstream.script = () => ({ writes: [raw("200 OK\r\n\r\n")], after: "close" });
    equal((await http1(bench.port("check-response"))).status, 502, "the status");
  }),
];

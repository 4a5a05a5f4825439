import { answer, field, http1, Http1Client, http2 } from "../../lab/index.js";
import type { Bench } from "../bench.js";
import { type Case, equal } from "../case.js";

const touching = (name: string, run: (bench: Bench) => Promise<void>): Case => ({
  row: "everywhere",
  name: `everything in every callback: ${name}`,
  station: "everywhere",
  run,
});

const BODY = { kind: "chunked", chunks: ["hello ", "world"], trailers: [["x-end", "1"]] } as const;

/** A filter that uses everything everywhere changes nothing that it must not, and lives. */
export const everywhere: readonly Case[] = [
  touching("request without body", async (bench) => {
    const response = await http1(bench.port("everywhere"));
    equal(response.status, 200, "the status");
    equal(response.body, Buffer.from("ok\n"), "the body");
  }),
  touching("bodies and trailers both ways, HTTP/1", async (bench) => {
    bench.upstream.script = () => answer(200, [], BODY);
    const response = await http1(bench.port("everywhere"), { method: "POST", body: BODY });
    equal(response.status, 200, "the status");
    equal(response.body, Buffer.from("hello world"), "the response's body");
    equal(field(response.trailers, "x-end"), "1", "the response's trailer");
    const seen = bench.upstreamRequest();
    equal(seen?.body, Buffer.from("hello world"), "the request's body");
    equal(field(seen?.trailers ?? [], "x-end"), "1", "the request's trailer");
  }),
  touching("body with content-length, HTTP/1", async (bench) => {
    const response = await http1(bench.port("everywhere"), {
      method: "POST",
      body: { kind: "sized", bytes: "hello world" },
    });
    equal(response.status, 200, "the status");
    equal(bench.upstreamRequest()?.body, Buffer.from("hello world"), "the request's body");
  }),
  touching("bodies and trailers both ways, HTTP/2", async (bench) => {
    bench.upstream2.script = ({ stream }) => {
      stream.respond({ ":status": 200 }, { waitForTrailers: true });
      stream.on("wantTrailers", () => stream.sendTrailers({ "x-end": "1" }));
      stream.pipe(stream);
    };
    const response = await http2(bench.port("everywhere"), {
      method: "POST",
      path: "/h2",
      data: ["hello ", "world"],
      trailers: [["x-end", "1"]],
    });
    equal(response.status, 200, "the status");
    equal(response.body, Buffer.from("hello world"), "the body");
    equal(field(response.trailers, "x-end"), "1", "the response's trailer");
  }),
  touching("client that leaves before the response", async (bench) => {
    bench.upstream.script = () => ({ writes: [] });
    const client = await Http1Client.connect(bench.port("everywhere"));
    await client.send({ method: "POST", body: BODY });
    await client.response("POST", 50);
    client.abort();
  }),
  touching("upstream that breaks off", async (bench) => {
    bench.upstream.script = () => ({
      writes: [Buffer.from("HTTP/1.1 200 OK\r\ncontent-length: 100\r\n\r\nhalf")],
      after: "reset",
    });
    equal((await http1(bench.port("everywhere"))).end, "cut", "the end of the response");
  }),
  touching("request that Envoy refuses by itself", async (bench) => {
    const response = await http1(bench.port("everywhere"), { path: "/with#fragment" });
    equal(response.status, 400, "the status");
  }),
];

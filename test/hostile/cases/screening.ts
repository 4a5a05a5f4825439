import { setTimeout as sleep } from "node:timers/promises";

import {
  answer,
  field,
  http1,
  type Http1Body,
  Http1Client,
  http2,
  NO_ANSWER,
  type Script,
  until,
} from "../../lab/index.js";
import { allow, type Bench } from "../bench.js";
import { type Case, equal, truth } from "../case.js";

const BODY = "a body of some size";

const screening = (name: string, station: string, run: (bench: Bench) => Promise<void>): Case => ({
  row: "screening",
  name: `${name} (${station})`,
  station,
  run,
});

const SIZED: Http1Body = { kind: "sized", bytes: BODY };
const CHUNKED: Http1Body = { kind: "chunked", chunks: ["a body ", "of some size"] };
const TRAILERS: Http1Body = { ...CHUNKED, trailers: [["x-end", "1"]] };
const ONLY_TRAILERS: Http1Body = { kind: "chunked", chunks: [], trailers: [["x-end", "1"]] };

const deny: Script = () => answer(403);

/** A request whose body is asked about: with yes it arrives whole, with no it does not. */
function request(station: string, name: string, body: Http1Body, text: string): Case[] {
  const post = (bench: Bench) => http1(bench.port(station), { method: "POST", path: "/echo", body });
  return [
    screening(`screened body, ${name}, let through`, station, async (bench) => {
      const response = await post(bench);
      equal(response.status, 200, "the status");
      equal(bench.authz.take().at(-1)?.body, Buffer.from(text), "the body that the service saw");
      const seen = bench.upstreamRequest();
      equal(seen?.complete, true, "the request's completeness");
      equal(seen?.body, Buffer.from(text), "the body");
      if (station === "screen-request") equal(field(seen?.headers ?? [], "x-screened"), "yes", "x-screened");
    }),
    screening(`screened body, ${name}, denied`, station, async (bench) => {
      bench.authz.script = deny;
      equal((await post(bench)).status, 403, "the status");
      await sleep(20);
      truth(bench.upstreamRequest()?.complete !== true, "the upstream got a whole request");
    }),
  ];
}

const requests = ["screen-request", "screen-streamed-request"].flatMap((station) => [
  ...request(station, "with content-length", SIZED, BODY),
  ...request(station, "chunked", CHUNKED, BODY),
  ...request(station, "with trailers", TRAILERS, BODY),
  ...request(station, "of trailers only", ONLY_TRAILERS, ""),
  screening("screened body, HTTP/2 with trailers, let through", station, async (bench) => {
    const response = await http2(bench.port(station), {
      method: "POST",
      path: "/echo",
      data: ["a body ", "of some size"],
      trailers: [["x-end", "1"]],
    });
    equal(response.status, 200, "the status");
    equal(response.body, Buffer.from(BODY), "the body");
  }),
  screening("screened body, the service too late", station, async (bench) => {
    bench.authz.script = () => NO_ANSWER;
    const response = await http1(bench.port(station), { method: "POST", body: SIZED });
    equal(response.status, 503, "the status");
  }),
  screening("screened bodies of twenty clients that leave meanwhile", station, (bench) =>
    leaveWhileAsked(bench, station, { method: "POST", body: SIZED }),
  ),
  screening("screened body, more of it behind the end", station, async (bench) => {
    const client = await Http1Client.connect(bench.port(station));
    const one = `POST /echo HTTP/1.1\r\nhost: x\r\ncontent-length: ${BODY.length}\r\n\r\n${BODY}`;
    client.write(Buffer.from(one + one));
    equal((await client.response()).status, 200, "the first status");
    equal((await client.response()).status, 200, "the second status");
    client.close();
  }),
]);

/** Twenty clients that leave while the service is asked, which answers then. */
async function leaveWhileAsked(
  bench: Bench,
  station: string,
  what: { method: string; body: Http1Body },
): Promise<void> {
  let release: () => void = () => {};
  const released = new Promise<void>((resolve) => {
    release = resolve;
  });
  bench.authz.script = async (asked) => {
    await released;
    return allow(asked);
  };
  const clients = await Promise.all(
    Array.from({ length: 20 }, () => Http1Client.connect(bench.port(station))),
  );
  for (const client of clients) await client.send(what);
  truth(
    (await until(() => (bench.authz.requests.length >= 20 ? true : null), 3_000)) === true,
    "the service was not asked",
  );
  for (const client of clients) client.abort();
  await sleep(50);
  release();
  await sleep(100);
}

const responses = [
  screening("screened response, let through", "screen-response", async (bench) => {
    const response = await http1(bench.port("screen-response"), {
      method: "POST",
      path: "/echo",
      body: SIZED,
    });
    equal(response.body, Buffer.from(BODY), "the body");
    equal(field(response.headers, "x-screened"), "yes", "x-screened");
  }),
  screening("screened response without body, let through", "screen-response", async (bench) => {
    bench.upstream.script = () => answer(204, [], { kind: "none" });
    equal((await http1(bench.port("screen-response"))).status, 204, "the status");
  }),
  screening("screened response with trailers, let through", "screen-response", async (bench) => {
    bench.upstream.script = () => answer(200, [], TRAILERS);
    const response = await http1(bench.port("screen-response"));
    equal(response.body, Buffer.from(BODY), "the body");
    equal(field(response.trailers, "x-end"), "1", "the trailer");
  }),
  screening("screened response, denied", "screen-response", async (bench) => {
    bench.authz.script = deny;
    const response = await http1(bench.port("screen-response"));
    equal(response.status, 403, "the status");
    equal(response.end, "complete", "the end of the response");
  }),
  screening("screened response, the service too late", "screen-response", async (bench) => {
    bench.authz.script = () => NO_ANSWER;
    equal((await http1(bench.port("screen-response"))).status, 503, "the status");
  }),
  screening("screened response that breaks off meanwhile", "screen-response", async (bench) => {
    bench.authz.script = async (asked) => {
      await sleep(100);
      return allow(asked);
    };
    bench.upstream.script = () => ({
      writes: [Buffer.from("HTTP/1.1 200 OK\r\ncontent-length: 100\r\n\r\nhalf")],
      after: "reset",
    });
    const response = await http1(bench.port("screen-response"));
    truth(response.end !== "stalled", "the client waits for ever");
    truth(response.end === "cut" || response.status !== 200, "half a response passes as a whole one");
  }),
  screening("screened responses of twenty clients that leave meanwhile", "screen-response", (bench) =>
    leaveWhileAsked(bench, "screen-response", { method: "GET", body: { kind: "none" } }),
  ),
];

const retries = [
  screening("service that fails twice, asked again", "screen-request", async (bench) => {
    let asked = 0;
    bench.authz.script = (one) => (++asked < 3 ? answer(503) : allow(one));
    const response = await http1(bench.port("screen-request"), {
      method: "POST",
      path: "/echo",
      body: SIZED,
    });
    equal(response.status, 200, "the status");
    equal(asked, 3, "how often the service was asked");
    equal(response.body, Buffer.from(BODY), "the body");
  }),
  screening("service that always fails, asked no more than it should", "screen-request", async (bench) => {
    let asked = 0;
    bench.authz.script = () => {
      asked++;
      return answer(503);
    };
    const response = await http1(bench.port("screen-request"), { method: "POST", body: SIZED });
    equal(response.status, 503, "the status");
    equal(asked, 3, "how often the service was asked");
  }),
  screening(
    "service that fails, asked again for twenty clients that have left",
    "screen-request",
    async (bench) => {
      bench.authz.script = () => answer(503);
      const clients = await Promise.all(
        Array.from({ length: 20 }, () => Http1Client.connect(bench.port("screen-request"))),
      );
      for (const client of clients) await client.send({ method: "POST", body: SIZED });
      await sleep(5);
      for (const client of clients) client.abort();
      await sleep(150);
      truth(bench.upstreamRequest() === undefined, "the upstream saw a request");
    },
  ),
];

/** Bodies and responses that wait for a service. */
export const screened: readonly Case[] = [...requests, ...responses, ...retries];

import { setTimeout as sleep } from "node:timers/promises";

import {
  answer,
  chunk,
  field,
  head,
  http1,
  Http1Client,
  http2,
  Http2Client,
  NO_ANSWER,
  type Script,
  until,
} from "../../lab/index.js";
import { allow, type Bench } from "../bench.js";
import { type Case, equal, truth } from "../case.js";
import type { RowId } from "../rows.js";

interface Answered {
  readonly row: RowId;
  readonly name: string;
  readonly script?: Script;
  /** The cluster that is called; default `authz`. */
  readonly cluster?: string;
  /** The client's status; 200 when the request is let through. */
  readonly status: number;
  /** What the upstream is told about the answer. */
  readonly told?: Readonly<Record<string, string>>;
}

const HIGH = "\x80\xc3\xff caf\xe9";

const FIVE_MB = "x".repeat(5 * 1024 * 1024);

const broken =
  (bytes: Buffer, after: "close" | "reset"): Script =>
  () => ({ writes: [bytes], after });

const halfHead = head({ startLine: "HTTP/1.1 200 OK", fields: [["content-length", "100"]] });
const halfChunked = Buffer.concat([
  head({ startLine: "HTTP/1.1 200 OK", fields: [["transfer-encoding", "chunked"]] }),
  chunk("half"),
]);

const ANSWERS: readonly Answered[] = [
  { row: "callout-answer", name: "200", status: 200, told: { "x-user": "alice", "x-answer-size": "7" } },
  { row: "callout-answer", name: "204", script: () => answer(204, [], { kind: "none" }), status: 200 },
  { row: "callout-answer", name: "503", script: () => answer(503), status: 403 },
  { row: "callout-answer", name: "500 with a body", script: () => answer(500, [], "broken"), status: 403 },
  { row: "callout-answer", name: "status 999", script: () => answer(999), status: 403 },
  {
    row: "callout-answer",
    name: "5 MB",
    script: () => answer(200, [["x-user", "bob"]], FIVE_MB),
    status: 200,
    told: { "x-user": "bob", "x-answer-size": `${FIVE_MB.length}` },
  },
  {
    row: "callout-answer",
    name: "90 headers of one name",
    script: () =>
      answer(
        200,
        Array.from({ length: 90 }, (_, at): [string, string] => ["x-many", `${at}`]),
      ),
    status: 200,
  },
  {
    row: "callout-answer",
    name: "with trailers",
    script: () => answer(200, [], { kind: "chunked", chunks: ["yes"], trailers: [["x-end", "1"]] }),
    status: 200,
    told: { "x-answer-size": "3" },
  },
  { row: "callout-answer", name: "after its timeout", script: () => NO_ANSWER, status: 503 },
  { row: "callout-answer", name: "refused connection", cluster: "refused", status: 503 },
  { row: "callout-answer", name: "cluster without hosts", cluster: "nobody", status: 503 },
  { row: "callout-answer", name: "cluster that does not exist", cluster: "no such cluster", status: 503 },
  { row: "callout-answer", name: "cluster without name", cluster: "", status: 503 },
  {
    row: "callout-answer",
    name: "connection closed before any answer",
    script: broken(Buffer.alloc(0), "close"),
    status: 503,
  },
  {
    row: "callout-answer",
    name: "no HTTP at all",
    script: broken(Buffer.from("\0\xff not HTTP\r\n\r\n", "latin1"), "close"),
    status: 503,
  },
  {
    row: "callout-reset",
    name: "reset in the middle of its body (content-length)",
    script: broken(Buffer.concat([halfHead, Buffer.from("half")]), "reset"),
    status: 503,
  },
  {
    row: "callout-reset",
    name: "closed in the middle of its body (content-length)",
    script: broken(Buffer.concat([halfHead, Buffer.from("half")]), "close"),
    status: 503,
  },
  {
    row: "callout-reset",
    name: "reset in the middle of its body (chunked)",
    script: broken(halfChunked, "reset"),
    status: 503,
  },
  {
    row: "callout-reset",
    name: "broken chunk",
    script: broken(Buffer.concat([halfChunked, Buffer.from("not a size\r\n")]), "close"),
    status: 503,
  },
  {
    row: "not-utf8",
    name: "header that is not UTF-8",
    script: () => answer(200, [["x-user", HIGH]], HIGH),
    status: 200,
    told: { "x-user": HIGH, "x-answer-size": `${HIGH.length}` },
  },
  {
    row: "empty-value",
    name: "empty header",
    script: () => answer(200, [["x-user", ""]]),
    status: 200,
    told: { "x-user": "", "x-answer-size": "0" },
  },
];

/** What services answer to callouts, and what the client and the upstream then get. */
export const calloutAnswers: readonly Case[] = [
  ...ANSWERS.map(({ row, name, script, cluster, status, told }): Case => ({
    row,
    name: `answer to a callout: ${name}`,
    station: "authorise",
    run: async (bench) => {
      if (script !== undefined) bench.authz.script = script;
      const response = await http1(bench.port("authorise"), {
        method: "POST",
        headers: cluster === undefined ? [] : [["x-cluster", cluster]],
        body: { kind: "sized", bytes: "the request's body" },
      });
      equal(response.end, "complete", "the end of the response");
      equal(response.status, status, "the status");
      const seen = bench.upstreamRequest();
      truth((seen !== undefined) === (status === 200), "the upstream saw the wrong thing");
      if (seen === undefined) return;
      equal(seen.body, Buffer.from("the request's body"), "the body");
      for (const [key, value] of Object.entries(told ?? {})) equal(field(seen.headers, key), value, key);
    },
  })),
  {
    row: "not-utf8",
    name: "value that is not UTF-8, from the request into a callout: HTTP/1",
    station: "authorise",
    run: async (bench) => {
      equal(
        (await http1(bench.port("authorise"), { headers: [["x-token", HIGH]] })).status,
        200,
        "the status",
      );
      equal(field(bench.authz.take().at(-1)?.headers ?? [], "x-token"), HIGH, "x-token");
    },
  },
  {
    row: "not-utf8",
    name: "value that is not UTF-8, from the request into a callout: HTTP/2",
    station: "authorise",
    run: async (bench) => {
      equal(
        (await http2(bench.port("authorise"), { headers: [["x-token", HIGH]] })).status,
        200,
        "the status",
      );
      equal(field(bench.authz.take().at(-1)?.headers ?? [], "x-token"), HIGH, "x-token");
    },
  },
];

/** A service that answers when it is told to. */
function slow(bench: Bench): { answer: () => void } {
  let release: () => void = () => {};
  const released = new Promise<void>((resolve) => {
    release = resolve;
  });
  bench.authz.script = async (request) => {
    await released;
    return allow(request);
  };
  return { answer: release };
}

const asked = (bench: Bench, count: number) =>
  until(() => (bench.authz.requests.length >= count ? true : null), 3_000);

/** Leaves while `count` callouts wait, lets them be answered, and gives the service's answers time to arrive. */
async function leave(bench: Bench, station: string, count: number, how: "close" | "abort"): Promise<void> {
  const service = slow(bench);
  const clients = await Promise.all(
    Array.from({ length: count }, () => Http1Client.connect(bench.port(station))),
  );
  for (const client of clients) await client.send({});
  truth((await asked(bench, count)) === true, "the service was not asked");
  for (const client of clients) client[how]();
  await sleep(50);
  service.answer();
  await sleep(100);
  truth(bench.upstreamRequest() === undefined, "the upstream saw a request whose client had left");
}

/** Clients that have left when the answer comes. */
export const lateAnswers: readonly Case[] = [
  ...(["close", "abort"] as const).flatMap((how): Case[] =>
    [1, 20].map((count) => ({
      row: "abort-callout",
      name: `${count === 1 ? "client leaves" : "twenty clients leave at once"} (${how === "close" ? "FIN" : "RST"}), then the callout is answered`,
      station: "authorise",
      run: (bench) => leave(bench, "authorise", count, how),
    })),
  ),
  {
    row: "abort-callout",
    name: "client resets an HTTP/2 stream, then the callout is answered",
    station: "authorise",
    run: async (bench) => {
      const service = slow(bench);
      const client = await Http2Client.connect(bench.port("authorise"));
      const stream = client.open({});
      truth((await asked(bench, 1)) === true, "the service was not asked");
      stream.close(8);
      await sleep(50);
      service.answer();
      await sleep(100);
      client.close();
      truth(bench.upstreamRequest() === undefined, "the upstream saw a request whose client had left");
    },
  },
  {
    row: "abort-callout",
    name: "filter sets, resumes, answers and closes a stream that is gone",
    station: "stubborn",
    run: async (bench) => {
      await leave(bench, "stubborn", 1, "abort");
      const message = await bench.envoy.waitForLog(({ text }) => text.includes("stubborn: done"));
      truth(message !== null, "the filter was not told that the stream is gone");
      truth(
        message?.text.includes("done 0, status 200") === true,
        `the filter could do something: ${message?.text}`,
      );
    },
  },
  {
    row: "abort-callout",
    name: "twenty streams that are gone are set, resumed, answered and closed",
    station: "stubborn",
    run: (bench) => leave(bench, "stubborn", 20, "abort"),
  },
];

const CALLOUTS = 40;
/** All answers once: what filters read of them has to be gone by the next one. */
const MOST_GROWTH = CALLOUTS * FIVE_MB.length;

/** Answers that are large and many. */
export const calloutMemory: readonly Case[] = [
  {
    row: "callout-memory",
    name: `${CALLOUTS} callouts at once, each answered with 5 MB`,
    station: "authorise",
    run: async (bench) => {
      const large = answer(200, [["x-user", "bob"]], FIVE_MB);
      bench.authz.script = async () => {
        // All are asked before one is answered.
        await asked(bench, CALLOUTS);
        return large;
      };
      const before = await bench.envoy.residentBytes();
      const responses = await Promise.all(
        Array.from({ length: CALLOUTS }, () => http1(bench.port("authorise"), {}, 20_000)),
      );
      const statuses = responses.map(({ status }) => status);
      truth(
        statuses.every((status) => status === 200 || status === 503),
        `the statuses are ${[...new Set(statuses)].join(", ")}`,
      );
      const grown = (await bench.envoy.peakResidentBytes()) - before;
      truth(grown < MOST_GROWTH, `the process has grown by ${Math.round(grown / 1024 / 1024)} MiB`);
    },
  },
];

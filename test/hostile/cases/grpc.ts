import { setTimeout as sleep } from "node:timers/promises";

import { field, type GrpcCall, grpcFrame, http1, Http1Client, until } from "../../lab/index.js";
import { allowGrpc, type Bench, type GrpcScript } from "../bench.js";
import { type Case, equal, truth } from "../case.js";

interface Answered {
  readonly name: string;
  /** What the service does with the call; default: it lets alice in. */
  readonly script?: GrpcScript;
  readonly cluster?: string;
  /** The client's status; 200 when the request is let through. */
  readonly status: number;
  /** What the upstream is told. */
  readonly user?: string;
}

/** { 1: user } */
const message = (user: Uint8Array | string) => {
  const bytes = Buffer.from(user as string, "latin1");
  return Buffer.concat([Buffer.from([0x0a, bytes.length]), bytes]);
};

const letsIn = (name: string, script: GrpcScript, user: string): Answered => ({
  name,
  script,
  status: 200,
  user,
});
const refuses = (name: string, script: GrpcScript, status: number): Answered => ({ name, script, status });
const calling = (name: string, cluster: string): Answered => ({ name, cluster, status: 503 });

/** A message, good or bad. */
const MESSAGES: readonly Answered[] = [
  letsIn("yes", allowGrpc, "alice"),
  letsIn("yes, with metadata of all octets", withMetadata, "alice"),
  letsIn("an empty message", saying(Buffer.alloc(0)), ""),
  letsIn("text that is not UTF-8", saying(message("al\xffice")), "al\xffice"),
  refuses("text with CR and LF", saying(message("alice\r\nx-admin: 1")), 503),
  refuses("text with a NUL", saying(message("alice\0")), 503),
  refuses("a message that is cut", saying(message("alice").subarray(0, 4)), 503),
  refuses("a message with a length beyond all", saying(Buffer.from("0affffffff0f", "hex")), 503),
  refuses("a message of 0xff only", saying(Buffer.alloc(100, 0xff)), 503),
  refuses("a message of 100 kB", saying(Buffer.alloc(100_000, 0x08)), 503),
];

/** No message, or an end that is none. */
const ENDS: readonly Answered[] = [
  refuses("permission denied", ending(7, "no%20way"), 403),
  refuses("a status message with broken escapes", ending(7, "%zz%ff%0d%0a%"), 403),
  refuses("an error after its metadata", errorLater, 403),
  refuses("a status that does not exist", ending(99, "?"), 503),
  refuses("no status at all", withoutStatus, 503),
  refuses("plain HTTP 200", plain(200), 503),
  refuses("plain HTTP 503", plain(503), 503),
  refuses("a reset at once", reset, 503),
  refuses("a reset in the middle of a message", resetInMessage, 503),
  refuses("half a message, then the end", halfMessage, 503),
  refuses("nothing, until it is too late", silence, 503),
  calling("refused connection", "refused2"),
  calling("cluster without hosts, which fails inside the call", "nobody"),
  calling("cluster that does not exist", "no such cluster"),
  calling("cluster without name", ""),
  calling("cluster whose name could be protobuf", "h1"),
];

const ANSWERS = [...MESSAGES, ...ENDS];

function saying(bytes: Uint8Array): GrpcScript {
  return (call) => {
    call.send(bytes);
    call.end(0);
  };
}

function ending(status: number, text: string): GrpcScript {
  return (call) => call.end(status, text);
}

function reset(call: GrpcCall): void {
  call.reset(2);
}

function silence(): void {}

function withMetadata(call: GrpcCall): void {
  call.sendMetadata([["x-octets", "\x80\xff"]]);
  call.send(message("alice"));
  call.end(0, "", [["x-octets", "\xfe\x81"]]);
}

function errorLater(call: GrpcCall): void {
  call.sendMetadata([["x-any", "1"]]);
  call.end(7, "late");
}

function withoutStatus(call: GrpcCall): void {
  call.stream.respond({ ":status": 200, "content-type": "application/grpc" });
  call.stream.end(grpcFrame(message("alice")));
}

function plain(status: number): GrpcScript {
  return (call) => {
    call.stream.respond({ ":status": status, "content-type": "text/plain" });
    call.stream.end("no gRPC");
  };
}

async function resetInMessage(call: GrpcCall): Promise<void> {
  call.sendMetadata();
  call.stream.write(grpcFrame(message("alice")).subarray(0, 8));
  await sleep(20);
  call.reset(2);
}

function halfMessage(call: GrpcCall): void {
  call.sendMetadata();
  call.stream.write(grpcFrame(message("alice")).subarray(0, 8));
  call.end(0);
}

const STATIONS = ["unary", "streamed"] as const;

/** A stream has no timeout of its own: what never ends is no case of it. */
const answers = (station: (typeof STATIONS)[number]) =>
  ANSWERS.filter(({ name }) => station === "unary" || !name.includes("too late"));

/** What gRPC services answer, and what the client and the upstream then get. */
export const grpcAnswers: readonly Case[] = STATIONS.flatMap((station) => [
  ...answers(station).map(({ name, script, cluster, status, user }): Case => ({
    row: "grpc-answer",
    name: `gRPC answer (${station}): ${name}`,
    station,
    run: async (bench) => {
      if (script !== undefined) bench.grpcScript = script;
      const response = await http1(bench.port(station), {
        headers: cluster === undefined ? [] : [["x-cluster", cluster]],
      });
      equal(response.end, "complete", "the end of the response");
      equal(response.status, status, "the status");
      const seen = bench.upstreamRequest();
      truth((seen !== undefined) === (status === 200), "the upstream saw the wrong thing");
      if (user !== undefined) equal(field(seen?.headers ?? [], "x-user"), user, "x-user");
    },
  })),
  {
    row: "grpc-answer",
    name: `gRPC answer (${station}): to metadata that is not UTF-8`,
    station,
    run: async (bench) => {
      let token: string | null = null;
      bench.grpcScript = (call) => {
        token = field(call.metadata, "x-token");
        return allowGrpc(call);
      };
      const response = await http1(bench.port(station), { headers: [["x-token", "\x80\xff"]] });
      equal(response.status, 200, "the status");
      equal(token, "\x80\xff", "x-token");
    },
  },
  ...[1, 20].map((count): Case => ({
    row: "grpc-late",
    name: `gRPC answer (${station}): to ${count === 1 ? "a client that has" : "twenty clients that have"} left`,
    station,
    run: (bench) => leave(bench, station, count),
  })),
]);

async function leave(bench: Bench, station: string, count: number): Promise<void> {
  const waiting: GrpcCall[] = [];
  bench.grpcScript = (call) => {
    waiting.push(call);
  };
  const clients = await Promise.all(
    Array.from({ length: count }, () => Http1Client.connect(bench.port(station))),
  );
  for (const client of clients) await client.send({});
  truth(
    (await until(() => (waiting.length >= count ? true : null), 3_000)) === true,
    "the service was not asked",
  );
  for (const client of clients) client.abort();
  await sleep(50);
  for (const call of waiting) await allowGrpc(call);
  await sleep(100);
  truth(bench.upstreamRequest() === undefined, "the upstream saw a request whose client had left");
}

// Sends requests to the small site through a real Envoy and keeps what its tap filter writes:
// examples/recordings/tap-streamed.json, tap-streamed.pb_length_delimited, tap-buffered.json.
import { request } from "node:http";
import { connect } from "node:http2";
import { readdir, readFile } from "node:fs/promises";
import { join } from "node:path";
import { startEnvoy } from "./tapping-envoy.mjs";
import { startSite } from "./site/site-server.mjs";
import { CAPTURED_FOR_TESTS, RECORDINGS, writeRecording } from "./write-recording.mjs";

const authority = "shop.example.com";
const json = ["content-type", "application/json"];
const write = (bytes) => ({ bytes: Buffer.from(bytes) });

/** What is sent, one stream after another; each write reaches Envoy by itself. */
const exchanges = [
  { method: "GET", path: "/api/items" },
  { method: "GET", path: "/api/account", headers: ["x-api-key", "demo-key"] },
  { method: "GET", path: "/api/account" },
  {
    method: "POST",
    path: "/api/items",
    headers: json,
    writes: [write('{"name":"Crème brûlée","price":4.5}')],
  },
  { method: "POST", path: "/api/items", headers: json, writes: [write('{"name":"broken",')] },
  {
    method: "POST",
    path: "/api/items",
    headers: [...json, "transfer-encoding", "chunked"],
    writes: [write('{"name":"in three'), write(' writes","price"'), write(":3}")],
  },
  {
    method: "POST",
    path: "/api/items",
    headers: [...json, "transfer-encoding", "chunked", "trailer", "x-checksum"],
    writes: [write('{"name":"with trailers"}')],
    trailers: { "x-checksum": "2a" },
  },
  { method: "POST", path: "/api/items", headers: [...json, "content-length", "0"] },
  { method: "POST", path: "/api/items", headers: [...json, "transfer-encoding", "chunked"], writes: [] },
  { method: "POST", path: "/uploads", writes: [write([0, 1, 2, 0xfe, 0xff])] },
  {
    method: "GET",
    path: "/repeated-headers",
    headers: ["x-repeated", "one", "x-repeated", "two", "x-empty", "", "cookie", "a=1", "cookie", "b=2"],
  },
  { method: "GET", path: "/trailers", headers: ["te", "trailers"] },
  { method: "GET", path: "/stream.txt" },
  { method: "GET", path: "/report.bin" },
  { method: "GET", path: "/terms.txt", headers: ["accept-encoding", "gzip"] },
  {
    method: "POST",
    path: "/orders",
    headers: ["content-type", "application/x-www-form-urlencoded"],
    writes: [write("item=Tea&count=2")],
  },
  { method: "HEAD", path: "/api/items" },
  { method: "GET", path: "/status/204" },
  { method: "GET", path: "/status/304", headers: ["if-none-match", '"1"'] },
  { method: "GET", path: "/status/404" },
];

const goodPost = exchanges[3];

/** Runs the exchanges through an Envoy with its own kind of tap, and gives back the files in the order of the exchanges. */
async function capture(tap, list, send) {
  const site = await startSite();
  const envoy = await startEnvoy({ upstreamPort: site.port, tap });
  const files = [];
  try {
    for (const exchange of list) {
      await send(envoy.port, exchange);
      files.push(
        await nextFile(
          envoy.tapFolder,
          files.map(({ name }) => name),
        ),
      );
    }
  } finally {
    await envoy.stop();
    await site.close();
  }
  return Buffer.concat(files.map(({ bytes }) => bytes));
}

/** Envoy writes a file for each stream, named by the stream's random id, and completes it when the stream ends. */
async function nextFile(folder, known) {
  for (let attempt = 0; attempt < 100; attempt += 1) {
    const name = (await readdir(folder)).find((candidate) => !known.includes(candidate));
    if (name !== undefined) {
      await pause(100);
      return { name, bytes: await readFile(join(folder, name)) };
    }
    await pause(20);
  }
  throw new Error(`Envoy wrote no tap file into ${folder} within two seconds`);
}

async function sendHttp1(port, { method, path, headers = [], writes = [], trailers }) {
  const chunked = headers.includes("transfer-encoding");
  const framing =
    writes.length > 0 && !chunked
      ? ["content-length", String(writes.reduce((sum, { bytes }) => sum + bytes.length, 0))]
      : [];
  await new Promise((resolve, reject) => {
    const outgoing = request(
      {
        port,
        host: "127.0.0.1",
        method,
        path,
        headers: ["host", authority, ...headers, ...framing],
        agent: false,
      },
      (answer) => answer.resume().on("end", resolve),
    );
    outgoing.on("error", reject);
    outgoing.setNoDelay(true);
    if (trailers !== undefined) outgoing.addTrailers(trailers);
    void (async () => {
      if (chunked) outgoing.flushHeaders();
      for (const { bytes } of writes) {
        if (chunked) await pause(30);
        outgoing.write(bytes);
      }
      if (chunked) await pause(30);
      outgoing.end();
    })();
  });
}

async function sendHttp2(port, { method, path, headers = [], writes = [], trailers }) {
  const session = connect(`http://127.0.0.1:${port}`);
  const pairs = Object.fromEntries(
    headers.flatMap((name, index) =>
      index % 2 === 0 && name !== "transfer-encoding" ? [[name, headers[index + 1]]] : [],
    ),
  );
  await new Promise((resolve, reject) => {
    const stream = session.request(
      { ":method": method, ":path": path, ":authority": authority, ":scheme": "http", ...pairs },
      { endStream: writes.length === 0, waitForTrailers: trailers !== undefined },
    );
    stream.on("wantTrailers", () => stream.sendTrailers(trailers));
    stream.on("error", reject).on("end", resolve).resume();
    void (async () => {
      for (const { bytes } of writes) {
        stream.write(bytes);
        await pause(30);
      }
      stream.end();
    })();
  });
  session.close();
}

function pause(milliseconds) {
  return new Promise((resolve) => setTimeout(resolve, milliseconds));
}

const streamed = await capture({ streaming: true, format: "JSON_BODY_AS_BYTES" }, exchanges, sendHttp1);
await writeRecording(new URL("tap-streamed.json", RECORDINGS), streamed);

const protobuf = { streaming: true, format: "PROTO_BINARY_LENGTH_DELIMITED" };
const threeWrites = exchanges.slice(0, 7);
await writeRecording(
  new URL("tap-streamed.pb_length_delimited", RECORDINGS),
  await capture(protobuf, threeWrites, sendHttp1),
);

const buffered = await capture({ streaming: false, format: "JSON_BODY_AS_BYTES" }, [goodPost], sendHttp1);
await writeRecording(new URL("tap-buffered.json", RECORDINGS), buffered);

// What a recording should not be like, for the reader's own tests.
const forTests = [
  ["http2.json", { streaming: true, format: "JSON_BODY_AS_BYTES" }, exchanges.slice(3, 7), sendHttp2],
  ["as-string.json", { streaming: true, format: "JSON_BODY_AS_STRING" }, exchanges.slice(9, 10), sendHttp1],
  ["truncated.json", { streaming: true, format: "JSON_BODY_AS_BYTES", maxBytes: 10 }, [goodPost], sendHttp1],
  [
    "buffered.pb_length_delimited",
    { streaming: false, format: "PROTO_BINARY_LENGTH_DELIMITED" },
    exchanges.slice(3, 7),
    sendHttp1,
  ],
];
for (const [name, tap, list, send] of forTests) {
  await writeRecording(new URL(name, CAPTURED_FOR_TESTS), await capture(tap, list, send));
}

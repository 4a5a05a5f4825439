import { once } from "node:events";
import { type AddressInfo, connect, createServer, type Server, type Socket } from "node:net";
import type { RecordedConnection } from "as-proxy-wasm-sim";
import { afterEach, beforeEach, expect, test } from "vitest";
import { RecordingTcpProxy } from "./recording-tcp-proxy.js";

let upstream: Server;
let proxy: RecordingTcpProxy;
let handle: (socket: Socket) => void;
const recorded: (RecordedConnection | null)[] = [];
let arrived: () => void = () => undefined;

beforeEach(async () => {
  upstream = createServer({ allowHalfOpen: true }, (socket) => {
    socket.on("error", () => undefined);
    handle(socket);
  });
  upstream.listen(0, "127.0.0.1");
  await once(upstream, "listening");
  recorded.length = 0;
  proxy = await RecordingTcpProxy.start({
    upstream: { host: "127.0.0.1", port: (upstream.address() as AddressInfo).port },
    port: 0,
    bytesLimit: 100,
    onConnection: (connection) => {
      recorded.push(connection);
      arrived();
    },
  });
});
afterEach(async () => {
  await proxy.stop();
  upstream.close();
});

const connection = async (): Promise<RecordedConnection | null> => {
  if (recorded.length === 0) await new Promise<void>((resolve) => (arrived = resolve));
  return recorded.shift() ?? null;
};
const client = (): Socket => connect({ port: proxy.port, host: "127.0.0.1", allowHalfOpen: true });
/** `once` would reject with the error before it. */
const closed = (socket: Socket): Promise<void> =>
  new Promise((resolve) => socket.on("close", () => resolve()));
/** What happened, without when. */
const events = ({ events: all }: RecordedConnection): string[] =>
  all.flatMap((event) => {
    if (event.kind === "wait") return [];
    const bytes = event.kind === "data" ? ` ${Buffer.from(event.bytes as Uint8Array).toString()}` : "";
    return [`${event.from} ${event.kind}${bytes}`];
  });

test("what both sides send, in order, and how each ends", async () => {
  handle = (socket) =>
    socket.on("data", (bytes) => socket.write(`re: ${bytes.toString()}`)).on("end", () => socket.end("bye"));
  const socket = client();
  socket.write("helo");
  expect(String(await once(socket, "data"))).toBe("re: helo");
  socket.end();
  const got: Buffer[] = [];
  socket.on("data", (bytes) => got.push(bytes));
  await once(socket, "close");
  expect(Buffer.concat(got).toString()).toBe("bye");
  const one = await connection();
  expect(one?.id).toBe("connection-1");
  expect(events(one!)).toEqual([
    "client data helo",
    "upstream data re: helo",
    "client end",
    "upstream data bye",
    "upstream end",
  ]);
});

test("a side that breaks off", async () => {
  handle = (socket) => socket.on("data", () => socket.resetAndDestroy());
  const socket = client();
  socket.on("error", () => undefined);
  socket.write("helo");
  await closed(socket);
  expect(events((await connection())!)).toEqual(["client data helo", "upstream reset"]);
});

test("an upstream that does not accept", async () => {
  await new Promise((resolve) => upstream.close(resolve));
  const socket = client();
  socket.on("error", () => undefined);
  await closed(socket);
  expect(await connection()).toMatchObject({ upstreamAccepts: false });
});

test("a connection that is too large is no recording of it", async () => {
  handle = (socket) => socket.resume().on("end", () => socket.end());
  const socket = client();
  socket.end("x".repeat(101));
  await once(socket.resume(), "close");
  expect(await connection()).toBeNull();
});

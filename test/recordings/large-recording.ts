// Writes recordings of any size, piece by piece.
import { once } from "node:events";
import { createWriteStream } from "node:fs";

export const FORMATS = ["har", "events", "tap-json", "tap-protobuf"] as const;
export type Format = (typeof FORMATS)[number];

/** How much to write: until a size or a number of streams is reached. */
export interface Amount {
  readonly bytes: number;
  readonly streams: number;
}

/** Writes a file of one format, and gives the number of streams in it. */
export async function writeLargeRecording(path: string, format: Format, amount: Amount): Promise<number> {
  const file = createWriteStream(path);
  const put = async (piece: string | Uint8Array): Promise<void> => {
    if (!file.write(piece)) await once(file, "drain");
  };
  let streams = 0;
  if (format === "har")
    await put('{"log":{"version":"1.2","creator":{"name":"a","version":"1"},"entries":[\n');
  while (file.bytesWritten + file.writableLength < amount.bytes && streams < amount.streams) {
    await put(streamIn[format](streams));
    streams += 1;
  }
  if (format === "har") await put("]}}\n");
  file.end();
  await once(file, "close");
  return streams;
}

const streamIn: Readonly<Record<Format, (index: number) => string | Uint8Array>> = {
  har: harEntry,
  events: eventLines,
  "tap-json": (index) => `${JSON.stringify(trace(index), null, 1)}\n`,
  "tap-protobuf": protobufTrace,
};

/** Most bodies are small, one of thirty is a download. */
const small = '{"name":"Crème brûlée","price":4.5}';
const download = Buffer.alloc(90_000, "0123456789abcdef").toString("base64");

function harEntry(index: number): string {
  const large = index % 30 === 0;
  const headers = Array.from({ length: 12 }, (_, at) => ({ name: `x-header-${at}`, value: "some value" }));
  const entry = {
    startedDateTime: "2024-05-01T12:00:00.000Z",
    time: 12.5,
    request: {
      method: "POST",
      url: `https://shop.example.com/api/items/${index}?sort=name`,
      httpVersion: "HTTP/2",
      headers,
      bodySize: Buffer.byteLength(small),
      postData: { mimeType: "application/json", text: small },
    },
    response: {
      status: 200,
      statusText: "OK",
      httpVersion: "HTTP/2",
      headers,
      content: large
        ? { size: 90_000, mimeType: "application/octet-stream", text: download, encoding: "base64" }
        : { size: Buffer.byteLength(small), mimeType: "application/json", text: small },
    },
    cache: {},
    timings: { send: 0, wait: 12, receive: 0.5 },
  };
  return `${index === 0 ? "" : ",\n"}${JSON.stringify(entry)}`;
}

function eventLines(index: number): string {
  const id = `stream-${index}`;
  const pseudo = [
    [":authority", "shop.example.com"],
    [":path", `/api/items/${index}`],
    [":method", "GET"],
    [":scheme", "https"],
  ];
  const event = (ev: string, fields: object): string =>
    `${JSON.stringify({ v: 1, id, at: index, ev, ...fields })}\n`;
  return (
    event("req.headers", { protocol: "HTTP/2", headers: [...pseudo, ["user-agent", "test"]], end: true }) +
    event("res.headers", { headers: [[":status", "200"]], end: false }) +
    event("res.data", { utf8: small, end: true })
  );
}

function trace(index: number): object {
  const header = (key: string, value: string): object => ({ key, value, raw_value: "" });
  return {
    http_streamed_trace_segment: {
      trace_id: String(10_000_000_000 + index),
      request_headers: {
        headers: [
          header(":authority", "shop.example.com"),
          header(":path", `/api/items/${index}`),
          header(":method", "GET"),
          header(":scheme", "https"),
        ],
      },
    },
  };
}

function protobufTrace(index: number): Uint8Array {
  const text = (number: number, value: string): Buffer => message(number, Buffer.from(value));
  const headers = [
    [":authority", "shop.example.com"],
    [":path", `/api/items/${index}`],
    [":method", "GET"],
    [":scheme", "https"],
  ].map(([name = "", value = ""]) => message(1, Buffer.concat([text(1, name), text(2, value)])));
  const traceId = Buffer.concat([Buffer.of(0x08), varint(10_000_000 + index)]);
  const segment = Buffer.concat([traceId, message(2, Buffer.concat(headers))]);
  const wrapper = message(2, segment);
  return Buffer.concat([varint(wrapper.length), wrapper]);
}

function message(number: number, content: Buffer): Buffer {
  return Buffer.concat([Buffer.of((number << 3) | 2), varint(content.length), content]);
}

function varint(value: number): Buffer {
  const bytes: number[] = [];
  let rest = value;
  for (; rest >= 0x80; rest = Math.floor(rest / 128)) bytes.push((rest % 128) | 0x80);
  bytes.push(rest);
  return Buffer.from(bytes);
}

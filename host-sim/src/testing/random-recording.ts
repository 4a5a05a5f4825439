import { fromBytes, type HeaderPair } from "../byte-string.js";
import type { RecordedCallout } from "../recording/recorded-callout.js";
import type { ConnectionEvent, RecordedConnection } from "../recording/recorded-connection.js";
import type { RecordedExpectation } from "../recording/recorded-expectation.js";
import type { RecordedItem } from "../recording/recording.js";
import type {
  RecordedBody,
  RecordedMessage,
  RecordedStream,
  StreamStep,
} from "../recording/recorded-stream.js";
import { messagePieces } from "../recording/stream-pieces.js";
import type { Random } from "../random.js";

/** Anything that a recording can hold, in the form in which an event file gives it back. */
export function randomItem(random: Random, id: string): RecordedItem {
  switch (random.below(9)) {
    case 0:
      return { advanceMs: random.below(10_000) };
    case 1:
      return {
        update: [
          { plugin: "auth", configuration: random.pick<string | Uint8Array>(["", "text", random.bytes(20)]) },
          ...random.list(1, () => ({ plugin: "log", configuration: "{}" })),
        ],
        ...(random.once(3) ? { expect: random.pick(["accepted", "rejected"] as const) } : {}),
      };
    case 2:
      return { standing: randomCallout(random) };
    case 3:
      return randomConnection(random, id);
    default:
      return randomStream(random, id);
  }
}

function randomStream(random: Random, id: string): RecordedStream {
  const protocol = random.pick<RecordedStream["protocol"]>(["HTTP/1.1", "HTTP/2"]);
  const request = randomMessage(random, [
    [":authority", "a"],
    [":path", "/"],
    [":method", "POST"],
    [":scheme", "http"],
  ]);
  const response = random.once(4) ? null : randomMessage(random, [[":status", "200"]]);
  const callouts = random.list(2, () => randomCallout(random));
  return {
    id,
    source: "",
    protocol,
    request,
    response,
    ...(random.once(2) ? {} : { order: randomOrder(random, protocol, request, response) }),
    ...(random.once(2) ? {} : { at: 0.001 + random.below(100_000) }),
    ...(callouts.length === 0 ? {} : { callouts }),
    ...(random.once(2) ? {} : { expect: randomExpectation(random) }),
    notes: random.list(2, () => "A note."),
  };
}

function header(random: Random): HeaderPair {
  return [
    random.pick(["a", "x-note", "set-cookie", "x.y_z~"]),
    random.pick([
      () => "",
      () => "plain",
      () => fromBytes(random.bytes(20)).replace(/[\r\n\0]/g, "."),
      () => fromBytes(Buffer.from("Crème 🍵\u{feff}")),
    ])(),
  ];
}

function randomMessage(random: Random, pseudo: readonly HeaderPair[]): RecordedMessage {
  const body: RecordedBody = random.once(5)
    ? { kind: "missing", size: random.pick([null, 0, 7]), reason: "lost" }
    : {
        kind: "recorded",
        chunks: random.list(3, () => random.bytes(30)).filter((chunk) => chunk.length > 0),
      };
  return {
    headers: [...pseudo, ...random.list(4, () => header(random)), ["transfer-encoding", "chunked"]],
    body,
    trailers: random.once(3) ? random.list(2, () => header(random)) : null,
  };
}

/** The request's headers first; then the pieces of both sides in any order, with waits between them, whole, cut short, or broken off. */
function randomOrder(
  random: Random,
  protocol: RecordedStream["protocol"],
  request: RecordedMessage,
  response: RecordedMessage | null,
): StreamStep[] {
  const left = {
    request: messagePieces(request, protocol).length - 1,
    response: response === null ? 0 : messagePieces(response, protocol).length,
  };
  const order: StreamStep[] = ["request"];
  const wait = (): void => {
    if (random.once(3)) order.push({ wait: (1 + random.below(50_000)) / 1000 });
  };
  const cut = random.once(3) ? random.below(6) : Infinity;
  while (left.request + left.response > 0 && order.length < cut) {
    const side = random.below(left.request + left.response) < left.request ? "request" : "response";
    wait();
    order.push(side);
    left[side] -= 1;
  }
  wait();
  if (random.once(4)) order.push({ reset: random.pick(["client", "upstream"]) });
  return order;
}

function randomCallout(random: Random): RecordedCallout {
  const delay = random.once(2) ? {} : { delayMs: random.below(100) / 4 };
  if (random.once(3)) return { cluster: "authn", answer: { failure: "no healthy host", ...delay } };
  if (random.once(2)) {
    return {
      cluster: "authn",
      ...(random.once(2) ? {} : { match: [[":path", "/check"], header(random)] }),
      answer: {
        status: random.pick([200, 403]),
        headers: random.list(2, () => header(random)),
        body: random.bytes(10),
        trailers: random.once(2) ? null : random.list(1, () => header(random)),
        ...delay,
      },
    };
  }
  return {
    cluster: "greeter",
    method: "/greet.Greeter/Hello",
    answer: {
      grpcStatus: random.below(17),
      ...(random.once(2) ? {} : { statusMessage: "no way" }),
      ...(random.once(2) ? {} : { initialMetadata: random.list(2, () => header(random)) }),
      messages: random.list(2, () => random.bytes(10)),
      ...(random.once(2) ? {} : { trailingMetadata: random.list(2, () => header(random)) }),
      ...delay,
    },
  };
}

function randomExpectation(random: Random): RecordedExpectation {
  const message = (): NonNullable<RecordedExpectation["upstream"]> => ({
    headers: [[":status", "200"], ...random.list(2, () => header(random))],
    ...(random.once(2) ? {} : { body: random.bytes(20) }),
    ...(random.once(2) ? {} : { trailers: random.once(2) ? null : random.list(2, () => header(random)) }),
  });
  return {
    ...(random.once(2) ? {} : { outcome: random.pick(["completed", "reset", "stalled", "crashed"]) }),
    ...(random.once(2) ? {} : { upstream: random.once(2) ? null : message() }),
    ...(random.once(2) ? {} : { response: random.once(2) ? null : message() }),
    ...(random.once(2)
      ? {}
      : { localReply: random.once(2) ? null : { statusCode: 403, details: "d", body: random.bytes(5) } }),
    ...(random.once(2)
      ? {}
      : { logs: random.list(2, () => ({ level: "warn" as const, text: "wasm log a: b" })) }),
    ...(random.once(2) ? {} : { metrics: { "wasmcustom.denied_total": random.below(5) } }),
  };
}

function randomConnection(random: Random, id: string): RecordedConnection {
  const events: ConnectionEvent[] = [];
  const open = new Set(["client", "upstream"] as const);
  for (let count = random.below(8); count > 0 && open.size > 0; count -= 1) {
    if (random.once(3) && events.at(-1)?.kind !== "wait") {
      events.push({ kind: "wait", milliseconds: (1 + random.below(50_000)) / 1000 });
    }
    const from = random.pick([...open] as ["client" | "upstream"]);
    const kind = random.pick(["data", "data", "end", "reset"] as const);
    if (kind === "data") {
      events.push({ from, kind, bytes: random.pick<string | Uint8Array>(["text", random.bytes(9)]) });
      continue;
    }
    events.push({ from, kind });
    open.delete(from);
    if (kind === "reset") open.clear();
  }
  return {
    id,
    source: "",
    events,
    ...(random.once(3) ? { callouts: [randomCallout(random)] } : {}),
    ...(random.once(2) ? {} : { upstreamAccepts: random.once(2) }),
    ...(random.once(2) ? {} : { at: 1 + random.below(1000) }),
  };
}

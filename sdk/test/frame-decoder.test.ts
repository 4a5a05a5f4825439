import { beforeAll, describe, expect, it } from "vitest";
import { runWithHost, type ScriptedGuest } from "./scripted-host.js";
import { seededRandom } from "./seeded-random.js";

// A protocol of two bytes of head, a mark and the length of what follows, in a connection as the host plays it.

const source = `
import { BadFrame, BadFrameAction, FrameInspector, FrameRewriter } from "as-proxy-wasm-sdk/assembly/network/frame-decoder";
import { downstreamData } from "as-proxy-wasm-sdk/assembly/network/stream-data";
import { NetworkFilter } from "as-proxy-wasm-sdk/assembly/network/network-filter";

class Connection extends NetworkFilter {
  seen: string = "";
  closes: bool = false;
}

function sizeOf(head: Uint8Array): i64 {
  if (head[0] != 0xab) return -1;
  // 0xff: the length is one byte more, to be waited for.
  if (head[1] != 0xff) return 2 + <i64>head[1];
  return head.length < 3 ? 0 : 3 + <i64>head[2];
}

function note(connection: Connection, text: string): void { connection.seen += "[" + text + "]"; }
function textOf(frame: Uint8Array): string { return String.UTF8.decode(frame.slice(2).buffer); }
function bad(connection: Connection, problem: BadFrame): BadFrameAction {
  note(connection, problem == BadFrame.TooLarge ? "too large" : "not this protocol");
  return connection.closes ? BadFrameAction.Close : BadFrameAction.PassThrough;
}

class Inspector extends FrameInspector<Connection> {
  constructor() { super(2, 20); }
  frameSize(head: Uint8Array): i64 { return sizeOf(head); }
  onFrame(connection: Connection, frame: Uint8Array): void { note(connection, textOf(frame)); }
  onBadFrame(connection: Connection, problem: BadFrame): BadFrameAction { return bad(connection, problem); }
}

/** Drops frames that say "drop", doubles those that say "twice", shortens "long". */
class Rewriter extends FrameRewriter<Connection> {
  constructor() { super(2, 20); }
  frameSize(head: Uint8Array): i64 { return sizeOf(head); }
  onFrame(connection: Connection, frame: Uint8Array): Uint8Array | null {
    const text = textOf(frame);
    note(connection, text);
    if (text == "drop") return null;
    if (text == "long") return frame.slice(0, 0);
    if (text != "twice") return frame;
    const both = new Uint8Array(2 * frame.length);
    both.set<Uint8Array>(frame);
    both.set<Uint8Array>(frame, frame.length);
    return both;
  }
  onBadFrame(connection: Connection, problem: BadFrame): BadFrameAction { return bad(connection, problem); }
}

let connection = new Connection();
let inspector = new Inspector();
let rewriter = new Rewriter();
export function open(closes: bool): void {
  connection = new Connection();
  connection.closes = closes;
  inspector = new Inspector();
  rewriter = new Rewriter();
}
export function inspect(endOfStream: bool): i32 { return inspector.decode(connection, downstreamData, endOfStream); }
export function rewrite(endOfStream: bool): i32 { return rewriter.decode(connection, downstreamData, endOfStream); }
export function seen(): string { return connection.seen; }
export function collect(): void { __collect(); }
`;

/** What the host holds of the connection. */
let held: Buffer = Buffer.alloc(0);
let guest: ScriptedGuest;
beforeAll(async () => {
  guest = await runWithHost(source, (memory) => ({
    proxy_get_buffer_status(_buffer: number, size: number, flags: number) {
      memory.writeU32(size, held.length);
      memory.writeU32(flags, 0);
      return 0;
    },
    proxy_get_buffer_bytes: (_buffer: number, start: number, length: number, data: number, size: number) =>
      memory.give(held.subarray(start, start + (length >>> 0)), data, size),
    proxy_set_buffer_bytes(_buffer: number, start: number, length: number, data: number, size: number) {
      expect([start, length >>> 0]).toEqual([0, 0xffffffff]);
      held = memory.read(data, size);
      return 0;
    },
    proxy_set_effective_context: () => 0,
    proxy_close_stream: () => 0,
    clock_time_get: () => 0,
  }));
});

interface Outcome {
  /** What has gone on after each piece. */
  readonly passed: readonly string[];
  readonly seen: string;
}

/** Plays a connection whose bytes come in these pieces, the last with the end of the stream. */
function play(how: "inspect" | "rewrite", pieces: readonly string[], closes = false): Outcome {
  guest["open"]!(Number(closes));
  held = Buffer.alloc(0);
  let out = "";
  const passed = pieces.map((piece, i) => {
    held = Buffer.concat([held, Buffer.from(piece, "latin1")]);
    if (guest[how]!(Number(i === pieces.length - 1)) === 0) {
      out += held.toString("latin1");
      held = Buffer.alloc(0);
    }
    guest["endCallback"]!();
    return out;
  });
  const seen = guest.__getString(guest["seen"]!());
  guest["collect"]!();
  return { passed, seen };
}

const frame = (text: string): string => `\xab${String.fromCharCode(text.length)}${text}`;

/** All ways to cut a text into pieces. */
function* cuts(text: string): Generator<string[]> {
  for (let mask = 0; mask < 1 << (text.length - 1); mask++) {
    const pieces = [""];
    for (let i = 0; i < text.length; i++) {
      pieces.push(`${pieces.pop()}${text[i]}`);
      if ((mask >> i) & 1 && i < text.length - 1) pieces.push("");
    }
    yield pieces;
  }
}

/** Puts callbacks without bytes between pieces, as Envoy does. */
const random = seededRandom("frame decoder");
const withPauses = (pieces: readonly string[]): string[] =>
  pieces.flatMap((piece) => (random(4) === 0 ? ["", piece] : [piece])).concat(random(2) === 0 ? [""] : []);

const whole = frame("a") + frame("") + frame("bcd");
const tail = "\xab\x05x";

describe("every cut of three frames and the beginning of a fourth", () => {
  it("is the same to an inspector, and delays nothing", () => {
    for (const pieces of cuts(whole + tail)) {
      const all = withPauses(pieces);
      const { passed, seen } = play("inspect", all);
      expect(seen, JSON.stringify(all)).toBe("[a][][bcd]");
      expect(passed).toEqual(all.map((_, i) => all.slice(0, i + 1).join("")));
    }
  });

  it("is the same to a rewriter, which lets whole frames pass and the tail at the end", () => {
    const boundaries = ["", frame("a"), frame("a") + frame(""), whole];
    for (const pieces of cuts(whole + tail)) {
      const all = withPauses(pieces);
      const { passed, seen } = play("rewrite", all);
      expect(seen, JSON.stringify(all)).toBe("[a][][bcd]");
      all.slice(0, -1).forEach((_, i) => {
        const come = all.slice(0, i + 1).join("");
        expect(passed[i], JSON.stringify(all)).toBe(
          boundaries.findLast((complete) => come.startsWith(complete)),
        );
      });
      expect(passed.at(-1)).toBe(whole + tail);
    }
  });

  it("comes out changed the same way", () => {
    const sent = frame("twice") + frame("drop") + frame("x");
    const random = seededRandom("changed frames");
    for (let round = 0; round < 2_000; round++) {
      const pieces = [...sent].reduce<string[]>(
        (cut, byte) => (random(3) === 0 ? [...cut, byte] : [...cut.slice(0, -1), (cut.at(-1) ?? "") + byte]),
        [""],
      );
      const { passed, seen } = play("rewrite", withPauses(pieces));
      expect(seen).toBe("[twice][drop][x]");
      expect(passed.at(-1), JSON.stringify(pieces)).toBe(frame("twice") + frame("twice") + frame("x"));
    }
  });
});

it("waits for a length of variable size", () => {
  const sent = "\xab\xff\x03abc" + frame("z");
  for (const pieces of cuts(sent)) {
    expect(play("inspect", pieces).seen).toBe("[\x03abc][z]");
    expect(play("rewrite", pieces).passed.at(-1)).toBe(sent);
  }
});

it("puts nothing in place of a frame", () => {
  expect(play("rewrite", [frame("long") + frame("a"), frame("long"), ""]).passed).toEqual([
    frame("a"),
    frame("a"),
    frame("a"),
  ]);
});

describe.each([
  ["too large", `\xab\x7f${"y".repeat(30)}`],
  ["not this protocol", "GET / HTTP/1.1\r\n"],
])("%s", (problem, bad) => {
  it("passes unharmed, with all behind it", () => {
    for (const how of ["inspect", "rewrite"] as const) {
      for (const pieces of cuts(frame("a") + bad.slice(0, 8))) {
        const { passed, seen } = play(how, [...pieces, bad.slice(8), frame("b"), ""]);
        expect(seen).toBe(`[a][${problem}]`);
        expect(passed.at(-1)).toBe(frame("a") + bad + frame("b"));
      }
    }
  });

  it("ends the connection, and nothing more goes on, if the filter says so", () => {
    for (const how of ["inspect", "rewrite"] as const) {
      const { passed, seen } = play(how, [frame("a"), bad, frame("b"), ""], true);
      expect(seen).toBe(`[a][${problem}]`);
      expect(passed.at(-1)).toBe(frame("a"));
    }
  });
});

it("takes a frame of the limit's size and no larger one", () => {
  expect(play("inspect", [frame("x".repeat(18))]).seen).toBe(`[${"x".repeat(18)}]`);
  expect(play("inspect", [frame("x".repeat(19))]).seen).toBe("[too large]");
});

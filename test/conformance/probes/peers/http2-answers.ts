import { type AnswerParts, stream, type StreamParts } from "../streams.js";

type Fields = readonly (readonly [string, string])[];

const answered = (id: string, response: AnswerParts, parts: StreamParts = {}) =>
  stream(id, { protocol: "HTTP/2", ...parts, response });
const status = (value: string): AnswerParts => ({ head: [[":status", value]] });
const fields = (...headers: Fields): AnswerParts => ({ headers, body: ["abc"] });
const trailed = (...trailers: Fields): AnswerParts => ({ body: ["abc"], trailers });
const length = (value: string): Fields => [["content-length", value]];

/** Answers that no upstream should give over HTTP/2. */
export const badAnswers = [
  answered("no-status", { head: [] }),
  answered("no-status-with-fields", { head: [["x-a", "1"]], body: ["abc"] }),
  answered("status-twice", { head: [...pseudo("200"), ...pseudo("201")] }),
  answered("status-empty", status("")),
  answered("status-text", status("abc")),
  answered("status-20", status("20")),
  answered("status-2000", status("2000")),
  answered("status-000", status("000")),
  answered("status-099", status("099")),
  answered("status-600", status("600")),
  answered("status-999", status("999")),
  answered("status-plus", status("+200")),
  answered("status-space", status("200 ")),
  answered("status-late", { head: [["x-a", "1"], ...pseudo("200")] }),
  answered("unknown-pseudo", { head: [...pseudo("200"), [":other", "1"]] }),
  answered("pseudo-of-requests", { head: [...pseudo("200"), [":path", "/"]] }),
  answered("upper-case", fields(["X-Upper", "1"])),
  answered("space-in-name", fields(["x a", "1"])),
  answered("empty-name", fields(["", "1"])),
  answered("underscore", fields(["x_a", "1"])),
  answered("newline", fields(["x-a", "1\n2"])),
  answered("nul", fields(["x-a", "1\x002"])),
  answered("control", fields(["x-a", "1\x012"])),
  answered("delete", fields(["x-a", "1\x7f2"])),
  answered("space-around", fields(["x-a", " 1 "])),
  answered("connection", fields(["connection", "close"])),
  answered("keep-alive", fields(["keep-alive", "1"])),
  answered("proxy-connection", fields(["proxy-connection", "close"])),
  answered("upgrade", fields(["upgrade", "websocket"])),
  answered("transfer-encoding", fields(["transfer-encoding", "chunked"])),
  answered("te", fields(["te", "trailers"])),
  answered("te-gzip", fields(["te", "gzip"])),
  answered("host", fields(["host", "probe.test"])),
  answered("cookies", fields(["cookie", "a=1"], ["x-a", "1"], ["cookie", "b=2"])),
  answered("length-short", fields(...length("2"))),
  answered("length-long", fields(...length("5"))),
  answered("length-long-two", { headers: length("9"), body: ["abc", "def"] }),
  answered("length-without-body", { headers: length("5") }),
  answered("length-bad", fields(...length("x"))),
  answered("length-negative", fields(...length("-1"))),
  answered("length-twice", fields(...length("3"), ...length("3"))),
  answered("length-twice-different", fields(...length("3"), ...length("4"))),
  answered("length-long-trailers", { headers: length("5"), ...trailed(["x-a", "1"]) }),
  answered("length-short-held", fields(...length("2")), { headers: [["x-do", "hold-response-headers"]] }),
  answered("length-short-held-body", fields(...length("2")), {
    headers: [["x-do", "release-response-body"]],
  }),
  answered("length-long-held-body", fields(...length("5")), { headers: [["x-do", "release-response-body"]] }),
  answered("204-with-length", { status: 204, headers: length("5") }),
  answered("204-with-length-0", { status: 204, headers: length("0") }),
  answered("205-with-body", { status: 205, body: ["abc"] }),
  answered("many-fields", {
    headers: Array.from({ length: 120 }, (_, index) => [`x-${index}`, "1"] as const),
  }),
  answered("ninety-nine-fields", {
    headers: Array.from({ length: 99 }, (_, index) => [`x-${index}`, "1"] as const),
  }),
  answered("hundred-fields", {
    headers: Array.from({ length: 100 }, (_, index) => [`x-${index}`, "1"] as const),
  }),
  answered("large-field", fields(["x-large", "a".repeat(61 * 1024)])),
  answered("nearly-large-field", fields(["x-large", "a".repeat(59 * 1024)])),
  answered("pseudo-in-trailers", trailed([":path", "/"])),
  answered("status-in-trailers", trailed([":status", "200"])),
  answered("upper-case-in-trailers", trailed(["X-Upper", "1"])),
  answered("newline-in-trailers", trailed(["x-a", "1\n2"])),
  answered("connection-in-trailers", trailed(["connection", "close"])),
  answered("length-in-trailers", trailed(...length("3"))),
  answered("many-trailers", trailed(...Array.from({ length: 120 }, (_, i) => [`x-${i}`, "1"] as const))),
  answered("large-trailers", trailed(["x-large", "a".repeat(61 * 1024)])),
  answered("bad-trailers-held", trailed(["X-Upper", "1"]), { headers: [["x-do", "release-response-body"]] }),
  answered("100-alone", { status: 100 }),
  answered("100-with-body", { status: 100, body: ["abc"] }),
  answered("101", { status: 101 }),
  answered("101-with-body", { status: 101, body: ["abc"] }),
  answered("103-alone", { status: 103 }),
  answered("103-with-body", { status: 103, body: ["abc"] }),
  answered("199-alone", { status: 199 }),
  answered("post-no-status", { head: [] }, { body: ["abc"] }),
  answered("early-no-status", { head: [] }, { body: ["abc", "def"], order: ["request", "response"] }),
  answered(
    "grpc-no-status",
    { head: [] },
    { headers: [["content-type", "application/grpc"]], body: ["abc"] },
  ),
  answered("after-all-these", { body: ["abc"] }),
];

function pseudo(value: string): Fields {
  return [[":status", value]];
}

import type { Probe } from "../probe.js";
import { stream, type StreamParts } from "../streams.js";

const asking = (id: string, asked: Readonly<Record<string, string>>, parts: StreamParts = {}) =>
  stream(id, {
    ...parts,
    headers: [["x-do", asked["do"] ?? "wait"], ...named(asked), ...(parts.headers ?? [])],
  });

const named = (asked: Readonly<Record<string, string>>) =>
  Object.entries(asked)
    .filter(([name]) => name !== "do")
    .map(([name, value]) => [`x-${name}`, value] as const);

const late = (id: string, asked: Readonly<Record<string, string>>) =>
  stream(id, { headers: named(asked), body: ["one ", "two"] });

const answer = {
  headers: { "x-answer": "yes" },
  body: "the answer",
  trailers: { "x-trailer": "end" },
} as const;

export const probe: Probe = {
  alsoOverHttp2: ["late"],
  streams: [],
  configurations: {
    default: {
      clusters: {
        cluster: answer,
        plain: { status: 404, headers: { "x-answer": "no" } },
        slow: { ...answer, delayMs: 300 },
        never: "timeout",
        dead: "unreachable",
        closing: "disconnect",
        breaking: "reset",
        empty: "no healthy host",
      },
      steps: [
        asking("answered", {}),
        asking("answered-again", {}),
        asking("with-a-body", { method: "POST", body: "payload" }),
        asking("without-a-body", { cluster: "plain" }),
        asking("then-a-reply", {}, { headers: [["x-then", "reply"]] }),
        asking("unreachable", { cluster: "dead" }),
        asking("disconnect", { cluster: "closing" }),
        asking("reset", { cluster: "breaking" }),
        asking("after-a-reset", {}),
        asking("timeout", { cluster: "never", timeout: "200" }),
        asking("no-healthy-host", { do: "pass", cluster: "empty" }),
        asking("after-no-host", {}),
        asking("unknown-cluster", { do: "pass", cluster: "nowhere" }),
        asking("negative-timeout", { do: "pass", timeout: "-1" }),
        asking("no-timeout", { timeout: "0" }),
        asking("without-path", { do: "pass", without: ":path" }),
        asking("without-method", { do: "pass", without: ":method" }),
        asking("without-authority", { do: "pass", without: ":authority" }),
        asking("malformed-headers", { do: "pass", without: "malformed" }),
        asking("bad-pointer", { do: "pass", without: "bad pointer" }),
        asking("stream-has-gone", { do: "pass", cluster: "slow" }),
        { wait: 800 },
        stream("in-response", { response: { headers: [["x-do", "wait"]], body: ["held"] } }),
        stream("in-response-then-a-reply", {
          response: {
            headers: [
              ["x-do", "wait"],
              ["x-then", "reply"],
            ],
            body: ["held"],
          },
        }),
        asking("with-a-request-body", { cluster: "slow" }, { body: ["one", "two"] }),
      ],
    },
    late: {
      entry: "late",
      clusters: { cluster: { ...answer, delayMs: 100 } },
      steps: [
        late("at-the-end-of-a-body", { call: "end" }),
        late("at-the-end-then-a-reply", { call: "end", do: "reply" }),
        late("from-the-headers", { call: "headers" }),
        late("from-the-headers-then-a-reply", { call: "headers", do: "reply" }),
        late("length-0", { call: "headers", length: "0" }),
      ],
    },
    "from-configure": {
      configuration: "call",
      clusters: { cluster: { ...answer, delayMs: 500 } },
      steps: [{ wait: 1500 }],
    },
  },
};

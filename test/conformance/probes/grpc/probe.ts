import type { GrpcServerCall } from "as-proxy-wasm-sim";

import type { Probe } from "../probe.js";
import { stream } from "../streams.js";

const asking = (id: string, asked: Readonly<Record<string, string>>) =>
  stream(id, { headers: Object.entries(asked).map(([name, value]) => [`x-${name}`, value] as const) });

/** Sends back what comes, and ends when the filter does. */
const echo = (call: GrpcServerCall) => {
  call.sendMetadata({ "x-initial": "i" });
  call.onMessage = (message) => call.send(message);
  call.onHalfClose = () => call.end(0, "", { "x-trailing": "t" });
};

export const probe: Probe = {
  streams: [],
  configurations: {
    default: {
      clusters: {
        greeter: {
          grpc: {
            "/probe.Service/Hello": { messages: ["hello"] },
            "/probe.Service/Metadata": {
              messages: ["hello"],
              initialMetadata: { "x-initial": "i" },
              trailingMetadata: { "x-trailing": "t" },
            },
            "/probe.Service/Empty": {},
            "/probe.Service/Two": { messages: ["first", "second"] },
            "/probe.Service/Deny": { status: 7, statusMessage: "no way" },
            "/probe.Service/Late": {
              status: 8,
              statusMessage: "late err",
              initialMetadata: { "x-initial": "i" },
            },
            "/probe.Service/Slow": { messages: ["too late"], delayMs: 300 },
            "/probe.Service/Never": "timeout",
            "/probe.Service/Http": { httpStatus: 503 },
            "/probe.Service/Plain": {
              httpStatus: 200,
              headers: { "content-type": "text/plain" },
              body: "no grpc",
            },
            "/probe.Service/Reset": "reset",
            "/probe.Service/Echo": echo,
          },
        },
        dead: "unreachable",
        empty: "no healthy host",
      },
      steps: [
        asking("call", { do: "call" }),
        asking("call-metadata", { do: "call", method: "Metadata" }),
        asking("call-empty", { do: "call", method: "Empty" }),
        asking("call-two-messages", { do: "call", method: "Two" }),
        asking("call-denied", { do: "call", method: "Deny" }),
        asking("call-late-error", { do: "call", method: "Late" }),
        asking("call-unknown-method", { do: "call", method: "Nothing" }),
        asking("call-timeout", { do: "call", method: "Never", timeout: "200" }),
        asking("call-http-503", { do: "call", method: "Http" }),
        asking("call-reset", { do: "call", method: "Reset" }),
        asking("call-unreachable", { do: "call", cluster: "dead" }),
        asking("call-plain-name", { do: "call", plain: "1" }),
        asking("call-unknown-plain", { do: "call-pass", cluster: "nowhere", plain: "1" }),
        asking("call-unknown-serialised", { do: "call", cluster: "nowhere" }),
        asking("call-cancelled", { do: "call-cancel" }),
        asking("after-cancel", { do: "call" }),
        asking("tokens", { do: "tokens" }),
        asking("stream-sent", { do: "stream-send", method: "Echo" }),
        asking("stream-closed", { do: "stream-close", method: "Echo" }),
        asking("stream-then-close", { do: "stream-then-close", method: "Echo" }),
        asking("stream-then-more", { do: "stream-then-more", method: "Echo" }),
        asking("stream-then-cancel", { do: "stream-then-cancel", method: "Echo" }),
        asking("stream-cancelled-at-once", { do: "stream-cancel-at-once", method: "Echo" }),
        asking("stream-denied", { do: "stream", method: "Deny" }),
        asking("stream-unknown-method", { do: "stream", method: "Nothing" }),
        asking("stream-unreachable", { do: "stream", cluster: "dead" }),
        asking("stream-unknown-serialised", { do: "stream", cluster: "nowhere" }),
        asking("call-no-host", { do: "call", cluster: "empty" }),
        asking("stream-no-host", { do: "stream", cluster: "empty" }),
        asking("stream-http-503", { do: "stream", method: "Http" }),
        asking("stream-no-grpc", { do: "stream", method: "Plain" }),
        asking("stream-reset", { do: "stream", method: "Reset" }),
        asking("stream-has-gone", { do: "call-pass", method: "Slow" }),
        { wait: 600 },
        asking("stream-unknown-plain", { do: "stream-pass", cluster: "nowhere", plain: "1" }),
      ],
    },
  },
};

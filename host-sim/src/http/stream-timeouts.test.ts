import { expect, it } from "vitest";

import { Envoy } from "../envoy/envoy.js";
import { compileFilter } from "../testing/compile-filter.js";

it("lets the last step wait as well: an idle stream whose request is not over ends with 408", async () => {
  const code = await compileFilter(
    "export function proxy_on_request_headers(id: i32, headers: i32, end: i32): i32 { return 0; }",
  );
  const envoy = await Envoy.start({
    plugins: [
      {
        name: "p",
        rootId: "",
        vmConfig: { vmId: "", code, configuration: null },
        configuration: null,
        allowOnHeadersStopIteration: false,
      },
    ],
    connectionManager: { streamIdleTimeoutMs: 300 },
  });
  const exchange = await envoy.replay({
    id: "slow",
    source: "here",
    protocol: "HTTP/1.1",
    request: {
      headers: [
        [":authority", "h"],
        [":path", "/"],
        [":method", "POST"],
        [":scheme", "http"],
      ],
      body: { kind: "recorded", chunks: [Buffer.from("a"), Buffer.from("b")] },
      trailers: null,
    },
    response: null,
    notes: [],
    order: ["request", "request", { wait: 900 }],
  });
  expect(exchange.localReply).toMatchObject({ statusCode: 408, details: "stream_idle_timeout" });
  envoy.stop();
});

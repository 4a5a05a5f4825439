import assert from "node:assert/strict";

import type { Capability } from "../capability.js";
import { connectFrames, FrameType, listenFrames } from "../http2-frames.js";

export const metadataFrames: Capability = {
  page: "metadata-frames",
  async run(stage, it) {
    const upstream = await listenFrames(async (connection) => {
      await connection.frame(FrameType.Headers, 1);
      await connection.frame(FrameType.Metadata, 1);
      connection.headers(1, [[":status", "200"]], false);
      connection.metadata(1, [["x-cost", "3"]]);
      connection.data(1, "ok");
    });
    stage.closing(() => upstream.stop());
    await stage.start({
      listeners: [
        {
          ...(await stage.http("metadata")),
          routes: [{ prefix: "/", cluster: "frames" }],
          connectionManager: { http2_protocol_options: { allow_metadata: true } },
        },
      ],
      clusters: [
        {
          name: "frames",
          port: upstream.port,
          cluster: {
            typed_extension_protocol_options: {
              "envoy.extensions.upstreams.http.v3.HttpProtocolOptions": {
                "@type": "type.googleapis.com/envoy.extensions.upstreams.http.v3.HttpProtocolOptions",
                explicit_http_config: { http2_protocol_options: { allow_metadata: true } },
              },
            },
          },
        },
      ],
    });

    await it("sees frames of both directions, and lets them pass", async () => {
      const client = await connectFrames(stage.envoy.port("metadata"));
      client.headers(
        1,
        [
          [":method", "POST"],
          [":path", "/"],
          [":scheme", "http"],
          [":authority", "lab"],
        ],
        false,
      );
      client.metadata(1, [
        ["x-a", "1"],
        ["x-b", "2"],
      ]);
      client.data(1, "body");
      await client.frame(FrameType.Metadata, 1);
      assert.equal((await client.frame(FrameType.Data, 1)).payload.toString(), "ok");
      client.close();
      await stage.awaitLine("request metadata: 2");
      await stage.awaitLine("response metadata: 1");
    });
  },
};

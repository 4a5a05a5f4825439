import { mkdtemp, readFile, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import {
  Envoy,
  parseRecording,
  readTapPairs,
  type RecordedStream,
  tapFilters,
  unmetExpectations,
  writeEventStream,
} from "as-proxy-wasm-sim";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { hasEnvoy } from "../lab/envoy/has-envoy.js";
import { answer, compileFilter, http1, Http1Server, startEnvoy } from "../lab/index.js";

// What two taps around a filter in a real Envoy recorded replays in the simulator to the same headers and bytes.
describe.runIf(hasEnvoy)("what two taps recorded", () => {
  let folder = "";
  let module = "";
  const recorded: RecordedStream[] = [];

  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), "record-envoy-"));
    module = await compileFilter("test/recordings/assembly/both-ways.ts");
    const upstream = await Http1Server.listen(({ path }) =>
      path === "/chunks"
        ? answer(200, [["content-type", "text/plain"]], {
            kind: "chunked",
            chunks: ["one ", "two"],
            trailers: [["x-sum", "2a"]],
          })
        : answer(
            200,
            [
              ["x-upstream", "yes"],
              ["set-cookie", "a=1"],
              ["set-cookie", "b=2"],
            ],
            "hello",
          ),
    );
    const { before, behind } = tapFilters(folder) as {
      before: { name: string; typed_config: object };
      behind: { name: string; typed_config: object };
    };
    const envoy = await startEnvoy({
      listeners: [
        {
          kind: "http",
          name: "web",
          filters: [before, { name: "both-ways", rootId: "both-ways", module }, behind],
          connectionManager: { server_header_transformation: "PASS_THROUGH" },
        },
      ],
      clusters: [{ name: "upstream", port: upstream.port }],
    });
    try {
      const port = envoy.port("web");
      await http1(port, {
        path: "/plain",
        headers: [
          ["x-secret", "s"],
          ["x-note", "n"],
        ],
      });
      await http1(port, { method: "POST", path: "/items", body: { kind: "sized", bytes: "a body" } });
      await http1(port, {
        method: "POST",
        path: "/chunks",
        body: { kind: "chunked", chunks: ["first ", "second"], trailers: [["x-last", "2"]] },
      });
      await http1(port, { path: "/denied" });
    } finally {
      await envoy.stop();
      await upstream.stop();
    }
    for await (const stream of readTapPairs(folder)) recorded.push(stream);
  });
  afterAll(() => rm(folder, { recursive: true }));

  const find = (path: string): RecordedStream =>
    recorded.find(({ request }) =>
      request.headers.some(([name, value]) => name === ":path" && value === path),
    )!;

  test("every request is a stream with what the filter made of it", () => {
    expect(recorded).toHaveLength(4);
    const { expect: expected, response } = find("/items");
    expect(Buffer.from(expected!.upstream!.body!).toString()).toBe("A BODY");
    expect(Buffer.from(expected!.response!.body!).toString()).toBe("<hello>");
    expect(response?.headers).toContainEqual(["x-upstream", "yes"]);
    expect(expected!.response!.headers).toContainEqual(["x-filter", "both-ways"]);
    expect(find("/denied").expect).toMatchObject({ upstream: null });
  });

  test("the simulator makes the same of it, also by way of an event file", async () => {
    const code = await readFile(module);
    const envoy = await Envoy.start({
      plugins: [
        {
          name: "both-ways",
          rootId: "both-ways",
          configuration: null,
          allowOnHeadersStopIteration: false,
          vmConfig: { vmId: "", code, configuration: null },
        },
      ],
    });
    const { streams } = parseRecording(Buffer.from(writeEventStream(recorded)), "taps.stream.jsonl");
    for (const stream of streams) {
      const exchange = await envoy.replay(stream);
      expect(unmetExpectations(stream.expect!, exchange, envoy.metrics), stream.id).toEqual([]);
    }
    envoy.stop();
    expect(streams).toHaveLength(4);
  });
});

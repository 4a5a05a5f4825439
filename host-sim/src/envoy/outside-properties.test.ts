// Properties of Envoy's configuration and sockets, and how values are serialised (abi.md 6.1, 6.2). The bytes
// are those of a real Envoy 1.40, but for the order of keys, which is the written one here and a hash table's there.
import { expect, test } from "vitest";
import { logged, start } from "../testing/run-filter.js";
import { stream } from "../testing/streams.js";
import type { EnvoyOptions } from "./envoy-options.js";

const asking = (callback: string) => `
  function hex(path: string): string {
    const data = bytes(path.replaceAll(".", "\\0"));
    const status = proxy_get_property(address(data), data.byteLength, out, out + 4);
    if (status != 0) return "<" + status.toString() + ">";
    let text = "";
    for (let i: u32 = 0; i < load<u32>(out, 4); i++) text += load<u8>(load<u32>(out) + i).toString(16).padStart(2, "0");
    return text;
  }
  function all(id: i32): void {
    const paths = buffer(VM_CONFIGURATION).split(" ");
    for (let i = 0; i < paths.length; i++) log(hex(paths[i]));
  }
  export function proxy_on_${callback}`;

/** What a stream sees in its request headers and at its end. */
async function ask(paths: readonly string[], options: Partial<EnvoyOptions> = {}) {
  const source = asking(`request_headers(id: i32, n: i32, end: i32): i32 { all(id); return CONTINUE; }
    export function proxy_on_log(id: i32): void { all(id); }`);
  const envoy = await start(source, { vmConfiguration: paths.join(" "), ...options });
  const lines = logged(await envoy.replay(stream()));
  return { early: lines.slice(0, paths.length), late: lines.slice(paths.length) };
}

const metadata = { ns: { key: "v", num: 1.5, flag: true, list: ["a", 2], obj: { inner: "x" }, nil: null } };

test("given metadata is a message whose fields can be named", async () => {
  const route = "xds.route_metadata";
  const { early } = await ask(
    [
      ...[route, `${route}.filter_metadata.ns.key`, `${route}.filter_metadata.ns.num`],
      ...[
        `${route}.filter_metadata.ns.flag`,
        `${route}.filter_metadata.ns.list`,
        `${route}.filter_metadata.ns.list.1`,
      ],
      ...[`${route}.filter_metadata.ns.obj`, `${route}.filter_metadata.ns.obj.inner`],
      // A null has no bytes, and neither has what holds one.
      ...[`${route}.filter_metadata.ns.nil`, `${route}.filter_metadata.ns`, route + ".filter_metadata.other"],
    ],
    { properties: { [route]: metadata } },
  );
  expect(early).toEqual([
    "0a700a026e73126a0a0a0a036b657912031a01760a100a036e756d120911000000000000f83f0a0a0a04666c6167120220010a1a0a046c697374121232100a031a01610a091100000000000000400a170a036f626a12102a0e0a0c0a05696e6e657212031a01780a090a036e696c12020800",
    ...[
      "76",
      "000000000000f83f",
      "01",
      "020000000100000000000000080000000000000061000000000000000000400000",
      "0000000000000040",
    ],
    ...["010000000500000001000000696e6e6572007800", "78", "<3>", "<3>", "<1>"],
  ]);
});

test("the node's metadata is a Struct, and its locality a message, in roots too", async () => {
  const envoy = await start(asking("configure(id: i32, size: i32): i32 { all(id); return 1; }"), {
    vmConfiguration: [
      ...[
        "xds.node.metadata.list",
        "xds.node.metadata.num",
        "xds.node.metadata.obj.inner",
        "xds.node.locality",
      ],
      ...["xds.node.locality.zone", "xds", "xds.route_name"],
    ].join(" "),
    node: {
      id: "n",
      cluster: "c",
      metadata: { num: 2, list: ["x", "y"], obj: { inner: "i" } },
      locality: { region: "nr", zone: "nz" },
    },
  });
  expect(logged(envoy).slice(0, 7)).toEqual([
    ...["0200000001000000000000000100000000000000780000790000", "0000000000000040", "69", "0a026e7212026e7a"],
    ...["6e7a", "<3>", "<1>"],
  ]);
});

test("what is given of the upstream shows when a request has gone there", async () => {
  const { early, late } = await ask(
    [
      ...[
        "upstream.address",
        "upstream.request_attempt_count",
        "xds.upstream_host_metadata.filter_metadata.ns.key",
      ],
      ...[
        "source.port",
        "xds.listener_direction",
        "xds.cluster_name",
        "response.grpc_status",
        "request.duration",
      ],
    ],
    {
      properties: {
        "upstream.address": "1:2",
        "xds.upstream_host_metadata": { ns: { key: "k" } },
        "source.address": "10.0.0.1:258",
        "xds.listener_direction": 2,
      },
    },
  );
  const always = ["0201000000000000", "0200000000000000", "757073747265616d"];
  expect(early).toEqual(["<1>", "0000000000000000", "<1>", ...always, "<1>", "<1>"]);
  expect(late).toEqual([
    ...["313a32", "0100000000000000", "6b", ...always],
    ...["0200000000000000", "0000000000000000"],
  ]);
});

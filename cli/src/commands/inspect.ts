import { inspectModule, type ModuleProducer } from "as-proxy-wasm-sim";
import { type Digest, digestOf } from "oras-js";
import { defineCommand, json, optional } from "../command.js";
import { extractModule, inspectImage } from "../image/index.js";
import { moduleNames } from "../module/module-names.js";
import { projectOption } from "../project/project-option.js";
import { readModule } from "../project/read-file.js";
import {
  addressSummary,
  openSource,
  pinned,
  readAddressOrProject,
  resolveSource,
} from "../registry/address.js";
import { registryAccess, registryOptions } from "../registry/registry-options.js";
import { printable, size, table, type Terminal } from "../terminal.js";

export const inspect = defineCommand({
  name: "inspect",
  summary: "show an image's two digests, its layers, and what is in its module",
  arguments: { what: optional(`${addressSummary}, or a .wasm file (default: build/oci)`) },
  options: { project: projectOption, ...registryOptions, json },
  async run(input, terminal) {
    if (input.what?.endsWith(".wasm")) {
      const wasm = await readModule(input.what, "check its name");
      const module = contents(wasm);
      if (input.json) terminal.json({ file: input.what, ...module });
      else show(terminal, input.what, [wasmRow(module.wasmDigest)], module);
      return 0;
    }
    const address = readAddressOrProject(input.what, input.project);
    const source = await openSource(address, await registryAccess(input, terminal));
    const named = await resolveSource(source);
    const inspected = await inspectImage(source.target, named);
    const { form, wasm } = extractModule(inspected);
    const { descriptor, manifest } = inspected.image!;
    const reference = pinned(address, named.digest);
    const module = contents(wasm);
    if (input.json) {
      terminal.json({
        reference,
        form,
        ...(inspected.platforms === undefined ? {} : { platforms: inspected.platforms }),
        manifestDigest: descriptor.digest,
        layers: manifest.layers,
        annotations: manifest.annotations,
        ...module,
      });
      return 0;
    }
    const index =
      inspected.platforms === undefined
        ? []
        : [["index", named.digest, `of ${inspected.platforms.join(", ")}; pins nothing`]];
    show(
      terminal,
      `${reference}, form ${form}`,
      [
        ...index,
        ["image", descriptor.digest, "pins oci:// URLs: WasmPlugin, Envoy Gateway"],
        wasmRow(module.wasmDigest),
        ...manifest.layers.map((layer) => ["layer", layer.digest, `${layer.mediaType}, ${size(layer.size)}`]),
        ...Object.entries(manifest.annotations).map(([key, text]) => ["note", key, text]),
      ],
      module,
    );
    return 0;
  },
});

interface ModuleContents {
  readonly wasmDigest: Digest;
  readonly bytes: number;
  readonly abiVersion: string | null;
  readonly exports: readonly string[];
  readonly imports: readonly string[];
  /** What it was made with, where its `producers` section says so. */
  readonly producers: readonly ModuleProducer[];
}

function contents(wasm: Uint8Array): ModuleContents {
  const inspection = inspectModule(wasm);
  return {
    wasmDigest: digestOf(wasm),
    bytes: wasm.byteLength,
    abiVersion: inspection.abiVersion,
    ...moduleNames(inspection),
    producers: inspection.producers,
  };
}

const wasmRow = (digest: Digest): readonly string[] => [
  "wasm",
  digest,
  "pins the bare file: http(s):// URLs, Envoy's code.remote.sha256",
];

function show(
  terminal: Terminal,
  title: string,
  rows: readonly (readonly string[])[],
  { bytes, abiVersion, exports, imports, producers }: ModuleContents,
): void {
  terminal.out(`${terminal.style("bold", printable(title))}, module ${size(bytes)}`);
  terminal.out(table(rows.map((row) => row.map(printable))));
  terminal.out(
    table([
      ["abi", abiVersion ?? "none"],
      ["exports", printable(exports.join(" "))],
      ["imports", printable(imports.join(" "))],
      ...producers.map(({ field, name, version }) => [
        printable(field),
        printable(`${name} ${version}`.trim()),
      ]),
    ]),
  );
}

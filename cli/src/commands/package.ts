import { hasWasmMagic } from "../module/wasm-magic.js";
import { mkdir } from "node:fs/promises";
import { dirname, relative } from "node:path";
import { digestOf, OciLayout } from "oras-js";
import { defineCommand, json, optional, value } from "../command.js";
import { CliError, usageError } from "../errors.js";
import { pushCompatImage } from "../image/compat-image.js";
import { openProject } from "../project/project.js";
import { readModule } from "../project/read-file.js";
import { finish, temporaryBeside } from "../project/replace-file.js";
import { projectVersion } from "../project/version.js";
import { size, table, type Terminal } from "../terminal.js";

export const packageImage = defineCommand({
  name: "package",
  summary: "wrap the built module as an OCI image in build/oci",
  arguments: { dir: optional("the project's folder (default: .)") },
  options: {
    tag: value("TAG", "the image's tag in the layout (default: the version in package.json)"),
    json,
  },
  async run({ dir, tag, json }, terminal) {
    const project = await openProject(dir);
    const wasm = await readModule(project.wasm, "run as-proxy-wasm build first");
    requireWasm(wasm, project.wasm);
    const version = await projectVersion(project.folder);
    const name = tag ?? version ?? "latest";

    // A fresh folder each time, so that no blob of an earlier build stays behind.
    await mkdir(dirname(project.layout), { recursive: true });
    const temporary = temporaryBeside(project.layout);
    const layout = await OciLayout.create(temporary);
    const image = await pushCompatImage(layout, {
      wasm,
      title: project.manifest.name,
      version,
      created: sourceDate(terminal),
    });
    await layout.tag(image, name);
    await finish(temporary, project.layout);

    const result = {
      layout: project.layout,
      tag: name,
      manifestDigest: image.digest,
      wasmDigest: digestOf(wasm),
    };
    if (json) terminal.json(result);
    else {
      const folder = relative(process.cwd(), project.layout) || ".";
      terminal.out(`${terminal.style("bold", folder)}  ${name}, module ${size(wasm.byteLength)}`);
      terminal.out(
        table([
          ["image", image.digest, "pins oci:// URLs: WasmPlugin, Envoy Gateway"],
          ["wasm", result.wasmDigest, "pins the bare file: http(s):// URLs, Envoy's code.remote.sha256"],
        ]),
      );
      terminal.note("next: as-proxy-wasm push REGISTRY/REPOSITORY:TAG");
    }
    return 0;
  },
});

function requireWasm(bytes: Uint8Array, path: string): void {
  if (hasWasmMagic(bytes)) return;
  throw new CliError("ERR_FILE", `${path} is not a wasm module`, "run as-proxy-wasm build again");
}

/** https://reproducible-builds.org/specs/source-date-epoch: a date for everything that carries one. */
function sourceDate(terminal: Terminal): number | undefined {
  const text = terminal.environment["SOURCE_DATE_EPOCH"];
  if (text === undefined || text === "") return undefined;
  const seconds = Number(text);
  // Eleven octal digits are what a tar header can hold.
  if (/^\d+$/.test(text) && seconds < 8 ** 11) return seconds;
  throw usageError(`SOURCE_DATE_EPOCH is "${text}"`, "set it to seconds since 1970, or unset it");
}

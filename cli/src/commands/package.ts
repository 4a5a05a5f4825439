import { mkdir } from "node:fs/promises";
import { dirname, relative } from "node:path";
import { inspectModule } from "as-proxy-wasm-sim";
import { digestOf, isTag, OciLayout } from "oras-js";
import { defineCommand, json, optional, value } from "../command.js";
import { CliError, usageError } from "../errors.js";
import {
  filterAnnotations,
  type ImageLayout,
  imageLayouts,
  pushAttachment,
  pushFilterImage,
} from "../image/index.js";
import { problemSentence } from "../module/module-names.js";
import { hasWasmMagic } from "../module/wasm-magic.js";
import { readAttachment, readAttachmentKinds } from "../project/attachments.js";
import { installedVersion, readPackageJson } from "../project/package-json.js";
import { openProject, type Project } from "../project/project.js";
import { readModule } from "../project/read-file.js";
import { finish, temporaryBeside } from "../project/replace-file.js";
import { size, table, type Terminal } from "../terminal.js";

export const packageImage = defineCommand({
  name: "package",
  summary: "wrap the built module as an OCI image in build/oci",
  arguments: { dir: optional("the project's folder (default: .)") },
  options: {
    layout: value(
      "LAYOUT",
      `${imageLayouts.join(", ")} (default: compat, which loads everywhere around Envoy)`,
    ),
    attach: value("WHAT", "attach readme, schema, sbom (with commas between), as referrers"),
    tag: value("TAG", "the image's tag in the layout (default: the version in package.json)"),
    json,
  },
  async run(input, terminal) {
    const imageLayout = readLayout(input.layout);
    const kinds = readAttachmentKinds(input.attach);
    const created = sourceDate(terminal);
    const project = await openProject(input.dir);
    const wasm = await readModule(project.wasm, "run as-proxy-wasm build first");
    const abiVersion = requireLoads(wasm, project);
    const packageJson = await readPackageJson(project.folder);
    const attachments = await Promise.all(kinds.map((kind) => readAttachment(project, kind)));
    const version = packageJson.version;
    const tag = input.tag ?? (version !== undefined && isTag(version) ? version : "latest");

    // A fresh folder each time, so that no blob of an earlier build stays behind.
    await mkdir(dirname(project.layout), { recursive: true });
    const temporary = temporaryBeside(project.layout);
    const layout = await OciLayout.create(temporary);
    const sdk = await installedVersion(project.folder, "as-proxy-wasm-sdk");
    const image = await pushFilterImage(layout, {
      wasm,
      layout: imageLayout,
      abiVersion,
      rootId: project.manifest.rootId,
      annotations: filterAnnotations({
        ...packageJson,
        ...project.manifest,
        abiVersion,
        sdk: sdk === undefined ? undefined : `as-proxy-wasm-sdk ${sdk}`,
      }),
      created,
    });
    await layout.tag(image, tag);
    const attached = [];
    for (const attachment of attachments) {
      const { digest } = await pushAttachment(layout, image, attachment);
      attached.push({ kind: attachment.kind, fileName: attachment.fileName, digest });
    }
    await finish(temporary, project.layout);

    const result = {
      layout: project.layout,
      form: imageLayout,
      tag,
      manifestDigest: image.digest,
      wasmDigest: digestOf(wasm),
      attached,
    };
    if (input.json) terminal.json(result);
    else {
      const folder = relative(process.cwd(), project.layout) || ".";
      terminal.out(
        `${terminal.style("bold", folder)}  ${tag}, ${imageLayout}, module ${size(wasm.byteLength)}`,
      );
      terminal.out(
        table([
          ["image", image.digest, "pins oci:// URLs: WasmPlugin, Envoy Gateway"],
          ["wasm", result.wasmDigest, "pins the bare file: http(s):// URLs, Envoy's code.remote.sha256"],
          ...attached.map(({ kind, digest, fileName }) => [kind, digest, `attached: ${fileName}`]),
        ]),
      );
      terminal.note("next: as-proxy-wasm push REGISTRY/REPOSITORY:TAG");
    }
    return 0;
  },
});

function readLayout(text: string | undefined): ImageLayout {
  if (text === undefined) return "compat";
  const layout = imageLayouts.find((known) => known === text);
  if (layout !== undefined) return layout;
  throw usageError(`--layout ${text} is no layout`, `use ${imageLayouts.join(", ")}`);
}

/** An image of a module that does not start helps nobody. Returns the ABI's version. */
function requireLoads(wasm: Uint8Array, { wasm: path, manifest }: Project): string {
  if (!hasWasmMagic(wasm)) {
    throw new CliError("ERR_FILE", `${path} is not a wasm module`, "run as-proxy-wasm build again");
  }
  const { abiVersion, problems } = inspectModule(wasm);
  // Of other hosts we know only that they look for the same marker.
  const [problem] = manifest.target === "envoy" || abiVersion === null ? problems : [];
  if (problem !== undefined || abiVersion === null) {
    throw new CliError(
      "ERR_FILE",
      `${path} would not load: ${problem === undefined ? "it exports no ABI version" : problemSentence(problem)}`,
      "run as-proxy-wasm check for all that is wrong with it",
    );
  }
  return abiVersion;
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

import { digestOf } from "oras-js";
import { defineCommand, json, required, value } from "../command.js";
import { extractModule, inspectImage, MODULE_FILE } from "../image/index.js";
import { replaceFile } from "../project/replace-file.js";
import { openSource, pinned, readAddress, resolveSource } from "../registry/address.js";
import { registryAccess, registryOptions } from "../registry/registry-options.js";
import { Transfer } from "../registry/transfer.js";
import { size } from "../terminal.js";

export const pull = defineCommand({
  name: "pull",
  summary: "fetch a filter's module out of an image in a registry",
  arguments: { reference: required("which one: REGISTRY/REPOSITORY:TAG, or …@sha256:DIGEST") },
  options: {
    output: value("FILE", `where to write the module (default: ${MODULE_FILE})`, "o"),
    ...registryOptions,
    json,
  },
  async run(input, terminal) {
    const reference = readAddress(input.reference);
    const source = await openSource(reference, await registryAccess(input, terminal));
    const image = await resolveSource(source);
    const watched = new Transfer(terminal, "fetched").watch(source.target);
    const { wasm, form } = extractModule(await inspectImage(watched, image));
    const file = input.output ?? MODULE_FILE;
    await replaceFile(file, wasm);
    const wasmDigest = digestOf(wasm);
    if (input.json) {
      terminal.json({
        reference: pinned(reference, image.digest),
        manifestDigest: image.digest,
        wasmDigest,
        form,
        file,
      });
    } else {
      terminal.out(file);
      terminal.note(`${size(wasm.byteLength)}, ${wasmDigest}, from ${pinned(reference, image.digest)}`);
    }
    return 0;
  },
});

/** What lies in the layers that may hold the module: read into memory, within limits, and nothing written. */
import { createGunzip } from "node:zlib";
import {
  type Descriptor,
  type Digest,
  fetchBytes,
  type Fetcher,
  type ImageManifest,
  mediaTypes,
} from "oras-js";
import { layerTypes, MODULE_FILE } from "./layouts.js";
import { findInTar, type TarContents } from "./tar.js";

/** Istio's limit (ISTIO_WASM_MAX_BINARY_SIZE_BYTES), and so of every fork of its fetcher: of the tar, or of a bare module. */
export const maxModuleBytes = 256 * 1024 * 1024;

export interface LayerContents {
  /** As they are stored; undefined for a layer of more than 256 MiB, which is not fetched. */
  readonly bytes: Uint8Array | undefined;
  /** Of the last layer, if it is called a tar+gzip: what is in it. */
  readonly archive: TarContents | undefined;
}

const archiveTypes: ReadonlySet<string> = new Set([
  mediaTypes.imageLayerTarGzip,
  mediaTypes.dockerLayerTarGzip,
]);
const bareTypes: readonly string[] = [layerTypes.module, layerTypes.wasm];

/**
 * Reads the last layer if it is called a tar+gzip, and the first of each kind that holds a module bare: no consumer takes it from
 * anywhere else.
 */
export async function readLayers(
  from: Fetcher,
  manifest: ImageManifest,
): Promise<ReadonlyMap<Digest, LayerContents>> {
  const { config, layers } = manifest;
  const last = layers.at(-1);
  // One digest may be there under several types, and go-containerregistry goes by the first (sameDigestSameType).
  const isArchive = ({ digest, mediaType }: Descriptor): boolean =>
    digest === last?.digest && archiveTypes.has(mediaType);
  const archive = last !== undefined && [config, ...layers].some(isArchive) ? last : undefined;
  const bare = bareTypes.map((type) => layers.find(({ mediaType }) => mediaType === type));
  const contents = new Map<Digest, LayerContents>();
  for (const layer of [archive, ...bare]) {
    if (layer === undefined || contents.has(layer.digest)) continue;
    const bytes = layer.size > maxModuleBytes ? undefined : await fetchBytes(from, layer);
    contents.set(layer.digest, {
      bytes,
      archive: layer === archive && bytes !== undefined ? await readArchive(bytes) : undefined,
    });
  }
  return contents;
}

async function readArchive(bytes: Uint8Array): Promise<TarContents> {
  let fault: string | undefined;
  const contents = await findInTar(
    unzipped(bytes, (reason) => (fault = reason)),
    MODULE_FILE,
    maxModuleBytes,
  );
  return { ...contents, fault: fault ?? contents.fault };
}

/** Ends where the gzip is damaged, so that what came before it counts, as it does for whoever reads it as a stream. */
async function* unzipped(
  bytes: Uint8Array,
  onFault: (reason: string) => void,
): AsyncGenerator<Uint8Array, void, void> {
  const gunzip = createGunzip({ chunkSize: 64 * 1024 });
  gunzip.end(bytes);
  let began = false;
  try {
    for await (const chunk of gunzip) {
      began = true;
      yield chunk as Uint8Array;
    }
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    if (code === undefined || !code.startsWith("Z_")) throw error;
    onFault(
      code === "Z_BUF_ERROR" ? "its gzip breaks off" : began ? "its gzip is damaged" : "it is not gzip",
    );
  } finally {
    gunzip.destroy();
  }
}

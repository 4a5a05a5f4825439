/** Media types of the OCI image specification, and Docker's where registries still serve them. */
export const mediaTypes = {
  imageManifest: "application/vnd.oci.image.manifest.v1+json",
  imageIndex: "application/vnd.oci.image.index.v1+json",
  imageConfig: "application/vnd.oci.image.config.v1+json",
  imageLayerTar: "application/vnd.oci.image.layer.v1.tar",
  imageLayerTarGzip: "application/vnd.oci.image.layer.v1.tar+gzip",
  imageLayerTarZstd: "application/vnd.oci.image.layer.v1.tar+zstd",
  emptyJson: "application/vnd.oci.empty.v1+json",
  octetStream: "application/octet-stream",
  dockerManifest: "application/vnd.docker.distribution.manifest.v2+json",
  dockerManifestList: "application/vnd.docker.distribution.manifest.list.v2+json",
  dockerLayerTarGzip: "application/vnd.docker.image.rootfs.diff.tar.gzip",
} as const;

/** Annotation keys of the OCI image specification (annotations.md). */
export const annotationKeys = {
  created: "org.opencontainers.image.created",
  title: "org.opencontainers.image.title",
  description: "org.opencontainers.image.description",
  version: "org.opencontainers.image.version",
  source: "org.opencontainers.image.source",
  revision: "org.opencontainers.image.revision",
  refName: "org.opencontainers.image.ref.name",
} as const;

const indexTypes: ReadonlySet<string> = new Set([mediaTypes.imageIndex, mediaTypes.dockerManifestList]);
const imageTypes: ReadonlySet<string> = new Set([mediaTypes.imageManifest, mediaTypes.dockerManifest]);

/** What a registry is told we accept for a manifest, best first. */
export const manifestMediaTypes: readonly string[] = [...imageTypes, ...indexTypes];

/** Whether content of this type lives under `/manifests/` in a registry; everything else is a blob. */
export function isManifestMediaType(mediaType: string): boolean {
  return imageTypes.has(mediaType) || indexTypes.has(mediaType);
}

export function isIndexMediaType(mediaType: string): boolean {
  return indexTypes.has(mediaType);
}

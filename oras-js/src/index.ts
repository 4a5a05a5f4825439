export { attach, type AttachOptions } from "./attach.js";
export { copy, copyGraph, type CopyOptions, type CopyOutcome } from "./copy.js";
export { fetchBytes, maxBlobBytes, maxManifestBytes, pushBytes, verified } from "./content.js";
export type { Credential, Credentials, CredentialsLookup } from "./credentials/credential.js";
export { dockerConfigCredentials, type DockerConfigOptions } from "./credentials/docker-config.js";
export { dockerConfigEntry, type DockerConfigEntry } from "./credentials/docker-config-entry.js";
export {
  type KeptIn,
  type LastingCredential,
  login,
  type LoginOptions,
  logout,
} from "./credentials/login.js";
export { type Descriptor, type Platform, describe, parseDescriptor } from "./descriptor.js";
export {
  type Digest,
  type DigestAlgorithm,
  algorithmOf,
  digestOf,
  hexOf,
  isDigest,
  parseDigest,
} from "./digest.js";
export { discover, type DiscoverOptions } from "./discover.js";
export { errorCodes, isOrasError, OrasError, type OrasErrorCode } from "./errors.js";
export { extendedCopy } from "./extended-copy.js";
export { fetchManifest, type ImageManifest, parseIndex, parseManifest } from "./manifest.js";
export { annotationKeys, isIndexMediaType, isManifestMediaType, mediaTypes } from "./media-types.js";
export { MemoryStore, type MemoryStoreOptions } from "./memory-store.js";
export { OciLayout } from "./layout/oci-layout.js";
export { OciLayoutTar, OciLayoutTarWriter } from "./layout/oci-layout-tar.js";
export { pack, type PackOptions } from "./pack.js";
export { selectPlatform } from "./platform.js";
export { pushFile } from "./push-file.js";
export { formatReference, isReferrersTag, isTag, parseReference, type Reference } from "./reference.js";
export type { ConnectionOptions } from "./remote/connection.js";
export { resolveTag } from "./resolve-tag.js";
export { Registry } from "./remote/registry.js";
export { Repository, type RepositoryOptions } from "./remote/repository.js";
export type { RetryOptions } from "./remote/retry.js";
export type {
  Content,
  ContentOpener,
  Deleter,
  Fetcher,
  Mounter,
  OperationOptions,
  PredecessorFinder,
  Pusher,
  ReadOnlyTarget,
  Resolver,
  Tagger,
  TagLister,
  Target,
} from "./roles.js";

export { copy, type CopyOptions } from "./copy.js";
export { fetchBytes, maxBlobBytes, maxManifestBytes, pushBytes, verified } from "./content.js";
export type { Credential, Credentials, CredentialsLookup } from "./credentials/credential.js";
export { dockerConfigCredentials, type DockerConfigOptions } from "./credentials/docker-config.js";
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
export { errorCodes, isOrasError, OrasError, type OrasErrorCode } from "./errors.js";
export { fetchManifest, type ImageManifest, parseManifest } from "./manifest.js";
export { annotationKeys, isIndexMediaType, isManifestMediaType, mediaTypes } from "./media-types.js";
export { MemoryStore, type MemoryStoreOptions } from "./memory-store.js";
export { OciLayout } from "./oci-layout.js";
export { pack, type PackOptions } from "./pack.js";
export { formatReference, isTag, parseReference, type Reference } from "./reference.js";
export { Repository, type RepositoryOptions } from "./remote/repository.js";
export type { RetryOptions } from "./remote/retry.js";
export type {
  Content,
  ContentOpener,
  Fetcher,
  OperationOptions,
  Pusher,
  ReadOnlyTarget,
  Resolver,
  Tagger,
  Target,
} from "./roles.js";

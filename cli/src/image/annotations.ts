/** What an image says of its filter: the OCI image specification's keys, and four of this project's where it has none. */
const oci = "org.opencontainers.image";

export const filterKeys = {
  /** `0.2.1`: which version of the ABI the module exports. */
  abi: "proxy-wasm.abi",
  /** `envoy` or `mosn`: what it was built for. */
  target: "proxy-wasm.target",
  /** `http`, `network`: what it filters. */
  kind: "proxy-wasm.kind",
  /** `as-proxy-wasm-sdk 0.1.0`: what it was written with. */
  sdk: "proxy-wasm.sdk",
} as const;

export interface DescribedFilter {
  readonly name: string;
  readonly target: string;
  readonly kind: string;
  readonly abiVersion: string;
  readonly sdk: string | undefined;
  readonly version: string | undefined;
  readonly description: string | undefined;
  readonly license: string | undefined;
  readonly author: string | undefined;
  readonly homepage: string | undefined;
  readonly repository: string | undefined;
}

export function filterAnnotations(filter: DescribedFilter): Readonly<Record<string, string>> {
  const all: Readonly<Record<string, string | undefined>> = {
    [`${oci}.title`]: filter.name,
    [`${oci}.description`]: filter.description,
    [`${oci}.version`]: filter.version,
    [`${oci}.licenses`]: filter.license,
    [`${oci}.authors`]: filter.author,
    [`${oci}.url`]: filter.homepage,
    [`${oci}.source`]: filter.repository,
    [filterKeys.abi]: filter.abiVersion,
    [filterKeys.target]: filter.target,
    [filterKeys.kind]: filter.kind,
    [filterKeys.sdk]: filter.sdk,
  };
  return Object.fromEntries(
    Object.entries(all).filter((entry): entry is [string, string] => entry[1] !== undefined),
  );
}

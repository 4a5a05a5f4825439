/** The releases whose behaviour is known, the oldest first; the last is the default. */
export const envoyVersions = ["1.36", "1.37", "1.38", "1.39", "1.40"] as const;
export type EnvoyVersion = (typeof envoyVersions)[number];

export const newestEnvoy = "1.40" satisfies EnvoyVersion;

/** Something that an older release does in another way than the newest. */
export interface VersionDifference {
  readonly id: string;
  /** The first release that does as the newest. */
  readonly since: EnvoyVersion;
  readonly subject: string;
  readonly before: string;
  readonly after: string;
  /** The cases of test/conformance that come out differently, and no others do. */
  readonly cases: readonly string[];
}

/** Everything in which the releases differ for a wasm filter, as far as test/conformance can tell (`npm run test:envoy-versions`). */
export const versionDifferences = [
  {
    id: "headers-bytes",
    since: "1.37",
    subject: "properties `request.headers_bytes` and `response.headers_bytes`",
    before: "absent (status 1)",
    after: "the bytes of all names and values",
    cases: ["services/default", "services/unconfigured"],
  },
  {
    id: "keep-alive-dropped-by-codec",
    since: "1.38",
    subject: "`keep-alive` of an HTTP/1.1 upstream",
    before:
      "filters see it in the response headers; it is dropped behind them, and so is one that a filter adds",
    after: "the codec drops it before the filters; one that a filter adds reaches the client",
    cases: [
      "header-transform/default/site",
      "header-transform/no-rules/site",
      "headers/default",
      "maps/default",
    ],
  },
  {
    id: "main-void",
    since: "1.39",
    subject: "export `__main_void`",
    before: "not looked up: a module that starts with it is never started",
    after: "called after `_initialize` where `main` is absent",
    cases: ["modules/all-signatures", "modules/main-void"],
  },
  {
    id: "twenty-frames",
    since: "1.39",
    subject: "backtrace of a trap",
    before: "at most 10 frames",
    after: "at most 20 frames",
    cases: ["modules/traps-deeper-with-names"],
  },
  {
    id: "wasi-complete",
    since: "1.39",
    subject:
      "WASI: `clock_res_get`, `fd_advise`, `fd_allocate`, `fd_datasync`, `fd_fdstat_set_rights`, `fd_filestat_*`, `fd_pread`, `fd_pwrite`, `fd_readdir`, `fd_renumber`, `fd_sync`, `fd_tell`, `path_*` but `path_open`, `sock_*`",
    before: "unknown: a module that imports one does not load",
    after: "there, and most answer that they are not supported",
    cases: ["system/default", "statuses/default"],
  },
] as const satisfies readonly VersionDifference[];

export type VersionDifferenceId = (typeof versionDifferences)[number]["id"];

/** What of the newest release's behaviour a release has. */
export type EnvoyBehaviour = ReadonlySet<VersionDifferenceId>;

export function behaviourOf(version: EnvoyVersion): EnvoyBehaviour {
  const age = envoyVersions.indexOf(version);
  return new Set(
    versionDifferences.filter(({ since }) => envoyVersions.indexOf(since) <= age).map(({ id }) => id),
  );
}

export const newestBehaviour = behaviourOf(newestEnvoy);

export function sinceVersion(id: VersionDifferenceId): EnvoyVersion {
  return versionDifferences.find((difference) => difference.id === id)?.since ?? newestEnvoy;
}

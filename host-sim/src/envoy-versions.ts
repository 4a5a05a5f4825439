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
  /** The simulator does as the newest release whatever its version. */
  readonly simulated?: false;
}

/** Everything in which the releases differ for a wasm filter, as far as test/conformance can tell (`npm run test:envoy-versions`). */
export const versionDifferences = [
  {
    id: "headers-bytes",
    since: "1.37",
    subject: "properties `request.headers_bytes` and `response.headers_bytes`",
    before: "absent (status 1)",
    after: "the bytes of all names and values",
    cases: ["services/default", "services/unconfigured", "properties/default", "properties/http2/default"],
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
      "wire/default",
    ],
  },
  {
    id: "no-transport-reason",
    since: "1.38",
    subject: "text of a reply when an upstream cannot be reached",
    before: "ends with `, transport failure reason: …`",
    after: "ends with `remote connection failure`",
    cases: ["callouts/default", "grpc/default", "peers/routes"],
  },
  {
    id: "reset-codes",
    since: "1.37",
    subject: "RST_STREAM of Envoy's own over HTTP/2",
    before: "always says NO_ERROR (0)",
    after: "says INTERNAL_ERROR (2), or PROTOCOL_ERROR (1) after a request that a filter has damaged",
    cases: [
      "access-logger/http2/with-a-quiet-chain",
      "bodies/http2/default",
      "chains/http2/two-vms",
      "chains/http2/one-vm",
      "limits/http2",
      "maps/http2/default",
      "peers/http1-to-http2",
      "peers/http2-orders",
      "peers/http2-replies",
      "peers/timeout/stream-idle-http2",
      "replies/http2/default",
      "resume/http2/default",
      "peers/http2/interim",
      "peers/http2/interim-passed-on",
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
  {
    id: "tcp-connects-on-data",
    since: "1.37",
    subject: "`tcpConnectsOnData` (`upstream_connect_mode` of the TCP proxy)",
    before: "not there: a configuration that asks for it is refused",
    after: "the upstream is connected when data come",
    cases: ["connections/early-data"],
    simulated: false,
  },
  {
    id: "http2-codec",
    since: "1.37",
    subject: "HTTP/2 messages that break the protocol, and cookies in several fields",
    before:
      "other frames for some of them: a pseudo header behind other fields passes, an answer without its body costs the stream; a joined cookie stands elsewhere",
    after: "as [abi.md](abi.md) says in appendix G",
    cases: ["peers/http2-bad", "peers/http2-bad-answers", "headers/http2/default"],
    simulated: false,
  },
  {
    id: "http2-size-details",
    since: "1.38",
    subject: "details of HTTP/2 trailers that are too large",
    before: "`http2.too_many_headers`",
    after: "`http2.header_list_size_too_large`",
    cases: ["peers/http2-bad"],
    simulated: false,
  },
  {
    id: "slot-order",
    since: "1.39",
    subject: "order in which plugins end with the process after updates",
    before: "another, where updates were refused or drained before",
    after: "that of the thread-local slots ([abi.md](abi.md), appendix G)",
    cases: ["updates/several", "updates/several-in-one-vm"],
    simulated: false,
  },
  {
    id: "capabilities-in-vm-key",
    since: "1.40",
    subject: "plugins that differ in `allowed_capabilities` alone",
    before: "share a VM, and what the first of them is allowed",
    after: "have VMs of their own",
    cases: ["capabilities/other-capabilities-other-vm"],
  },
  {
    id: "whole-plugin-key",
    since: "1.40",
    subject: "plugins that differ in failure policy, reload or `allow_on_headers_stop_iteration` alone",
    before: "share a root, and the canary's verdict",
    after: "have a root and a canary each",
    cases: ["updates/extension"],
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

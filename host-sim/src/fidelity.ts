import type { SimulatorErrorCode } from "./errors.js";

/** How near the simulator comes to Envoy in one matter. docs/simulator.md is made of these. */
export type Fidelity =
  /** Compared with a real Envoy call by call; `cases` are those of test/conformance. */
  | { readonly subject: string; readonly level: "exact"; readonly cases: readonly string[] }
  | { readonly subject: string; readonly level: "approximate"; readonly how: string }
  /** An exchange that comes to it ends as `failed` with `error`; where that is null, it cannot be asked for. */
  | {
      readonly subject: string;
      readonly level: "not";
      readonly instead: string;
      readonly error: SimulatorErrorCode | null;
    };

export const fidelity: readonly Fidelity[] = [
  exact(
    "loading of modules and every refusal, in Envoy's words",
    "modules/index",
    "modules/signatures",
    "modules/old-import",
  ),
  exact(
    "start: base VM, canary, main thread, worker",
    "start/configure-refuses",
    "start/start-traps",
    "maps/default",
  ),
  exact("header maps and buffers, by phase", "maps/default", "headers/default"),
  exact("every status of every host function", "statuses/default"),
  exact(
    "bodies: holding, dropping, editing, limits",
    "bodies/default",
    "bodies/small-buffer",
    "hold/small-buffer",
    "limits/http2",
  ),
  exact(
    "holding headers, with and without allow_on_headers_stop_iteration",
    "hold/allowed",
    "hold/not-allowed",
  ),
  exact("local replies", "replies/default"),
  exact("continue_stream and close_stream, also where they do harm", "resume/default"),
  exact("traps, backtraces, and what a dead VM does", "traps/request-headers", "modules/traps-deeply"),
  exact("a VM's memory, 1 GiB at most", "traps/grows/unbounded", "traps/grows/from-more"),
  exact("HTTP callouts and their failures", "callouts/default", "callouts/from-configure"),
  exact("gRPC calls and streams and their failures", "grpc/default"),
  exact("ticks", "ticks/default", "ticks/from-configure"),
  exact(
    "shared queues and shared data, in one VM and between two",
    "queues/one-vm",
    "queues/two-vms",
    "queues/two-roots",
  ),
  exact(
    "chains of filters, in one VM and in several",
    "chains/one-vm",
    "chains/two-vms",
    "chains/second-traps",
  ),
  exact("access loggers", "access-logger/alone", "access-logger/with-a-quiet-chain"),
  exact(
    "updates of the listener, draining, deferred ends",
    "updates/configuration",
    "updates/code",
    "updates/several",
    "updates/deferred",
  ),
  exact(
    "configurations that come by themselves (ECDS)",
    "updates/extension",
    "updates/extension-refused-first",
    "updates/extension-and-listener",
  ),
  exact(
    "failure policies",
    "failures/FAIL_CLOSED/p-reqh",
    "failures/FAIL_OPEN/p-reqh",
    "failures/FAIL_RELOAD/p-reqh",
  ),
  exact("capability restriction", "capabilities/one-callback", "capabilities/wasi"),
  exact(
    "TCP connections",
    "connections/ends",
    "connections/holds",
    "connections/closes",
    "connections/early-data",
  ),
  exact("what Envoy drops from and adds to a message over HTTP/1.1", "wire/default", "peers/http1-odd"),
  exact(
    "HTTP/2 on both sides, also where it is broken",
    "peers/http2-shapes",
    "peers/http2-bad",
    "peers/http2-bad-answers",
    "bodies/http2/default",
    "peers/http1-to-http2",
    "peers/http2-replies",
  ),
  exact(
    "who breaks off when, and answers before the request is over",
    "peers/http1-orders",
    "peers/http2-orders",
  ),
  exact("answers before the answer (1xx)", "peers/interim", "peers/interim-passed-on", "peers/http2/interim"),
  exact("upgrades from HTTP/1.1 to HTTP/1.1 (WebSocket)", "peers/upgrades"),
  exact("routes, direct responses, redirects, upstreams that fail", "peers/routes"),
  exact(
    "timeouts of streams, requests and routes",
    "peers/timeout/stream-idle",
    "peers/timeout/request",
    "peers/timeout/route",
  ),
  exact("options of the connection manager", "peers/options/no-trailers", "peers/options/server"),
  exact("metrics, log levels, properties", "services/default", "properties/default"),
  exact("WASI as Envoy provides it", "system/default"),
  approximate(
    "time",
    "simulated: it stands still while filters run, and what a real Envoy does in a millisecond takes none",
  ),
  approximate(
    "threads",
    "one after the other, in a fixed order; a real Envoy's main thread and workers race, for example for the number of VMs that a log line tells",
  ),
  approximate(
    "reads of a connection",
    "one for each recorded piece; a real Envoy cuts bodies of more than 256 KiB in another way from run to run",
  ),
  approximate(
    "connections to the upstream",
    "always warm: a real Envoy with a cold pool may not send a request at all that a filter rejects in its body",
  ),
  approximate("x-envoy-upstream-service-time", "simulated milliseconds"),
  approximate("compress", "packs with another zlib, into other bytes for the same content"),
  approximate(
    "request.headers as one value",
    "in the order of the wire; in Envoy it is that of a hash table",
  ),
  approximate("CEL", "evaluated by @bufbuild/cel; Envoy's is cel-cpp"),
  approximate(
    "histograms",
    "every value that was recorded; a real Envoy shows quantiles of the last interval",
  ),
  not(
    "properties of sockets, TLS, and hosts that no recording has",
    "give them values with the option properties",
    "ERR_UNMODELLED_PROPERTY",
  ),
  not("names that filters look up", "give them addresses with the option dns", "ERR_UNMODELLED_NAME"),
  not(
    "host functions that are there only so that modules load",
    "run the module in a real Envoy",
    "ERR_UNIMPLEMENTED_HOST_CALL",
  ),
  not(
    "a filter that never comes back",
    "Envoy's worker would hang; it is stopped after callbackTimeoutMs",
    "ERR_CALLBACK_TIMEOUT",
  ),
  not(
    "messages that no client can send over the recorded protocol",
    "correct the recording",
    "ERR_UNSENDABLE_STREAM",
  ),
  not(
    "METADATA frames, HTTP/1.0, upgrades to or from HTTP/2 and CONNECT",
    "the options that ask for it are refused: run the module in a real Envoy",
    "ERR_OPTIONS",
  ),
  not(
    "HTTP/3, TLS, retries and hedging, other filters of Envoy in the chain",
    "run the module in a real Envoy",
    null,
  ),
];

function exact(subject: string, ...cases: readonly string[]): Fidelity {
  return { subject, level: "exact", cases };
}

function approximate(subject: string, how: string): Fidelity {
  return { subject, level: "approximate", how };
}

function not(subject: string, instead: string, error: SimulatorErrorCode | null): Fidelity {
  return { subject, level: "not", instead, error };
}

// The registered filters and plugins: which classes serve which root id.

import * as property from "../abi/property";
import * as result from "../abi/result";
import { Status } from "../abi/status";
import { isText } from "../abi/text";
import { INTERCHANGEABLE_FILTERS, SHARED_INSTANCE, UNKNOWN_ROOT_ID } from "../context/build";
import { StreamContext } from "../context/stream-context";
import { log } from "../log";
import { HttpFilter } from "../http/http-filter";
import { NetworkFilter } from "../network/network-filter";
import { Plugin } from "../plugin/plugin";

// The default of `P` is `void` and not `Plugin`: AssemblyScript looks defaults up in the calling file.

/** One call of a `register…` function. It is there as long as the VM, so nobody frees it. */
@unmanaged
export class Registration {
  next: Registration | null;
  rootId: string;
  createPlugin: () => Plugin;
  /** Null when the plugin has no streams. */
  createStream: (() => StreamContext) | null;
  /** Nothing can tell one instance of the filter class from another: one serves all streams of a plugin. */
  interchangeable: bool;

  /** The plugin for a new root context. */
  start(): Plugin {
    const plugin = this.createPlugin();
    plugin._serveStreams(this.createStream, this.interchangeable);
    return plugin;
  }
}

let first: Registration | null = null;

let shared: HttpFilter = changetype<HttpFilter>(0);
let sharedRootId: string = changetype<string>(0);

/** The one instance of a program with `SHARED_INSTANCE`; registering made it. */
export function sharedFilter(): HttpFilter {
  return shared;
}

/**
 * Makes `F` the filter of the plugins whose `root_id` is `rootId`, and `P` the class of these plugins. Call it at the
 * top level of the entry. With one registration an empty `root_id` matches too.
 */
export function registerHttpFilter<F extends HttpFilter, P = void>(rootId: string): void {
  if (SHARED_INSTANCE) {
    sharedRootId = rootId;
    shared = staticInstance<F>();
    return;
  }
  const registration = register<P>(rootId);
  registration.createStream = (): StreamContext => instantiate<F>();
  registration.interchangeable = INTERCHANGEABLE_FILTERS && offsetof<F>() == offsetof<HttpFilter>();
}

/**
 * Makes `F` the filter of TCP connections for the plugins whose `root_id` is `rootId`, and `P` the class of
 * these plugins. Call it at the top level of the entry.
 */
export function registerNetworkFilter<F extends NetworkFilter, P = void>(rootId: string): void {
  const registration = register<P>(rootId);
  registration.createStream = (): StreamContext => instantiate<F>();
  registration.interchangeable = INTERCHANGEABLE_FILTERS && offsetof<F>() == offsetof<NetworkFilter>();
}

/** Makes `P` the class of plugins that serve no streams: access loggers, and singletons of Envoy's bootstrap. */
export function registerPlugin<P extends Plugin>(rootId: string): void {
  register<P>(rootId);
}

function register<P>(rootId: string): Registration {
  const size = offsetof<Registration>();
  const data = heap.alloc(size);
  memory.fill(data, 0, size);
  const registration = changetype<Registration>(data);
  registration.next = first;
  registration.rootId = rootId;
  registration.createPlugin = (): Plugin => createPlugin<P>();
  first = registration;
  return registration;
}

function createPlugin<P>(): Plugin {
  if (isManaged<P>()) return instantiate<P>() as Plugin;
  return new Plugin();
}

/**
 * An instance of a class without fields of its own, in static memory: a managed object's header (mmInfo, gcInfo, gcInfo2, rtId,
 * rtSize), of which only the class id matters, and the zeros of its base class.
 */
function staticInstance<F>(): F {
  const HEADER: usize = 20;
  const RT_ID: usize = 12;
  const header = memory.data(32, 16);
  store<u32>(header + RT_ID, idof<F>());
  return changetype<F>(header + HEADER);
}

/** The registration of the plugin that is being started; null, and a log line that says why, when there is none. */
export function findRegistration(): Registration | null {
  const size = readRootId();
  let at = first;
  // Without a root id a module's only registration is meant.
  if (size == 0 && at !== null && at.next === null) return at;
  while (at !== null) {
    if (isText(result.address(), size, at.rootId)) return at;
    at = at.next;
  }
  logUnknownRootId();
  return null;
}

/** Whether the plugin that is being started is meant for the one filter of a program with `SHARED_INSTANCE`. */
export function isShared(): bool {
  const size = readRootId();
  if (size == 0 || isText(result.address(), size, sharedRootId)) return true;
  logUnknownRootId();
  return false;
}

/** The size of the root id that is now the host's `result`. */
function readRootId(): usize {
  return property.getRootId() == Status.Ok ? result.size() : 0;
}

function logUnknownRootId(): void {
  // The line's prefix is the plugin's root id.
  log.critical(UNKNOWN_ROOT_ID);
}
